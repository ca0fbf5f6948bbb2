/* From what holds to what is shown: what each statement costs, plans before and after, what each
 * index is worth by itself, totals. */
#include <base/progress.h>

#include "index_internal.h"
#include "plan_texts_internal.h"

#define MAX_PLANS  300 /* statements whose plans are fetched */
#define N_HARMLESS 1.01

static PgaIndexSample *
sample_at(const PgaIndexRun *run, guint number)
{
    return g_ptr_array_index(run->samples, number);
}

static void
tell_outcomes(PgaIndexRun *run)
{
    g_autofree double *shares = g_new0(double, MAX(run->report->queries->len, 1));

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = sample_at(run, i);
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, sample->query);
        const double ratio = sample->before > 0 ? sample->after / sample->before : 1;

        if (sample->before < 0 || sample->after < 0)
            continue;
        if (shares[sample->query] <= 0) {
            outcome->after = 0;
            outcome->least = outcome->most = ratio;
        }
        outcome->after += sample->sample->share * sample->after;
        outcome->least = MIN(outcome->least, ratio);
        outcome->most = MAX(outcome->most, ratio);
        shares[sample->query] += sample->sample->share;
    }
    for (guint i = 0; i < run->report->queries->len; i++) {
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, i);

        if (shares[i] > 0)
            outcome->after /= shares[i];
        else if (outcome->planned)
            outcome->after = outcome->before;
    }
}

/** The text of a query whose plans are shown, and where. */
static const PgaIndexSample *
shown_sample(const PgaIndexRun *run, guint query)
{
    const PgaIndexSample *found = NULL;

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = sample_at(run, i);

        if (sample->query != query || sample->before < 0 || sample->after < 0)
            continue;
        if (!found || sample->before - sample->after > found->before - found->after)
            found = sample;
    }
    return found;
}

static void
ask(GHashTable *by_user, const PgaIndexRun *run, const PgaIndexSample *sample, const GArray *oids,
    char **text)
{
    const PgaQuery *query = g_ptr_array_index(run->report->workload->queries, sample->query);
    const char *user = query->usename ? query->usename : "";
    const PgaWhatifExplain explain = {.text = sample->sample->text,
                                      .usename = query->usename,
                                      .oids = (const guint32 *)(void *)oids->data,
                                      .n_oids = oids->len};
    PgaPlanTexts *wanted = g_hash_table_lookup(by_user, user);

    if (!wanted) {
        wanted = pga_plan_texts_new();
        g_hash_table_insert(by_user, g_strdup(user), wanted);
    }
    pga_plan_texts_add(wanted, &explain, text);
}

static gboolean
answer(PgaIndexRun *run, GHashTable *by_user, GError **error)
{
    GHashTableIter iter;
    PgaPlanTexts *wanted;

    g_hash_table_iter_init(&iter, by_user);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&wanted))
        if (!pga_plan_texts_fetch(wanted, run->whatif, run->final_names, error))
            return FALSE;
    return TRUE;
}

/* Those of one user at a time: statements of several look in different schemas. */
static gboolean
fetch_plans(PgaIndexRun *run, gboolean after, GError **error)
{
    g_autoptr(GArray) oids = after ? pga_index_configuration(run, NULL, run->chosen, run->removed)
                                   : g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autoptr(GHashTable) by_user =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)pga_plan_texts_free);
    guint n = 0;

    for (guint i = 0; i < run->report->queries->len && n < MAX_PLANS; i++) {
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, i);
        const PgaIndexSample *sample =
            outcome->used->len > 0 || outcome->after > outcome->before * N_HARMLESS
                ? shown_sample(run, i)
                : NULL;

        if (!sample)
            continue;
        n++;
        ask(by_user, run, sample, oids, after ? &outcome->plan_after : &outcome->plan_before);
    }
    return answer(run, by_user, error);
}

static void
fill_effects(PgaIndexReport *report)
{
    for (guint i = 0; i < report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);

        for (guint j = 0; j < advice->effects->len; j++) {
            PgaIndexEffect *effect = g_ptr_array_index(advice->effects, j);
            const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, effect->query);

            effect->before = outcome->before;
            effect->after = outcome->after;
            effect->plan_before = g_strdup(outcome->plan_before);
            effect->plan_after = g_strdup(outcome->plan_after);
        }
    }
}

/* What stands in the place of an index that the search chose; itself when nothing does. */
static guint
standing_for(const PgaIndexRun *run, guint number)
{
    gpointer instead = g_hash_table_lookup(run->replaced, GUINT_TO_POINTER(number));

    return instead ? GPOINTER_TO_UINT(instead) - 1 : number;
}

static void
tell_curve(PgaIndexRun *run)
{
    const PgaSelection *selection = run->selection;
    const double whole = selection->total_before;
    double bytes = 0;

    if (whole <= 0 || run->chosen->len == 0)
        return;
    pga_index_report_add_point(run->report, 0, 1, NULL);
    for (guint i = 0; i < selection->curve->len; i++) {
        const PgaSelectionPoint *point = &g_array_index(selection->curve, PgaSelectionPoint, i);
        const PgaIndexChoice *choice =
            point->index < run->choices->len
                ? pga_index_choice_at(run, standing_for(run, point->index))
                : NULL;
        const char *name = choice ? g_hash_table_lookup(run->final_names, choice->name) : NULL;

        if (point->bytes <= 0 || !name)
            continue;
        bytes += (double)choice->whatif->bytes;
        pga_index_report_add_point(run->report, bytes, point->cost / whole, name);
    }
}

static void
tell_totals(PgaIndexRun *run)
{
    PgaIndexReport *report = run->report;
    const PgaSelection *selection = run->selection;

    report->total_before = selection->total_before;
    report->total_after = selection->total_after + run->lost;
    report->lower_bound = selection->lower_bound;
    report->gap =
        report->total_after > 0 ? MAX(1 - report->lower_bound / report->total_after, 0) : 0;
    report->search_complete = selection->is_complete && run->n_unasked + run->n_untried == 0;
    if (run->n_small > 0 && run->bounds.budget_bytes < 0)
        g_ptr_array_add(
            report->notes,
            g_strdup_printf("%u more %s left out, which would gain less than 2 %% of what a "
                            "statement costs on average%s, or less than the room is worth; with "
                            "--storage-budget whatever fits is taken.",
                            run->n_small, run->n_small == 1 ? "index was" : "indexes were",
                            run->n_small == 1 ? "" : " each"));
}

/** An index and what the statements save that use it. */
typedef struct {
    guint number;
    double saved;
} Saving;

static double
saved_by(const PgaIndexRun *run, guint number)
{
    g_autoptr(GArray) users = pga_index_users(run, number);
    double saved = 0;

    for (guint i = 0; i < users->len; i++) {
        const PgaIndexSample *sample = sample_at(run, g_array_index(users, guint, i));

        if (sample->before >= 0 && sample->after >= 0)
            saved += sample->weight * (sample->before - sample->after);
    }
    return saved;
}

static int
compare_savings(gconstpointer a, gconstpointer b)
{
    const Saving *left = a, *right = b;

    if (left->saved != right->saved)
        return left->saved > right->saved ? -1 : 1;
    return (left->number > right->number) - (left->number < right->number);
}

/* Those first by which the workload saves most: few readers come to the last. */
static void
sort_chosen(PgaIndexRun *run)
{
    g_autoptr(GArray) savings = g_array_new(FALSE, FALSE, sizeof(Saving));

    for (guint i = 0; i < run->chosen->len; i++) {
        const guint number = g_array_index(run->chosen, guint, i);
        const Saving saving = {number, saved_by(run, number)};

        g_array_append_val(savings, saving);
    }
    g_array_sort(savings, compare_savings);
    for (guint i = 0; i < savings->len; i++)
        g_array_index(run->chosen, guint, i) = g_array_index(savings, Saving, i).number;
}

gboolean
pga_index_prove(PgaIndexRun *run, GError **error)
{
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();

    pga_progress_step(run->ask->from.progress, "planning the whole once more");
    if (!pga_index_settle(run, error) || !pga_index_cost_each_left_out(run, G_MAXUINT, error))
        return FALSE;
    tell_outcomes(run);
    sort_chosen(run);
    pga_index_take_source_names(run); /* without those of candidates */
    for (guint i = 0; i < run->chosen->len; i++) {
        const guint number = g_array_index(run->chosen, guint, i);

        if (!pga_index_tell_advice(run, number, error))
            return FALSE;
        g_ptr_array_add(chosen, pga_index_choice_at(run, number));
    }
    if (!fetch_plans(run, FALSE, error) || !fetch_plans(run, TRUE, error) ||
        (run->when_chosen && !run->when_chosen(run->self, error)))
        return FALSE;
    fill_effects(run->report);
    pga_index_tell_hindrances(run);
    tell_totals(run);
    tell_curve(run);
    pga_index_tell_removals(run);
    return pga_index_tell_findings(run, error) &&
           (run->is_new || pga_index_prove_ddl(run, chosen, error));
}
