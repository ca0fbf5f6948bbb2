/* query-temp-spill: a statement that sorts, hashes or keeps more than work_mem holds. */
#include "../statement_internal.h"

#include <base/units.h>

#include "../memory_internal.h"
#include "../server_setting_internal.h"

enum { MIN_BYTES, MIN_CALLS, WARN_SHARE }; /* places in the rule's thresholds */

#define IN_MEMORY 3   /* what is 1 MB on disk takes up to 3 in memory */
#define MAX_MB    512 /* of one sort: beyond it another plan is wanted, not more memory */

/* MB for @bytes of temporary files, rounded up to a power of two; 0: too much, not more than there
 * is, or more than the machine's memory bears. */
static guint
work_mem_for(const PgaRuleRun *run, double bytes)
{
    const double now = pga_server_setting_number(run, "work_mem", 0);
    PgaMemorySettings settings;
    PgaMemorySum sum;
    guint mb = 4;

    while (mb <= MAX_MB && (double)mb * 1048576 < bytes * IN_MEMORY)
        mb *= 2;
    if (mb > MAX_MB || (double)mb * 1048576 <= now)
        return 0;
    if (!pga_memory_settings_known(run, &settings))
        return mb;
    pga_memory_sum(&settings, 100, &sum); /* and one session more that has so much */
    return sum.total + (gint64)mb * 1024 <= settings.ram_kb ? mb : 0;
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, double bytes)
{
    const guint mb = work_mem_for(run, bytes);

    if (mb == 0) {
        pga_finding_note(finding, "More work_mem is no answer to so much: an index in the order "
                                  "of the sort, or fewer rows and columns to sort, is.");
        return;
    }
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, "instant");
    pga_finding_add_sql(finding, g_strdup_printf("SET work_mem = '%uMB';", mb));
    pga_finding_add_undo(finding, g_strdup("RESET work_mem;"));
    pga_finding_note(finding, "In the session that runs it, or for its role with ALTER ROLE; not "
                              "for the whole server, where each sort of each session may take as "
                              "much.");
}

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const double bytes = pga_statement_each(statement, statement->temp_blks_written) * PGA_BLOCK;
    g_autofree char *each = NULL, *all = NULL, *calls = NULL;
    PgaFinding *finding;

    if (bytes < run->threshold[MIN_BYTES] || (double)statement->calls < run->threshold[MIN_CALLS])
        return;
    each = pga_bytes_format_storage((gint64)bytes);
    all = pga_bytes_format_storage((gint64)((double)statement->temp_blks_written * PGA_BLOCK));
    calls = pga_count_format((double)statement->calls);
    finding = pga_rule_report_statement(run, statement,
                                        "It writes %s of temporary files a call, %s in %s calls.",
                                        each, all, calls);
    if (pga_statement_share(run, statement) < run->threshold[WARN_SHARE])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    add_fix(run, finding, bytes);
    pga_finding_verify(finding,
                       "SELECT calls, temp_blks_written FROM pg_stat_statements WHERE queryid = "
                       "%" G_GINT64_FORMAT ";",
                       statement->queryid);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_temp_spill = {
    .id = "query-temp-spill",
    .title = "Query that spills to temporary files",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "What a sort or a hash table cannot keep in work_mem is written to files and read "
           "again, each time the statement runs.",
    .when_not = "It is a report that runs at a quiet hour; a sort of very much does not fit into "
                "memory anyway.",
    .condition = "It wrote {min_bytes} or more of temporary files by call, in {min_calls} or "
                 "more; below {warn_share} of the time of all statements it is an info.",
    .fix = "Sets work_mem for the session that runs it, as far as that much is sensible.",
    .versions = "With pg_stat_statements.track = top, the default, what a function spills is "
                "counted for the statement that called it.",
    .docs = "runtime-config-resource.html#GUC-WORK-MEM",
    .docs_title = "Resource Consumption: Memory",
    .requirements = "T1-3 T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_bytes", "bytes", 1048576, "Of temporary files by call."},
                   {"min_calls", "calls", 10, "Fewer are one-off reports."},
                   {"warn_share", "share", 0.01, "Of the time of all statements."}},
    .check = check,
};
