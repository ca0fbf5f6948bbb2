/* Which texts the source's planner is asked for, its costs, and how they compare with the clone's.
 */
#include <base/progress.h>
#include <jansson.h>
#include <string.h>

#include "index_verify_internal.h"

#define TIME_IS_UP "the time for it was up (--verify-limit)"
#define NOT_MADE   "served by an index that cannot be hypothetical there"

/* Whether both planners can be asked for it. */
static gboolean
is_comparable(const PgaIndexSample *sample)
{
    return sample->before >= 0 && sample->after >= 0 && !sample->sample->is_generic;
}

static PgaIndexSample *
sample_at(const PgaIndexRun *run, guint number)
{
    return g_ptr_array_index(run->samples, number);
}

/* Samples of a query stand together. *first: of the next query when done. */
static void
choose_query(PgaIndexVerify *verify, guint query, guint first, guint n)
{
    PgaIndexVerification *verification = verify->verification;
    const char *why = "parameters whose values are not known";

    for (guint i = first; i < first + n; i++) {
        const PgaIndexSample *sample = sample_at(verify->run, i);
        const PgaIndexProbe probe = {sample, verification->queries->len, -1, -1};

        if (!is_comparable(sample))
            continue;
        why = pga_index_may_call(verify->reached, sample->sample->text);
        if (why)
            break;
        g_array_append_val(verify->probes, probe);
    }
    if (why) {
        pga_unmeasured_count(verification->left_out, why, 1);
        return;
    }
    pga_index_verification_add_query(verification, query);
    g_ptr_array_add(verify->reasons, NULL);
}

static void
choose(PgaIndexVerify *verify, gboolean concerned)
{
    const PgaIndexRun *run = verify->run;
    guint n;

    for (guint first = 0; first < run->samples->len; first += n) {
        const guint query = sample_at(run, first)->query;
        const PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, query);

        n = 1;
        while (first + n < run->samples->len && sample_at(run, first + n)->query == query)
            n++;
        if (outcome->planned && pga_index_is_concerned(outcome) == concerned)
            choose_query(verify, query, first, n);
    }
}

void
pga_index_choose_probes(PgaIndexVerify *verify)
{
    choose(verify, TRUE);
    choose(verify, FALSE);
}

/* (transfer full) (nullable): how the plan reads the table, or, without @relname, the first one. */
static char * /* NOLINTNEXTLINE(misc-no-recursion): as deep as jansson lets a document be */
find_scan(const json_t *plan, const char *relname)
{
    const char *type = json_string_value(json_object_get(plan, "Node Type"));
    const char *relation = json_string_value(json_object_get(plan, "Relation Name"));
    const char *index = json_string_value(json_object_get(plan, "Index Name"));
    const json_t *child;
    char *found = NULL;
    size_t i;

    if (type && relation && (!relname || strcmp(relation, relname) == 0))
        return index ? g_strdup_printf("%s using %s on %s", type, index, relation)
                     : g_strdup_printf("%s on %s", type, relation);
    json_array_foreach(json_object_get(plan, "Plans"), i, child)
    {
        found = find_scan(child, relname);
        if (found)
            break;
    }
    return found;
}

/* The table that the first of the unused indexes is on; of its partitions any will do. */
static char *
scan_instead(const PgaIndexVerify *verify, const PgaQueryOutcome *outcome, const json_t *plan)
{
    const PgaIndexReport *report = verify->run->report;
    char *found = NULL;

    for (guint i = 0; i < report->advice->len && !found; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);
        const PgaIndexChoice *choice =
            pga_index_choice_at(verify->run, g_array_index(verify->run->chosen, guint, i));

        if (g_ptr_array_find_with_equal_func(outcome->used, advice->name, g_str_equal, NULL))
            found = find_scan(plan, choice->relation->relname);
    }
    return found ? found : find_scan(plan, NULL);
}

static double
take_plan(PgaIndexVerify *verify, PgaVerifiedQuery *query, const char *text, gboolean after)
{
    const PgaQueryOutcome *outcome = g_ptr_array_index(verify->run->report->queries, query->query);
    json_t *document = json_loads(text, 0, NULL);
    const json_t *plan = json_object_get(json_array_get(document, 0), "Plan");
    const json_t *cost = json_object_get(plan, "Total Cost");
    const double total = json_is_number(cost) ? json_number_value(cost) : -1;

    if (after) {
        pga_index_explained_find(verify->made, plan, verify->run->report, query->used);
        if (!query->instead && outcome->used->len > 0)
            query->instead = scan_instead(verify, outcome, plan);
    }
    json_decref(document);
    return total;
}

static void
give_up(PgaIndexVerify *verify, guint verified, const char *why)
{
    char **reason = (char **)&g_ptr_array_index(verify->reasons, verified);

    if (!*reason)
        *reason = g_strdup(why);
}

static gboolean
probe_one(PgaIndexVerify *verify, PgaIndexProbe *probe, gboolean after, GError **error)
{
    const PgaIndexRun *run = verify->run;
    PgaVerifiedQuery *query = g_ptr_array_index(verify->verification->queries, probe->verified);
    const char *usename =
        ((const PgaQueryOutcome *)g_ptr_array_index(run->report->queries, query->query))
            ->query->usename;
    g_autofree char *path =
        usename ? pga_whatif_search_path(run->source.catalog, run->source.objects, usename) : NULL;
    g_autofree char *plan = NULL, *failure = NULL;

    if (!pga_live_explain(verify->live, probe->sample->sample->text, path, &plan, &failure, error))
        return FALSE;
    if (plan)
        *(after ? &probe->after : &probe->before) = take_plan(verify, query, plan, after);
    else
        give_up(verify, probe->verified, failure);
    return TRUE;
}

/* A statement that one text of fails with is not asked for any further. */
gboolean
pga_index_probe(PgaIndexVerify *verify, gboolean after, gint64 until, GError **error)
{
    for (guint i = 0; i < verify->probes->len; i++) {
        PgaIndexProbe *probe = &g_array_index(verify->probes, PgaIndexProbe, i);

        if (g_ptr_array_index(verify->reasons, probe->verified))
            continue;
        pga_progress_step(verify->run->ask->from.progress,
                          "asking the source's planner: text %u of %u %s", i + 1,
                          verify->probes->len, after ? "with the indexes" : "as it is");
        if (g_get_monotonic_time() >= until)
            give_up(verify, probe->verified, TIME_IS_UP);
        else if (!probe_one(verify, probe, after, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
lacks_an_index(const PgaIndexVerify *verify, const PgaQueryOutcome *outcome)
{
    for (guint i = 0; i < verify->verification->indexes->len; i++) {
        const PgaMeasuredIndex *index = g_ptr_array_index(verify->verification->indexes, i);
        const PgaIndexAdvice *advice =
            g_ptr_array_index(verify->run->report->advice, index->advice);

        if (index->failure &&
            g_ptr_array_find_with_equal_func(outcome->used, advice->name, g_str_equal, NULL))
            return TRUE;
    }
    return FALSE;
}

/* Of one query: averages over its texts, as the clone's costs are. */
static void
add_up(PgaIndexVerify *verify, guint verified, PgaVerifiedQuery *query)
{
    double shares = 0;

    for (guint i = 0; i < verify->probes->len; i++) {
        const PgaIndexProbe *probe = &g_array_index(verify->probes, PgaIndexProbe, i);
        const double share = probe->sample->sample->share;

        if (probe->verified != verified)
            continue;
        shares += share;
        query->our_before += share * probe->sample->before;
        query->our_after += share * probe->sample->after;
        query->before += share * probe->before;
        query->after += share * probe->after;
    }
    query->our_before /= shares;
    query->our_after /= shares;
    query->before /= shares;
    query->after /= shares;
}

static void
count(PgaIndexVerification *verification, const PgaQueryOutcome *outcome,
      const PgaVerifiedQuery *query)
{
    const double calls = MAX(outcome->query->calls, 1);

    verification->n_differing += query->verdict != PGA_VERDICT_AGREES ? 1 : 0;
    verification->our_total_before += calls * query->our_before;
    verification->our_total_after += calls * query->our_after;
    verification->total_before += calls * query->before;
    verification->total_after += calls * query->after;
}

/* What could not be compared leaves the list, and is counted. */
void
pga_index_settle_verdicts(PgaIndexVerify *verify)
{
    PgaIndexVerification *verification = verify->verification;
    GPtrArray *queries = verification->queries;
    guint place = 0;

    for (guint i = 0; i < verify->reasons->len; i++) {
        PgaVerifiedQuery *query = g_ptr_array_index(queries, place);
        const PgaQueryOutcome *outcome =
            g_ptr_array_index(verify->run->report->queries, query->query);
        const char *why = g_ptr_array_index(verify->reasons, i);

        if (!why && lacks_an_index(verify, outcome))
            why = NOT_MADE;
        if (why) {
            pga_unmeasured_count(verification->left_out, why, 1);
            g_ptr_array_remove_index(queries, place);
            continue;
        }
        add_up(verify, i, query);
        query->verdict =
            pga_verdict_of(query, outcome->used->len > 0, verify->run->bounds.min_improvement);
        if (query->verdict != PGA_VERDICT_UNUSED)
            g_clear_pointer(&query->instead, g_free);
        count(verification, outcome, query);
        place++;
    }
}
