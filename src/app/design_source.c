/* An existing database as a plan of changes: what `check`, `index` and `tune` say of it, as
 * migrations in the order of their importance, each held against `lint` before it is shown. */
#include "design_source_internal.h"

#include <app/check.h>
#include <app/index.h>
#include <app/tune.h>
#include <base/error.h>
#include <base/file.h>
#include <base/progress.h>
#include <base/yaml.h>
#include <design/design.h>
#include <string.h>

#include "source_internal.h"

#define MAX_BYTES (4u << 20)

static gboolean
has_suffix_of_requirements(const char *source)
{
    static const char *const suffixes[] = {".yaml", ".yml", ".json"};

    for (guint i = 0; !strstr(source, "://") && i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(source, suffixes[i]))
            return TRUE;
    return FALSE;
}

/* Whether the text is a mapping with one of the keys that only requirements have. */
static gboolean
reads_as_requirements(const char *path)
{
    static const char *const keys[] = {"workload_type", "input", "entities"};
    gsize length = 0;
    g_autofree char *text = pga_file_read(path, MAX_BYTES, &length, NULL);
    g_autoptr(PgaYamlNode) root = text ? pga_yaml_parse(text, length, path, NULL) : NULL;

    for (guint i = 0; root && i < G_N_ELEMENTS(keys); i++)
        if (pga_yaml_get(root, keys[i]))
            return TRUE;
    return FALSE;
}

gboolean
pga_design_is_requirements(const char *source)
{
    if (strcmp(source, "-") == 0 || has_suffix_of_requirements(source))
        return TRUE;
    if (!pga_source_is_file(source) || g_str_has_suffix(source, ".sql") ||
        g_str_has_suffix(source, ".pga"))
        return FALSE;
    return g_file_test(source, G_FILE_TEST_IS_REGULAR) && reads_as_requirements(source);
}

/* A part that could not be had is said; only an interruption ends the whole. */
static gboolean
set_aside(PgaArchitecture *architecture, const char *what, GError *failure, GError **error)
{
    const char *hint = pga_error_get_hint(failure);

    if (g_error_matches(failure, PGA_ERROR, PGA_ERROR_INTERRUPTED)) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    g_ptr_array_add(architecture->not_checked,
                    pga_not_checked_new(
                        NULL, g_strdup(what),
                        g_strconcat(failure->message, hint ? ". " : "", hint ? hint : "", NULL)));
    architecture->complete = FALSE;
    g_error_free(failure);
    return TRUE;
}

static void
take_entries(GPtrArray *to, GPtrArray *from)
{
    while (from->len > 0)
        g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

/* What single rules of `check` could not judge is told as a whole: it is for `check` to tell. */
static void
take_not_checked(PgaArchitecture *architecture, const GPtrArray *entries)
{
    const guint n_rules = pga_design_take_not_checked(architecture, entries);

    if (n_rules > 0)
        g_ptr_array_add(architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup_printf("%u rules of check", n_rules),
                                            g_strdup("the source does not say what they need; "
                                                     "`pgarchitect check` names each")));
}

static void
take_environment(PgaArchitecture *architecture, const PgaEnvironment *environment)
{
    PgaRequirements *requirements = architecture->requirements;
    PgaDeployment platform = PGA_DEPLOYMENT_SELF_HOSTED;

    requirements->name = g_strdup(environment->source_name);
    requirements->file = g_strdup(environment->source_name);
    requirements->bytes = environment->database_bytes;
    if (environment->workload != PGA_WORKLOAD_UNKNOWN)
        requirements->workload = environment->workload;
    if (environment->provider && pga_deployment_parse(environment->provider, &platform, NULL))
        requirements->deployment.platform = platform;
    requirements->deployment.ram_bytes = environment->ram_bytes;
    requirements->deployment.version = g_strdup(environment->version);
    architecture->major = environment->version_num / 10000;
    requirements->deployment.major = architecture->major;
}

static gboolean
take_check(PgaDesignRun *run, GError **error)
{
    PgaArchitecture *architecture = run->architecture;
    const PgaCheckRequest request = {
        .from = run->request->from, .now = run->request->now, .no_lab = run->request->no_lab};
    g_autoptr(PgaReport) report = pga_app_check(&request, error);

    if (!report)
        return FALSE;
    take_environment(architecture, report->environment);
    architecture->source = g_steal_pointer(&report->environment);
    architecture->complete = report->complete;
    take_not_checked(architecture, report->not_checked);
    take_entries(architecture->notes, report->notes);
    take_entries(architecture->findings, report->findings);
    return TRUE;
}

/* What there is to know where few indexes, or none, are advised. */
static void
take_advice_notes(PgaArchitecture *architecture)
{
    const PgaIndexReport *report = architecture->index;

    if (report->advice->len == 0)
        g_ptr_array_add(architecture->notes,
                        g_strdup_printf("No index is worth making for the %u statements recorded, "
                                        "by what writes pay for it (`pgarchitect index` tells of "
                                        "each).",
                                        report->workload ? report->workload->queries->len : 0));
    for (guint i = 0; i < report->notes->len; i++)
        g_ptr_array_add(architecture->notes, g_strdup(g_ptr_array_index(report->notes, i)));
}

static gboolean
take_index(PgaDesignRun *run, GError **error)
{
    const PgaIndexAsk ask = {.from = run->request->from, .now = run->request->now};
    GError *failure = NULL;

    run->architecture->index = pga_app_index(&ask, &failure);
    if (!run->architecture->index)
        return set_aside(run->architecture, "indexes for the workload", failure, error);
    take_advice_notes(run->architecture);
    return TRUE;
}

/* A file of DDL runs on no machine: this one's settings would be of no use to it. */
static gboolean
take_settings(PgaDesignRun *run, GError **error)
{
    const PgaTuneRequest request = {.from = run->request->from,
                                    .has_source = TRUE,
                                    .no_lab = run->request->no_lab,
                                    .now = run->request->now};
    GError *failure = NULL;

    if (pga_source_is_ddl(request.from.source) && !request.from.ram) {
        g_ptr_array_add(run->architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup("settings of the server"),
                                            g_strdup("a file of DDL names no machine; "
                                                     "`pgarchitect tune --ram --cores` is told "
                                                     "one")));
        return TRUE;
    }
    run->architecture->tune = pga_app_tune(&request, &failure);
    if (!run->architecture->tune)
        return set_aside(run->architecture, "settings of the server", failure, error);
    pga_design_put_settings(run->architecture);
    return TRUE;
}

static gboolean
take_tables(PgaDesignRun *run, GError **error)
{
    PgaSource source = {0};
    g_autoptr(GPtrArray) told = /* by the check */
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    const gboolean done = pga_source_open(&run->request->from, &source, told, error);

    if (done)
        pga_design_tables_of(run->architecture, source.catalog);
    pga_source_clear(&source);
    return done;
}

/* What is known of a database are its keys; what else follows from what is nowhere written. */
static void
tell_normal_forms(PgaArchitecture *architecture)
{
    g_ptr_array_add(
        architecture->not_checked,
        pga_not_checked_new(NULL, g_strdup("normal forms of the tables"),
                            g_strdup("which columns follow from which is not written in a "
                                     "database; columns that repeat (phone1, phone2) and values "
                                     "that are lists are findings of check, the rest wants a "
                                     "requirements file with its functional dependencies")));
}

static void
drop_file(PgaArchitecture *architecture, const char *path)
{
    for (guint i = 0; i < architecture->files->len; i++)
        if (strcmp(((PgaDesignFile *)g_ptr_array_index(architecture->files, i))->path, path) == 0) {
            g_ptr_array_remove_index(architecture->files, i);
            return;
        }
}

gboolean
pga_design_from_source(PgaDesignRun *run, GError **error)
{
    PgaArchitecture *architecture = run->architecture;
    g_autoptr(GPtrArray) migrations = pga_design_migrations_new();

    if (!take_check(run, error) || !take_tables(run, error))
        return FALSE;
    if (!run->request->no_lab && !take_index(run, error))
        return FALSE;
    if (!take_settings(run, error))
        return FALSE;
    pga_progress_step(run->request->from.progress, "writing migrations");
    pga_design_migrations_gather(architecture, migrations);
    if (!pga_design_migrations_judge(run, migrations, error))
        return FALSE;
    pga_design_migrations_put(architecture, migrations);
    tell_normal_forms(architecture);
    pga_design_diagrams(architecture);
    drop_file(architecture, "topology.mmd"); /* nothing is known of it */
    return TRUE;
}
