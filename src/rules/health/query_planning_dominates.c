/* query-planning-dominates: more time to plan a statement than to run it. */
#include "../statement_internal.h"

#include <base/units.h>

enum { MIN_CALLS, SHARE, MIN_TIME }; /* places in the rule's thresholds */

/* (transfer full): "" or a sentence. */
static char *
partitioned(const PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    for (guint i = 0; statement->relations && i < statement->relations->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(run->catalog, g_array_index(statement->relations, PgaOid, i));
        g_autofree char *name = NULL;

        if (!relation || relation->relkind != 'p')
            continue;
        name = pga_relation_display(relation, NULL);
        return g_strdup_printf(" %s is partitioned: planning looks at each partition that the "
                               "conditions leave.",
                               name);
    }
    return g_strdup("");
}

/* A lookup by key takes longer to plan than to run, and nobody minds: it has to be much in sum. */
static gboolean
dominates(const PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    return statement->plans > 0 && (double)statement->calls >= run->threshold[MIN_CALLS] &&
           statement->total_plan_time > statement->total_exec_time &&
           statement->total_plan_time >= run->threshold[MIN_TIME] &&
           statement->total_plan_time >= run->threshold[SHARE] * run->workload->total_time;
}

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    g_autofree char *plan = NULL, *execution = NULL, *calls = NULL, *why = NULL;
    PgaFinding *finding;

    if (!dominates(run, statement))
        return;
    plan = pga_milliseconds_text(statement->mean_plan_time);
    execution = pga_milliseconds_text(statement->mean_exec_time);
    calls = pga_count_format((double)statement->calls);
    why = partitioned(run, statement);
    finding = pga_rule_report_statement(
        run, statement, "In %s calls it took %s to plan and %s to run on average.%s", calls, plan,
        execution, why);
    if (run->workload->total_time > 0)
        finding->weight = MIN(1, statement->total_plan_time / run->workload->total_time);
    pga_finding_set_impact(finding, finding->weight, PGA_IMPACT_WORKLOAD);
    pga_finding_note(finding, "Prepare it in the program, or in the pooler where that can: after "
                              "five runs a generic plan may be kept, and plan_cache_mode = "
                              "force_generic_plan makes sure of it. Fewer partitions and fewer "
                              "joined tables plan faster.");
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_planning_dominates = {
    .id = "query-planning-dominates",
    .title = "Query that takes longer to plan than to run",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The time goes into making the same plan again and again.",
    .when_not = "The values differ so much that they need plans of their own.",
    .condition = "pg_stat_statements.track_planning is on, and in {min_calls} or more planning "
                 "took longer than running, {min_time} or more in all and at least {share} of "
                 "the time of all statements.",
    .fix = "Nothing to execute: names the statement.",
    .docs = "sql-prepare.html",
    .docs_title = "PREPARE",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_calls", "calls", 1000, "Fewer are not worth preparing."},
                   {"share", "share", 0.05,
                    "Of its planning to the time of all statements; a lookup by key always takes "
                    "longer to plan."},
                   {"min_time", "ms", 10000, "Of planning, in sum."}},
    .check = check,
};
