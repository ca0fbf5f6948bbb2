/* design --verify: a bundle's files against its MANIFEST, then executed again. The bundle is a
 * stranger's: nothing outside of its directory is read, no link is followed, and its SQL meets the
 * lab as any stranger's does. */
#include <base/error.h>
#include <base/file.h>
#include <base/manifest.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "design_internal.h"

#define MAX_MANIFEST ((gsize)4 * 1024 * 1024)
#define MAX_FILE     ((gsize)64 * 1024 * 1024)
#define MAX_ALL      ((gsize)256 * 1024 * 1024)

/* Whether @path is a plain file whose folders below @directory are plain folders, too. */
static gboolean
is_plain(const char *directory, const char *path)
{
    g_auto(GStrv) steps = g_strsplit(path, "/", -1);
    g_autoptr(GString) at = g_string_new(directory);
    struct stat status = {0};

    for (char **step = steps; *step; step++) {
        g_string_append_printf(at, "/%s", *step);
        if (lstat(at->str, &status) != 0 || (step[1] && !S_ISDIR(status.st_mode)))
            return FALSE;
    }
    return S_ISREG(status.st_mode);
}

/* (transfer full) (nullable): its text; NULL when it is not as it was written. */
static char *
read_entry(const char *directory, const PgaManifestEntry *entry, gsize *length)
{
    g_autofree char *path = g_build_filename(directory, entry->path, NULL);
    g_autofree char *text = NULL, *sum = NULL;

    if (!is_plain(directory, entry->path))
        return NULL;
    text = pga_file_read(path, MAX_FILE, length, NULL);
    sum =
        text ? g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, *length) : NULL;
    return g_strcmp0(sum, entry->sha256) == 0 ? g_steal_pointer(&text) : NULL;
}

static gboolean
is_there(const char *directory, const char *path)
{
    g_autofree char *full = g_build_filename(directory, path, NULL);
    struct stat status;

    return lstat(full, &status) == 0;
}

static gboolean
check_entry(PgaBundleVerification *verification, const char *directory,
            const PgaManifestEntry *entry, gsize *all, GError **error)
{
    gsize length = 0;
    g_autofree char *text = NULL;

    if (!is_there(directory, entry->path)) {
        g_ptr_array_add(verification->missing, g_strdup(entry->path));
        return TRUE;
    }
    text = read_entry(directory, entry, &length);
    if (!text) {
        g_ptr_array_add(verification->changed, g_strdup(entry->path));
        return TRUE;
    }
    *all += length;
    if (*all > MAX_ALL) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is too large for a bundle", directory);
        return FALSE;
    }
    if (strlen(text) == length)
        pga_architecture_put_file(verification->architecture, entry->path, g_steal_pointer(&text));
    return TRUE;
}

static gboolean
check_extra(PgaBundleVerification *verification, const char *directory, const GPtrArray *manifest,
            GError **error)
{
    g_autoptr(GPtrArray) present = pga_manifest_walk(directory, error);

    if (!present)
        return FALSE;
    for (guint i = 0; i < present->len; i++) {
        const char *path = g_ptr_array_index(present, i);

        if (!g_str_equal(path, PGA_MANIFEST) && !pga_manifest_find(manifest, path))
            g_ptr_array_add(verification->extra, g_strdup(path));
    }
    return TRUE;
}

static GPtrArray *
read_manifest(const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename(directory, PGA_MANIFEST, NULL);
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!is_plain(directory, PGA_MANIFEST)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is no bundle: it has no " PGA_MANIFEST,
                      directory);
        pga_error_hint(error, "A bundle is what \"pgarchitect design FILE -o DIR\" writes.");
        return NULL;
    }
    text = pga_file_read(path, MAX_MANIFEST, &length, error);
    return text ? pga_manifest_parse(text, length, error) : NULL;
}

/* What the steps need to know of the design: its name and the server it is for. */
static void
read_architecture(PgaArchitecture *architecture)
{
    const PgaDesignFile *file = pga_architecture_file(architecture, "architecture.json");
    json_t *root = file ? json_loads(file->text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    const json_int_t major = json_integer_value(json_object_get(root, "pg_version"));
    const char *name =
        json_string_value(json_object_get(json_object_get(root, "requirements"), "name"));

    architecture->major = major >= 10 && major < 100 ? (guint)major : 17;
    if (name) {
        g_free(architecture->requirements->name);
        architecture->requirements->name = g_strdup(name);
    }
    json_decref(root);
}

static gboolean
all_done(const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->proofs->len; i++)
        if (!((const PgaDesignProof *)g_ptr_array_index(architecture->proofs, i))->done)
            return FALSE;
    return TRUE;
}

/* As in a design, but what a server refuses is the bundle's fault, and no error. */
static gboolean
execute_sql(PgaDesignRun *run, GError **error)
{
    PgaArchitecture *architecture = run->architecture;
    g_autofree char *files = pga_design_sql_files(architecture->files);
    g_autoptr(GPtrArray) executions = NULL;

    if (!*files) {
        g_ptr_array_add(architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup("executing the migrations"),
                                            g_strdup("they are for the database that the bundle "
                                                     "was made of")));
        return TRUE;
    }
    executions = pga_design_execute_files(&run->request->from, architecture->files,
                                          architecture->major, error);
    for (guint i = 0; executions && i < executions->len; i++) {
        const PgaDesignExecution *execution = g_ptr_array_index(executions, i);
        PgaDesignProof *proof =
            pga_architecture_add_proof(architecture, pga_design_sql_files(architecture->files),
                                       g_strdup_printf("PostgreSQL %s", execution->version));

        proof->outcome = pga_design_execution_outcome(execution, architecture->major, &proof->done);
    }
    return executions != NULL;
}

/* A bundle's files are a stranger's, and say nothing of the machine that they were made for. */
static void
tell_limits(PgaArchitecture *architecture)
{
    static const struct {
        const char *path, *what, *why;
    } limits[] = {
        {"postgresql.conf", "postgresql.conf",
         "a server that is started with a stranger's settings runs the commands in them; "
         "\"postgres "
         "-C shared_buffers -D …\" reads it where it belongs"},
        {"schema.sql", "plans, costs and latencies of the access patterns",
         "only design plans them, from the requirements"},
        {"partitions_cron.sql", "partitions_cron.sql",
         "it runs on the finished database, not within the other files"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(limits); i++)
        if (pga_architecture_file(architecture, limits[i].path))
            g_ptr_array_add(
                architecture->not_checked,
                pga_not_checked_new(NULL, g_strdup(limits[i].what), g_strdup(limits[i].why)));
}

static gboolean
execute(PgaBundleVerification *verification, const PgaDesignRequest *request, GError **error)
{
    PgaDesignRun run = {.request = request, .architecture = verification->architecture};

    read_architecture(run.architecture);
    if (request->no_lab) {
        g_ptr_array_add(run.architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup("executing the files"),
                                            g_strdup("--no-lab was given")));
        run.architecture->complete = FALSE;
        return TRUE;
    }
    tell_limits(run.architecture);
    return execute_sql(&run, error) && pga_design_check_files(&run, error);
}

static gboolean
check_files(PgaBundleVerification *verification, const char *directory, GError **error)
{
    g_autoptr(GPtrArray) manifest = read_manifest(directory, error);
    gsize all = 0;

    if (!manifest)
        return FALSE;
    verification->n_files = manifest->len;
    for (guint i = 0; i < manifest->len; i++)
        if (!check_entry(verification, directory, g_ptr_array_index(manifest, i), &all, error))
            return FALSE;
    return check_extra(verification, directory, manifest, error);
}

/* Nothing of a bundle that is not as it was written is executed: it would say nothing about it. */
PgaBundleVerification *
pga_app_design_verify(const char *directory, const PgaDesignRequest *request, GError **error)
{
    g_autoptr(PgaBundleVerification) verification = pga_bundle_verification_new();

    if (!check_files(verification, directory, error))
        return NULL;
    verification->good = verification->missing->len == 0 && verification->changed->len == 0 &&
                         verification->extra->len == 0;
    if (!verification->good) {
        g_ptr_array_add(verification->architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup("executing the files"),
                                            g_strdup("they are not those of the bundle")));
        verification->architecture->complete = FALSE;
        return g_steal_pointer(&verification);
    }
    if (!execute(verification, request, error))
        return NULL;
    verification->good = all_done(verification->architecture);
    return g_steal_pointer(&verification);
}
