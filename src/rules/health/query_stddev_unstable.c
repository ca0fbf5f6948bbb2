/* query-stddev-unstable: a statement that is quick, and sometimes very slow. */
#include "../statement_internal.h"

#include <base/units.h>

enum { MIN_CALLS, MIN_DEVIATION, MIN_RATIO, MIN_MAX }; /* places in the rule's thresholds */

#define ONE_OFF 0.8 /* of the variance that is a single call's: a cold cache, a lock once */

static gboolean
is_one_off(const PgaWorkloadStatement *statement)
{
    const double off = statement->max_exec_time - statement->mean_exec_time;
    const double variance = statement->stddev_exec_time * statement->stddev_exec_time;

    return off * off >= ONE_OFF * (double)statement->calls * variance;
}

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const double mean = statement->mean_exec_time;
    g_autofree char *average = NULL, *deviation = NULL, *longest = NULL;
    PgaFinding *finding;

    if ((double)statement->calls < run->threshold[MIN_CALLS] ||
        statement->stddev_exec_time <= run->threshold[MIN_DEVIATION] * mean ||
        statement->max_exec_time <= run->threshold[MIN_RATIO] * mean ||
        statement->max_exec_time < run->threshold[MIN_MAX] || is_one_off(statement))
        return;
    average = pga_milliseconds_text(mean);
    deviation = pga_milliseconds_text(statement->stddev_exec_time);
    longest = pga_milliseconds_text(statement->max_exec_time);
    finding = pga_rule_report_statement(
        run, statement, "It takes %s on average, with a standard deviation of %s, and took %s.",
        average, deviation, longest);
    pga_finding_note(finding, "Values that are in very many rows, locks and plans that change are "
                              "the usual causes: auto_explain.log_min_duration and "
                              "log_lock_waits show which.");
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_stddev_unstable = {
    .id = "query-stddev-unstable",
    .title = "Query that is sometimes very slow",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Averages hide it: some users wait a hundred times as long as others.",
    .when_not = "It does more for some values, and that is known.",
    .condition = "In {min_calls} or more its standard deviation is over {min_deviation} times the "
                 "mean, the longest over {min_ratio} times the mean and {min_max} or more, and "
                 "more than a single call was slow.",
    .fix = "Nothing to execute: names the statement.",
    .docs = "auto-explain.html",
    .docs_title = "auto_explain",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_calls", "calls", 100, "Fewer say nothing of a deviation."},
                   {"min_deviation", "times", 3, "Of standard deviation and mean."},
                   {"min_ratio", "times", 100, "Of the longest call and the mean."},
                   {"min_max", "ms", 1000, "Shorter ones nobody notices."}},
    .check = check,
};
