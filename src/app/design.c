/* design: requirements → tables, queries, partitions → executed → indexes, plans → server → files.
 */
#include "app/design.h"

#include <base/error.h>
#include <base/file.h>
#include <base/interrupt.h>
#include <design/design.h>
#include <parse/requirements.h>

#include "design_internal.h"
#include "design_prune_internal.h"
#include "source_internal.h"

#define MAX_BYTES ((gsize)4 * 1024 * 1024)

/* --pg-version goes before what the file says. */
static gboolean
set_version(PgaRequirements *requirements, const char *version, GError **error)
{
    guint64 major = 0;

    if (!version)
        return TRUE;
    if (!g_ascii_string_to_unsigned(version, 10, 10, 99, &major, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT, "--pg-version %s is no major version", version);
        pga_error_hint(error, "17, for example.");
        return FALSE;
    }
    requirements->deployment.major = (guint)major;
    g_free(requirements->deployment.version);
    requirements->deployment.version = g_strdup(version);
    return TRUE;
}

static PgaRequirements *
read_requirements(const PgaDesignRequest *request, GError **error)
{
    const char *path = request->from.source;
    const gboolean from_input = g_str_equal(path, "-");
    g_autofree char *name = from_input ? g_strdup("stdin") : g_path_get_basename(path);
    g_autoptr(PgaRequirements) requirements = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;

    text = from_input ? pga_file_read_input(MAX_BYTES, &length, error)
                      : pga_file_read(path, MAX_BYTES, &length, error);
    if (!text)
        return NULL;
    requirements = pga_requirements_parse(text, length, name, error);
    if (!requirements || !set_version(requirements, request->pg_version, error))
        return NULL;
    pga_design_complete(requirements);
    return pga_design_check(requirements, error) ? g_steal_pointer(&requirements) : NULL;
}

static void
tell_no_lab(PgaArchitecture *architecture)
{
    static const char *const skipped[] = {"indexes, costs and latencies of the access patterns",
                                          "pruning of partitions", "the SQL files on a server",
                                          "configuration files by their programs"};

    for (guint i = 0; i < G_N_ELEMENTS(skipped); i++)
        g_ptr_array_add(
            architecture->not_checked,
            pga_not_checked_new(NULL, g_strdup(skipped[i]), g_strdup("--no-lab was given")));
    architecture->complete = FALSE;
}

/* The SQL files are what they are going to be, while planning goes on. */
static gboolean
begin_execution(PgaDesignRun *run, GError **error)
{
    PgaArchitecture *architecture = run->architecture;
    gboolean begun;

    architecture->pg_partman = run->request->pg_partman;
    pga_design_ddl(architecture);
    begun = pga_design_execute_begin(run, error);
    architecture->pg_partman = FALSE;
    if (run->request->pg_partman)
        pga_design_ddl(architecture);
    return begun;
}

/* What was designed so far is thrown away, but for what spoke against partitions. */
static void
begin_again(PgaDesignRun *run)
{
    PgaArchitecture *old = run->architecture;
    PgaArchitecture *architecture = pga_architecture_new(g_steal_pointer(&old->requirements));
    GHashTable *none = architecture->unpartitioned;

    pga_design_run_clear(run);
    architecture->unpartitioned = old->unpartitioned;
    old->unpartitioned = none;
    architecture->major = old->major;
    architecture->complete = TRUE;
    run->architecture = architecture;
    pga_architecture_free(old);
}

/* *again: partitions cost more than they bring: the design has to be made without them. */
static gboolean
plan(PgaDesignRun *run, gboolean *again, GError **error)
{
    const guint n_known = g_hash_table_size(run->architecture->unpartitioned);

    if (!pga_design_plan(run, error) || !pga_design_views(run->architecture, error) ||
        !begin_execution(run, error) || !pga_design_plan_tenfold(run, error) ||
        !pga_design_prune(run, error))
        return FALSE;
    *again = pga_prune_reconsider(run->architecture) &&
             g_hash_table_size(run->architecture->unpartitioned) > n_known;
    return TRUE;
}

static gboolean
design(PgaDesignRun *run, gboolean *again, GError **error)
{
    PgaArchitecture *architecture = run->architecture;
    g_autoptr(PgaDesignTuning) tuning = NULL;

    if (!pga_design_tables(architecture, error) || !pga_design_queries(architecture, error) ||
        !pga_design_partitions(architecture, error) ||
        !pga_design_availability(architecture, error))
        return FALSE;
    pga_design_sizes(architecture);
    pga_design_ddl(architecture);
    tuning = pga_design_tune_begin(run);
    if (!run->request->no_lab && (!plan(run, again, error) || *again))
        return *again;
    if (run->request->no_lab)
        tell_no_lab(architecture);
    if (!pga_design_tune_end(run, tuning, error))
        return FALSE;
    /* planned with our own procedure: the lab has no pg_partman */
    architecture->pg_partman = run->request->pg_partman;
    pga_design_sizes(architecture);
    pga_design_ddl(architecture);
    pga_design_configuration(architecture);
    pga_design_diagrams(architecture);
    return run->request->no_lab ||
           (pga_design_execute(run, error) && pga_design_check_files(run, error));
}

/* Nothing was required: the database says what is there. */
static PgaArchitecture *
design_from_source(PgaDesignRun *run, GError **error)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());

    run->architecture = architecture;
    architecture->complete = TRUE;
    if (!pga_design_from_source(run, error) || pga_interrupt_check(error))
        return NULL;
    return g_steal_pointer(&architecture);
}

PgaArchitecture *
pga_app_design(const PgaDesignRequest *request, GError **error)
{
    g_autoptr(PgaArchitecture) architecture = NULL;
    g_auto(PgaDesignRun) run = {.request = request};
    gboolean again = TRUE, done = TRUE;
    PgaRequirements *requirements;

    if (!pga_design_is_requirements(request->from.source))
        return design_from_source(&run, error);
    requirements = read_requirements(request, error);
    if (!requirements)
        return NULL;
    run.architecture = pga_architecture_new(requirements);
    run.architecture->major = requirements->deployment.major;
    run.architecture->complete = TRUE;
    while (again && done) {
        again = FALSE;
        done = design(&run, &again, error);
        if (again)
            begin_again(&run);
    }
    architecture = run.architecture;
    if (!done || pga_interrupt_check(error))
        return NULL;
    return g_steal_pointer(&architecture);
}
