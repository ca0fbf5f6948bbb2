/* tune: what is stated, measured and detected → input → settings → report. */
#include "app/tune.h"

#include <advisor/tuning.h>
#include <base/error.h>
#include <base/progress.h>

#include "since_internal.h"
#include "tune_internal.h"

/* Notes of a source that no setting depends on. */
static gboolean
concerns_tune(const PgaNotChecked *entry)
{
    static const char *const others[] = {"last values of sequences",
                                         "column statistics (pg_stats)",
                                         "usage on the primary and on other standbys",
                                         "rules of pg_hba.conf",
                                         "errors in configuration files",
                                         NULL};

    return !g_strv_contains(others, entry->what);
}

static void
take_notes(GPtrArray *from, GPtrArray *to)
{
    while (from->len > 0) {
        PgaNotChecked *entry = g_ptr_array_steal_index(from, 0);

        if (concerns_tune(entry))
            g_ptr_array_add(to, entry);
        else
            pga_not_checked_free(entry);
    }
}

static gboolean
read_source(PgaTuneRun *run, PgaSource *source, GError **error)
{
    const PgaTuneRequest *request = run->request;
    PgaSourceRequest from = request->from;
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    from.database_sizes = TRUE;
    from.ram = NULL;                    /* what is there is read all the same */
    if (pga_source_is_ddl(from.source)) /* it is loaded into a lab of that major */
        from.pg_version = run->input->stated_major;
    if (!pga_source_open(&from, source, not_checked, error) ||
        !pga_source_read_facts(source, not_checked, error) ||
        (request->since && !pga_app_since(request->since, source, request->now, run->notes, error)))
        return FALSE;
    take_notes(not_checked, run->not_checked);
    pga_tune_measure(run, source);
    pga_tune_evidence(run, source);
    return TRUE;
}

static void
move(GPtrArray *from, GPtrArray *to)
{
    while (from->len > 0)
        g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

static gboolean
is_complete(const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->not_checked->len; i++)
        if (!((const PgaNotChecked *)g_ptr_array_index(tuning->not_checked, i))->rule)
            return FALSE;
    return TRUE;
}

/* -1: no server was started, or it does not count them (before 15). */
static gint64
counted_huge_pages(const PgaTuning *tuning)
{
    const PgaTuningProof *proof =
        tuning->proof->len > 0 ? g_ptr_array_index(tuning->proof, 0) : NULL;

    return proof ? proof->huge_pages : -1;
}

static PgaTuneReport *
finish(PgaTuneRun *run, PgaSource *source, GError **error)
{
    g_autoptr(PgaTuneReport) report = pga_tune_report_new();

    report->tuning = pga_tune(g_steal_pointer(&run->input));
    move(run->notes, report->tuning->notes);
    move(run->not_checked, report->tuning->not_checked);
    pga_tune_compare(source, report->tuning);
    pga_tune_doubt(source, report->tuning);
    report->now_worst_kb = pga_tune_memory_now(source, report->tuning);

    if (!pga_tune_prove(run->request, report->tuning, error))
        return NULL;
    pga_tune_kernel(report->tuning, counted_huge_pages(report->tuning));
    report->version_method = g_steal_pointer(&run->version_method);
    report->complete = is_complete(report->tuning);
    report->environment = g_steal_pointer(&source->environment);
    report->tuning->input->evidence.settings = NULL; /* they end with the source */
    return g_steal_pointer(&report);
}

static void
run_clear(PgaTuneRun *run)
{
    pga_tuning_input_free(run->input);
    g_ptr_array_unref(run->notes);
    g_ptr_array_unref(run->not_checked);
    g_free(run->version_method);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaTuneRun, run_clear)

static gboolean
check_request(const PgaTuneRequest *request, GError **error)
{
    if (!request->since || request->has_source)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "--since needs a source");
    pga_error_hint(error, "Name the database, or a later snapshot of it: \"pgarchitect tune "
                          "now.pga --since before.pga\".");
    return FALSE;
}

PgaTuneReport *
pga_app_tune(const PgaTuneRequest *request, GError **error)
{
    g_auto(PgaTuneRun) run = {
        .request = request,
        .input = pga_tuning_input_new(),
        .notes = g_ptr_array_new_with_free_func(g_free),
        .not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free),
    };
    g_auto(PgaSource) source = {0};

    if (!check_request(request, error) || !pga_tune_state(&run, error) ||
        (request->has_source && !read_source(&run, &source, error)))
        return NULL;
    if (!request->has_source || source.environment->source_kind == PGA_SOURCE_DDL)
        pga_tune_detect(&run);
    pga_tune_assume(&run, &source);
    pga_progress_step(request->from.progress, "computing the settings");
    return finish(&run, &source, error);
}
