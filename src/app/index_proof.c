/* From what the search chose to what is shown: everything planned once more as a whole, what each
 * index is worth by itself, plans before and after, what it takes to build. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "index_internal.h"

#define MAX_PLANS        300 /* statements whose plans are fetched */
#define N_HARMLESS       1.01
#define N_MEDIANS        10    /* more than a statement counts in an average of planner costs */
#define NEXT_TO_NOTHING  0.01  /* of the least gain */
#define SCAN_BYTES_S     100e6 /* of a table's pages, from disk */
#define COMPARE_S        2e-8
#define GIN_BYTES_S      3e6 /* of entries taken out of documents and gathered in memory */
#define MAX_PRUNE_ROUNDS 3
#define SURPRISE         1.001 /* times what the whole should cost */

static PgaIndexSample *
sample_at(const PgaIndexRun *run, guint number)
{
    return g_ptr_array_index(run->samples, number);
}

static gboolean
uses(const PgaIndexSample *sample, guint number)
{
    for (guint i = 0; sample->used && i < sample->used->len; i++)
        if (g_array_index(sample->used, guint, i) == number)
            return TRUE;
    return FALSE;
}

static gboolean
plan_whole(PgaIndexRun *run, GError **error)
{
    g_autofree double *costs = g_new0(double, MAX(run->samples->len, 1));
    g_autoptr(GPtrArray) used = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

    if (!pga_index_cost_all(run, run->chosen, run->removed, costs, used, error))
        return FALSE;
    for (guint i = 0; i < run->samples->len; i++) {
        PgaIndexSample *sample = sample_at(run, i);

        sample->after = costs[i];
        g_clear_pointer(&sample->used, g_array_unref);
        sample->used = g_array_ref(g_ptr_array_index(used, i));
    }
    return TRUE;
}

/* What no plan uses with all the others there is not worth its room. */
static guint
drop_idle(PgaIndexRun *run)
{
    guint n_dropped = 0;

    for (guint i = 0; i < run->chosen->len;) {
        const guint number = g_array_index(run->chosen, guint, i);
        gboolean used = FALSE;

        for (guint j = 0; !used && j < run->samples->len; j++)
            used = uses(sample_at(run, j), number);
        if (used) {
            i++;
            continue;
        }
        g_array_remove_index(run->chosen, i);
        n_dropped++;
    }
    return n_dropped;
}

GArray *
pga_index_users(const PgaIndexRun *run, guint number)
{
    GArray *users = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->samples->len; i++)
        if (uses(sample_at(run, i), number))
            g_array_append_val(users, i);
    return users;
}

/* What leaving out an index by itself would cost, without what its own upkeep is; from @enough on
 * what is known by then. */
static gboolean
gain_of(PgaIndexRun *run, guint number, double enough, double *gain, GError **error)
{
    g_autoptr(GArray) users = pga_index_users(run, number);
    const double upkeep = pga_index_choice_at(run, number)->upkeep;
    double costs[PGA_INDEX_SLICE], lost = 0;

    for (guint from = 0, n = PGA_INDEX_FIRST_SLICE; from < users->len && lost - upkeep < enough;
         from += n, n = PGA_INDEX_SLICE) {
        g_autoptr(GArray) some = pga_index_slice(users, from, n);

        if (!pga_index_cost_instead(run, number, PGA_INDEX_NONE, some, costs, error))
            return FALSE;
        for (guint i = 0; i < some->len; i++) {
            const PgaIndexSample *sample = sample_at(run, g_array_index(some, guint, i));

            if (costs[i] >= 0)
                lost += sample->weight * MAX(costs[i] - sample->after, 0);
        }
    }
    *gain = MAX(lost - upkeep, 0);
    return TRUE;
}

static gint
compare_costs(gconstpointer a, gconstpointer b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

/* What a statement costs on average. Of planner costs, which are no times, a statement that counts
 * more than many others together is not to decide what is worth an index for those. */
static double
average_cost(const PgaIndexRun *run)
{
    g_autoptr(GArray) costs = g_array_new(FALSE, FALSE, sizeof(double));
    double most = G_MAXDOUBLE, sum = 0;

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = sample_at(run, i);
        const double cost = sample->before < 0 ? 0 : sample->weight * sample->before;

        g_array_append_val(costs, cost);
    }
    if (costs->len == 0)
        return 0;
    g_array_sort(costs, compare_costs);
    if (!g_str_equal(run->report->unit, "ms"))
        most = N_MEDIANS * g_array_index(costs, double, (costs->len - 1) / 2);
    for (guint i = 0; i < costs->len; i++)
        sum += MIN(g_array_index(costs, double, i), most);
    return sum / costs->len;
}

double
pga_index_least_gain(const PgaIndexRun *run)
{
    return PGA_INDEX_MIN_GAIN * average_cost(run);
}

/* Without a budget room is not free all the same: what hardly pays is left out, the least useful
 * first, and the rest is looked at once more each time. With one all that fits is wanted, but not
 * what the others do as well. */
static gboolean
drop_small(PgaIndexRun *run, GError **error)
{
    const double least =
        pga_index_least_gain(run) * (run->bounds.budget_bytes < 0 ? 1 : NEXT_TO_NOTHING);

    if (!pga_index_cost_each_left_out(run, PGA_INDEX_FIRST_SLICE, error))
        return FALSE;
    for (guint i = run->chosen->len; i > 0; i--) {
        const guint number = g_array_index(run->chosen, guint, i - 1);
        g_autoptr(GArray) users = NULL;
        double gain;

        if (!gain_of(run, number, least, &gain, error))
            return FALSE;
        if (gain >= least)
            continue;
        users = pga_index_users(run, number);
        g_array_remove_index(run->chosen, i - 1);
        run->n_small++;
        run->lost += gain;
        if (!pga_index_replan(run, users, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
shrink(PgaIndexRun *run, GError **error)
{
    guint n_smaller = 0, n_longer = 0;

    return pga_index_shrink(run, &n_smaller, error) && pga_index_lengthen(run, &n_longer, error) &&
           (n_smaller + n_longer == 0 || plan_whole(run, error));
}

static double
whole_cost(const PgaIndexRun *run)
{
    double sum = 0;

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = sample_at(run, i);

        sum += sample->after < 0 ? 0 : sample->weight * sample->after;
    }
    return sum;
}

/* What no plan uses can all the same keep the planner from a path that would prune a better one:
 * where the whole costs more than @cost, what is missing of @chosen comes back until it does not.
 */
static gboolean
bring_back(PgaIndexRun *run, const GArray *chosen, double cost, guint *n_missing, GError **error)
{
    *n_missing = chosen->len - run->chosen->len;
    if (!plan_whole(run, error))
        return FALSE;
    for (guint i = 0; i < chosen->len && (*n_missing) > 0 && whole_cost(run) > cost * SURPRISE;
         i++) {
        const guint number = g_array_index(chosen, guint, i);

        if (i < run->chosen->len && g_array_index(run->chosen, guint, i) == number)
            continue;
        g_array_insert_val(run->chosen, i, number);
        (*n_missing)--;
        if (run->removed->len > 0)
            pga_index_settle_removals(run);
        if (!plan_whole(run, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
leave_out_small(PgaIndexRun *run, GError **error)
{
    g_autoptr(GArray) chosen = g_array_copy(run->chosen);
    const double cost = whole_cost(run);
    guint n_missing;

    if (!drop_small(run, error))
        return FALSE;
    if (!bring_back(run, chosen, cost + run->lost, &n_missing, error))
        return FALSE;
    if (n_missing < run->n_small)
        run->lost = MAX(whole_cost(run) - cost, 0);
    run->n_small = n_missing;
    return TRUE;
}

/* Until none is idle, or one has to stay. */
static gboolean
leave_out_idle(PgaIndexRun *run, GError **error)
{
    guint n_missing = 1;

    for (guint round = 0; round < MAX_PRUNE_ROUNDS && n_missing > 0; round++) {
        g_autoptr(GArray) chosen = g_array_copy(run->chosen);
        const double cost = whole_cost(run);

        if (drop_idle(run) == 0)
            return TRUE;
        pga_index_settle_removals(run);
        if (!bring_back(run, chosen, cost, &n_missing, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
settle(PgaIndexRun *run, GError **error)
{
    run->chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    run->removed = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < run->selection->chosen->len; i++) {
        const guint number = g_array_index(run->selection->chosen, guint, i);

        if (pga_index_choice_at(run, number)->candidate)
            g_array_append_val(run->chosen, number);
    }
    if (!plan_whole(run, error) || !leave_out_small(run, error) || !shrink(run, error))
        return FALSE;
    pga_index_settle_removals(run);
    return plan_whole(run, error) && leave_out_idle(run, error);
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

static gboolean
tell_gain(PgaIndexRun *run, guint number, PgaIndexAdvice *advice, GError **error)
{
    g_autoptr(GArray) users = pga_index_users(run, number);
    guint last = G_MAXUINT;

    for (guint i = 0; i < users->len; i++) {
        const guint query = sample_at(run, g_array_index(users, guint, i))->query;
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, query);

        if (query == last)
            continue;
        last = query;
        g_ptr_array_add(outcome->used, g_strdup(advice->name));
        pga_index_advice_add_effect(advice, query);
    }
    return gain_of(run, number, HUGE_VAL, &advice->gain, error);
}

/* Two scans of the table (CONCURRENTLY), a sort, the pages written. */
static void
tell_build(const PgaIndexRun *run, const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    const PgaRelation *relation = choice->relation;
    const gint64 heap =
        relation->heap_bytes >= 0 ? relation->heap_bytes : 8192 * (gint64)relation->relpages;
    const gint64 memory =
        1024 * pga_catalog_setting_int64(run->source.catalog, "maintenance_work_mem");
    const double rows = MAX(relation->reltuples, 1);
    const gboolean is_gin = g_str_equal(choice->candidate->amname, "gin");
    const double factor = is_gin || g_str_equal(choice->candidate->amname, "brin") ? 0 : 1;
    const gboolean external = memory > 0 && advice->bytes > memory;
    g_autofree char *scanned = pga_bytes_format_storage(MAX(heap, 0));
    g_autofree char *n = pga_count_format(rows);

    if (heap <= 0)
        return;
    advice->build_seconds = 2 * (double)heap / SCAN_BYTES_S +
                            factor * (external ? 2 : 1) * rows * log2(rows + 1) * COMPARE_S +
                            (double)MAX(advice->bytes, 0) / (is_gin ? GIN_BYTES_S : SCAN_BYTES_S);
    advice->build_method =
        g_strdup_printf("rough: %s read twice at 100 MB/s, %s rows%s%s", scanned, n,
                        factor > 0 ? " sorted"
                        : is_gin   ? " taken apart"
                                   : "",
                        external ? " beyond maintenance_work_mem" : "");
}

static void
tell_definition(const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    const PgaIndexCandidate *candidate = choice->candidate;

    for (guint i = 0; i < candidate->keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(candidate->keys, i);

        g_ptr_array_add(advice->columns,
                        g_strdup_printf("%s%s%s%s%s", key->expression, key->opcname ? " " : "",
                                        key->opcname ? key->opcname : "",
                                        key->descending ? " DESC" : "",
                                        key->nulls_first == key->descending ? ""
                                        : key->nulls_first                  ? " NULLS FIRST"
                                                                            : " NULLS LAST"));
    }
    for (guint i = 0; i < candidate->include->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(choice->relation, g_array_index(candidate->include, gint16, i));

        if (attribute)
            g_ptr_array_add(advice->include, pga_quote_identifier(attribute->attname));
    }
    advice->predicate = g_strdup(candidate->predicate);
    advice->rationale = g_strdup(candidate->rationale);
    advice->type = g_strdup(candidate->amname);
}

static gboolean
tell_advice(PgaIndexRun *run, guint number, GError **error)
{
    PgaIndexChoice *choice = pga_index_choice_at(run, number);
    PgaIndexAdvice *advice = pga_index_report_add_advice(run->report);
    char *name = pga_index_take_name(run, choice->candidate, choice->relation);

    g_hash_table_insert(run->final_names, choice->name, name);
    advice->table = pga_relation_display(choice->relation, NULL);
    advice->name = g_strdup(name);
    advice->bytes = choice->whatif->bytes;
    advice->accuracy = g_strdup(choice->whatif->accuracy);
    advice->upkeep = choice->upkeep;
    advice->write_cost = g_strdup(choice->write_cost);
    tell_definition(choice, advice);
    tell_build(run, choice, advice);
    pga_index_write_ddl(run, choice, advice);
    if (run->is_new) {
        advice->proven = TRUE;
        advice->proof = g_strdup("made on the clone, empty, where the queries were planned");
    }
    run->report->bytes += MAX(advice->bytes, 0);
    run->report->upkeep += choice->upkeep;
    return tell_gain(run, number, advice, error);
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

/** Plans that are asked for, of one user: statements of several look in different schemas. */
typedef struct {
    GArray *explains; /* of PgaWhatifExplain */
    GPtrArray *texts; /* of char **: where they go, parallel */
} Asked;

static void
asked_free(gpointer data)
{
    Asked *asked = data;

    g_array_unref(asked->explains);
    g_ptr_array_unref(asked->texts);
    g_free(asked);
}

static void
ask(GHashTable *by_user, PgaIndexRun *run, const PgaIndexSample *sample, const GArray *oids,
    char **text)
{
    const PgaQuery *query = g_ptr_array_index(run->report->workload->queries, sample->query);
    const char *user = query->usename ? query->usename : "";
    const PgaWhatifExplain explain = {.text = sample->sample->text,
                                      .usename = query->usename,
                                      .oids = (const guint32 *)(void *)oids->data,
                                      .n_oids = oids->len};
    Asked *asked = g_hash_table_lookup(by_user, user);

    if (!asked) {
        asked = g_new0(Asked, 1);
        asked->explains = g_array_new(FALSE, TRUE, sizeof(PgaWhatifExplain));
        g_array_set_clear_func(asked->explains, (GDestroyNotify)pga_whatif_explain_clear);
        asked->texts = g_ptr_array_new();
        g_hash_table_insert(by_user, g_strdup(user), asked);
    }
    g_array_append_val(asked->explains, explain);
    g_ptr_array_add(asked->texts, text);
}

static gboolean
answer(PgaIndexRun *run, GHashTable *by_user, GError **error)
{
    GHashTableIter iter;
    Asked *asked;

    g_hash_table_iter_init(&iter, by_user);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&asked)) {
        PgaWhatifExplain *explains = (PgaWhatifExplain *)(void *)asked->explains->data;

        if (!pga_whatif_explain_all(run->whatif, explains, asked->explains->len, error))
            return FALSE;
        for (guint i = 0; i < asked->texts->len; i++)
            if (explains[i].plan)
                *(char **)g_ptr_array_index(asked->texts, i) =
                    pga_index_plan_rename(explains[i].plan, run->final_names);
    }
    return TRUE;
}

static gboolean
fetch_plans(PgaIndexRun *run, gboolean after, GError **error)
{
    g_autoptr(GArray) oids = after ? pga_index_configuration(run, NULL, run->chosen, run->removed)
                                   : g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autoptr(GHashTable) by_user =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, asked_free);
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

gboolean
pga_index_prove(PgaIndexRun *run, GError **error)
{
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();

    pga_progress_step(run->ask->from.progress, "planning the whole once more");
    if (!settle(run, error) || !pga_index_cost_each_left_out(run, G_MAXUINT, error))
        return FALSE;
    tell_outcomes(run);
    pga_index_take_source_names(run); /* without those of candidates */
    for (guint i = 0; i < run->chosen->len; i++) {
        const guint number = g_array_index(run->chosen, guint, i);

        if (!tell_advice(run, number, error))
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
