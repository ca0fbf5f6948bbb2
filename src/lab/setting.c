/* Whether the server takes a setting: postgres -C reads the configuration as a start does, then
 * prints instead of starting. It proves the value valid, not that the memory is there. */
#include "base/error.h"
#include "base/text.h"
#include "prove_internal.h"

gboolean
pga_prove_setting(PgaLab *lab, PgaFinding *finding, GError **error)
{
    PgaProof *proof = &finding->proof;
    g_autofree char *program = g_build_filename(lab->binaries->bindir, "postgres", NULL);
    g_autofree char *assignment = NULL, *output = NULL, *line = NULL, *reason = NULL;
    const PgaProcessOptions options = {
        .user = &lab->user,
        .directory = pga_directory_get_path(lab->directory),
    };
    const char *argv[] = {program, "-D", lab->data, "-C", proof->setting, "-c", NULL, NULL};
    g_autoptr(GError) cause = NULL;

    if (!proof->setting || !proof->value)
        return TRUE;
    assignment = g_strdup_printf("%s=%s", proof->setting, proof->value);
    argv[G_N_ELEMENTS(argv) - 2] = assignment;
    proof->done = pga_process_run(argv, &options, &output, &cause);
    if (cause && !output) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    g_free(proof->outcome);
    if (proof->done) {
        proof->outcome = g_strdup_printf("PostgreSQL %s accepts the value", pga_lab_version(lab));
        return TRUE;
    }
    line = pga_fatal_line(output);
    reason = pga_text_printable(line ? line : "no reason given");
    proof->outcome =
        g_strdup_printf("PostgreSQL %s refuses the value: %s", pga_lab_version(lab), reason);
    return TRUE;
}
