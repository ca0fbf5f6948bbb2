/* query-low-cache-hit: a statement whose blocks are rarely in shared buffers. */
#include "../statement_internal.h"

#include <base/units.h>

enum { MISSES, MIN_BYTES, MIN_CALLS }; /* places in the rule's thresholds */

static gboolean
misses(const PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const double read = (double)statement->shared_blks_read;

    return (double)statement->calls >= run->threshold[MIN_CALLS] &&
           read * PGA_BLOCK >= run->threshold[MIN_BYTES] &&
           read > run->threshold[MISSES] * (read + (double)statement->shared_blks_hit);
}

/* (transfer full) */
static char *
read_time(const PgaWorkloadStatement *statement)
{
    g_autofree char *time = NULL;

    if (statement->blk_read_time <= 0)
        return g_strdup("");
    time = pga_duration_format(statement->blk_read_time / 1000);
    return g_strdup_printf(" Waiting for them took %s.", time);
}

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    g_autofree char *bytes = NULL, *part = NULL, *each = NULL, *time = NULL;
    PgaFinding *finding;

    if (!misses(run, statement))
        return;
    bytes = pga_bytes_format_storage((gint64)((double)statement->shared_blks_read * PGA_BLOCK));
    each = pga_bytes_format_storage(
        (gint64)(pga_statement_each(statement, statement->shared_blks_read) * PGA_BLOCK));
    part =
        pga_share_text((double)statement->shared_blks_read /
                       ((double)statement->shared_blks_read + (double)statement->shared_blks_hit));
    time = read_time(statement);
    finding = pga_rule_report_statement(
        run, statement,
        "%s of the blocks it asks for are not in shared buffers: it read %s, %s a call.%s", part,
        bytes, each, time);
    pga_finding_note(finding, "An index that leads to the rows asked for, or fewer columns and "
                              "rows, makes it read less; more shared_buffers keeps more. What is "
                              "read may still come from the operating system's cache.");
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->workload == PGA_WORKLOAD_OLAP)
        return; /* its queries read what never fits */
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_low_cache_hit = {
    .id = "query-low-cache-hit",
    .title = "Query that reads most of its blocks from outside shared buffers",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "A block from the disk takes a thousand times as long as one from memory, and what is "
           "read pushes out what others need.",
    .when_not = "It is a report that has to read everything, at a quiet hour.",
    .condition = "More than {misses} of the blocks it asked for were read, {min_bytes} or more of "
                 "them in {min_calls} or more; the database is not an OLAP one.",
    .fix = "Nothing to execute: names the statement.",
    .docs = "pgstatstatements.html",
    .docs_title = "pg_stat_statements",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"misses", "share", 0.5, "Of the blocks that it asks for."},
                   {"min_bytes", "bytes", 1073741824, "Less is soon read."},
                   {"min_calls", "calls", 10, "The first ones find no buffer filled."}},
    .check = check,
};
