/* sec-file-permissions: configuration files that others may write, a key that others may read. */
#include "../subject_internal.h"

#define WRITE_BY_OTHERS 0022
#define ALL_BY_OTHERS   0077
#define KEY_OF_ROOT     0037 /* the server's group may read it */

/* What of the file's mode should not be there. */
static gint32
excess(const PgaServerFile *file)
{
    if (!g_str_equal(file->what, "ssl_key_file"))
        return file->mode & WRITE_BY_OTHERS;
    return file->mode & (file->by_server_user ? ALL_BY_OTHERS : KEY_OF_ROOT);
}

static void
report(PgaRuleRun *run, const PgaServerFile *file)
{
    const gboolean is_key = g_str_equal(file->what, "ssl_key_file");
    PgaFinding *finding =
        pga_rule_report_object(run, file->what, "The mode of %s is %04o: others may %s it.",
                               file->path, (guint)file->mode, is_key ? "read or write" : "write");

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding, "In a shell: chmod %04o %s", (guint)(file->mode & ~excess(file)),
                     file->path);
    pga_finding_verify(finding, "In a shell: stat -c %%a %s", file->path);
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *files = run->server->files;

    if (files->len == 0)
        pga_rule_not_evaluated(
            run, NULL,
            "the server's files are not on this machine, or the role may not see where they "
            "are: pg_read_all_settings shows it");
    for (guint i = 0; i < files->len; i++) {
        const PgaServerFile *file = g_ptr_array_index(files, i);

        if (excess(file))
            report(run, file);
    }
}

const PgaRule pga_rule_sec_file_permissions = {
    .id = "sec-file-permissions",
    .title = "Server's file open to others",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Whoever may write postgresql.conf or pg_hba.conf runs programs as the server's user or "
           "lets himself in; whoever reads the key can pass for the server.",
    .when_not = "Nobody else has an account on the machine.",
    .condition = "postgresql.conf, pg_hba.conf or pg_ident.conf can be written by group or others; "
                 "or the TLS key can be read by others, or by the group where it is the server's "
                 "own.",
    .fix = "Names the chmod; it is yours to run.",
    .docs = "creating-cluster.html",
    .docs_title = "Creating a Database Cluster",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the files of a server on this machine",
    .of_server = TRUE,
    .check = check,
};
