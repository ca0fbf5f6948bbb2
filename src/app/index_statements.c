/* The statements that are planned: each text of each query, what it costs as things are, what a
 * unit of its cost counts, what it asks of its relations. */
#include <base/error.h>
#include <base/progress.h>
#include <parse/request.h>
#include <string.h>

#include "index_internal.h"

void
pga_index_sample_free(PgaIndexSample *sample)
{
    g_free(sample->failure);
    g_clear_pointer(&sample->requests, pga_index_requests_free);
    g_clear_pointer(&sample->relations, g_hash_table_unref);
    g_clear_pointer(&sample->used, g_array_unref);
    g_free(sample);
}

static void
add_samples(PgaIndexRun *run, guint number)
{
    const PgaQuery *query = g_ptr_array_index(run->report->workload->queries, number);
    PgaQueryOutcome *outcome = pga_index_report_add_query(run->report, query);

    if (query->not_analysed || query->samples->len == 0) {
        outcome->failure = g_strdup(query->not_analysed ? query->not_analysed : "it has no text");
        return;
    }
    for (guint i = 0; i < query->samples->len; i++) {
        PgaIndexSample *sample = g_new0(PgaIndexSample, 1);

        sample->query = number;
        sample->sample = g_ptr_array_index(query->samples, i);
        sample->before = sample->after = -1;
        g_ptr_array_add(run->samples, sample);
    }
}

static const PgaQuery *
query_of(const PgaIndexRun *run, const PgaIndexSample *sample)
{
    return g_ptr_array_index(run->report->workload->queries, sample->query);
}

/* (transfer full): of PgaWhatifStatement, one for each sample */
static GArray *
statements_of(const PgaIndexRun *run)
{
    GArray *statements = g_array_new(FALSE, TRUE, sizeof(PgaWhatifStatement));

    g_array_set_clear_func(statements, (GDestroyNotify)pga_whatif_statement_clear);
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);
        const PgaWhatifStatement statement = {.text = sample->sample->text,
                                              .usename = query_of(run, sample)->usename,
                                              .number = sample->number};

        g_array_append_val(statements, statement);
    }
    return statements;
}

static gboolean
prepare(PgaIndexRun *run, GArray *statements, GError **error)
{
    if (!pga_whatif_prepare(run->whatif, statements, error))
        return FALSE;
    for (guint i = 0; i < statements->len; i++) {
        const PgaWhatifStatement *statement = &g_array_index(statements, PgaWhatifStatement, i);
        PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        sample->number = statement->number;
        if (statement->number == 0)
            sample->failure =
                g_strdup(statement->failure ? statement->failure : "it cannot be planned");
    }
    return TRUE;
}

static gboolean
cost_as_it_is(PgaIndexRun *run, GError **error)
{
    g_autofree double *costs = g_new0(double, run->samples->len);

    if (!pga_index_cost_all(run, NULL, NULL, costs, NULL, error))
        return FALSE;
    for (guint i = 0; i < run->samples->len; i++)
        ((PgaIndexSample *)g_ptr_array_index(run->samples, i))->before = costs[i];
    return TRUE;
}

/* What a query costs over its samples that can be planned; they stand for the others. */
static void
sum_up_samples(PgaIndexRun *run, double *shares)
{
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, sample->query);

        if (sample->before < 0) {
            if (!outcome->failure)
                outcome->failure = g_strdup(sample->failure);
            continue;
        }
        if (!outcome->planned)
            outcome->before = 0;
        outcome->planned = TRUE;
        outcome->before += sample->sample->share * sample->before;
        shares[sample->query] += sample->sample->share;
    }
    for (guint i = 0; i < run->report->queries->len; i++) {
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, i);

        if (outcome->planned && shares[i] > 0) {
            outcome->before /= shares[i];
            g_clear_pointer(&outcome->failure, g_free);
        }
    }
}

/** What was measured of statements that are planned. */
typedef struct {
    double ms, cost;
    guint n_measured, n_counted, n_once;
} Measured;

static double
calls_of(const PgaQuery *query)
{
    return query->calls > 0 ? query->calls : 1;
}

/* Of queries that only read: what INSERT takes is not in its planner cost. */
static Measured
measure(const PgaIndexReport *report, gboolean reading_only)
{
    Measured all = {0};

    for (guint i = 0; i < report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        const PgaQuery *query = outcome->query;

        if (!outcome->planned)
            continue;
        if (query->total_ms < 0)
            (*(query->calls > 1 ? &all.n_counted : &all.n_once))++;
        else
            all.n_measured++;
        if (query->total_ms < 0 || (reading_only && query->command != 's'))
            continue;
        all.ms += query->total_ms;
        all.cost += calls_of(query) * outcome->before;
    }
    return all;
}

static char *
describe_weights(const Measured *all)
{
    if (all->n_measured == 0)
        return g_strdup(all->n_counted > 0
                            ? "statements count by planner cost and number of calls: no times "
                              "were recorded"
                            : "each statement counts once, by planner cost");
    if (all->n_counted + all->n_once == 0)
        return g_strdup("statements count by the time that they took");
    return g_strdup_printf("%u %s by the time that %s took, %u without times by planner cost and "
                           "calls, a unit of which counts what it takes the others on average",
                           all->n_measured,
                           all->n_measured == 1 ? "statement counts" : "statements count",
                           all->n_measured == 1 ? "it" : "they", all->n_counted + all->n_once);
}

static void
weigh(PgaIndexRun *run, const double *shares)
{
    PgaIndexReport *report = run->report;
    const Measured all = measure(report, FALSE), reading = measure(report, TRUE);
    const Measured *typical = reading.cost > 0 ? &reading : &all;

    run->unit_per_cost = all.n_measured > 0 && typical->cost > 0 ? typical->ms / typical->cost : 1;
    report->unit = all.n_measured > 0 ? "ms" : "planner cost";
    report->weight_method = describe_weights(&all);
    for (guint i = 0; i < report->queries->len; i++) {
        PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        const PgaQuery *query = outcome->query;

        if (!outcome->planned || outcome->before <= 0)
            continue;
        outcome->weight = query->total_ms >= 0 ? query->total_ms / outcome->before
                                               : calls_of(query) * run->unit_per_cost;
    }
    for (guint i = 0; i < run->samples->len; i++) {
        PgaIndexSample *sample = g_ptr_array_index(run->samples, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, sample->query);

        if (sample->before >= 0 && shares[sample->query] > 0)
            sample->weight = outcome->weight * sample->sample->share / shares[sample->query];
    }
}

static int
most_first(gconstpointer a, gconstpointer b)
{
    const PgaNotAnalysed *first = *(PgaNotAnalysed *const *)a;
    const PgaNotAnalysed *second = *(PgaNotAnalysed *const *)b;

    if (first->n != second->n)
        return first->n < second->n ? 1 : -1;
    return g_strcmp0(first->why, second->why);
}

static void
count_failures(PgaIndexReport *report)
{
    for (guint i = 0; i < report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);

        if (!outcome->planned)
            pga_index_report_count_not_analysed(
                report, outcome->failure ? outcome->failure : "it cannot be planned",
                outcome->query->text);
    }
    g_ptr_array_sort(report->not_analysed, most_first);
}

static void
find_relations(const PgaIndexRun *run, PgaIndexSample *sample)
{
    sample->relations = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < sample->requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(sample->requests->requests, i);
        const PgaRelation *relation =
            g_hash_table_lookup(run->relations, GUINT_TO_POINTER(request->relation));

        if (relation)
            g_hash_table_add(sample->relations, (gpointer)pga_index_root(run, relation));
    }
}

/* A cheap statement needs no index; what it writes counts all the same. */
static void
forget_cheap(PgaIndexSample *sample)
{
    if (sample->requests->command == 's')
        g_clear_pointer(&sample->requests, pga_index_requests_free);
    else
        g_ptr_array_set_size(sample->requests->requests, 0);
}

/* What cannot be read is as if nothing were asked. */
static gboolean
ask_requests(PgaIndexRun *run, GArray *statements, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

    if (!pga_whatif_requests(run->whatif, statements, texts, error))
        return FALSE;
    for (guint i = 0; i < run->samples->len && i < texts->len; i++) {
        PgaIndexSample *sample = g_ptr_array_index(run->samples, i);
        const char *text = g_ptr_array_index(texts, i);

        if (!text || sample->before < 0)
            continue;
        sample->requests = pga_index_requests_parse(text, error);
        if (!sample->requests)
            return FALSE;
        if (sample->before < run->bounds.least_cost)
            forget_cheap(sample);
        if (sample->requests)
            find_relations(run, sample);
    }
    return TRUE;
}

/* Whether values stand where the query has parameters: none of them is a constant. */
static gboolean
has_parameters(const PgaQuery *query)
{
    for (guint i = 0; i < query->samples->len; i++) {
        const PgaQuerySample *sample = g_ptr_array_index(query->samples, i);

        if (sample->is_generic || sample->is_guess)
            return TRUE;
    }
    return !query->samples_differ && strstr(query->text, "$1") != NULL;
}

static guint
query_number(const PgaIndexRun *run, guint sample)
{
    return ((const PgaIndexSample *)g_ptr_array_index(run->samples, sample))->query;
}

/* Samples of a query stand one after another. */
static void
settle_constants(const PgaIndexRun *run)
{
    for (guint i = 0; i < run->samples->len;) {
        const guint query = query_number(run, i);
        g_autoptr(GPtrArray) texts = g_ptr_array_new();

        for (; i < run->samples->len && query_number(run, i) == query; i++) {
            const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

            if (sample->requests)
                g_ptr_array_add(texts, sample->requests);
        }
        pga_index_requests_settle(
            texts, has_parameters(g_ptr_array_index(run->report->workload->queries, query)));
    }
}

gboolean
pga_index_prepare(PgaIndexRun *run, GError **error)
{
    const guint n = run->report->workload->queries->len;
    g_autofree double *shares = g_new0(double, MAX(n, 1));
    g_autoptr(GArray) statements = NULL;

    for (guint i = 0; i < n; i++)
        add_samples(run, i);
    statements = statements_of(run);
    if (!prepare(run, statements, error) || !cost_as_it_is(run, error))
        return FALSE;
    sum_up_samples(run, shares);
    weigh(run, shares);
    count_failures(run->report);
    if (!ask_requests(run, statements, error))
        return FALSE;
    settle_constants(run);
    return TRUE;
}
