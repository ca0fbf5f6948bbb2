/* refresh-matview-blocking: a materialized view is filled again while its readers wait. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__RefreshMatViewStmt *statement;

    if (action->kind != PGA_ACTION_REFRESH || !pga_lint_concerns(run, action))
        return;
    statement = action->statement->refresh_mat_view_stmt;
    if (!statement->concurrent && !statement->skip_data)
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "REFRESH MATERIALIZED VIEW CONCURRENTLY lets readers go on; it needs a "
                        "unique index on plain columns over all rows.");
}

const PgaRule pga_rule_refresh_matview_blocking = {
    .id = "refresh-matview-blocking",
    .title = "REFRESH MATERIALIZED VIEW without CONCURRENTLY",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Readers of the view wait as long as its query runs.",
    .when_not = "Nobody reads the view meanwhile, or its query is quick.",
    .condition = "REFRESH MATERIALIZED VIEW without CONCURRENTLY and without WITH NO DATA, of a "
                 "view that others can use already.",
    .example = "REFRESH MATERIALIZED VIEW sales_by_day;",
    .fix = "Refreshes with CONCURRENTLY, which needs a unique index on plain columns over all "
           "rows; readers go on.",
    .docs = "sql-refreshmaterializedview.html",
    .docs_title = "REFRESH MATERIALIZED VIEW",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
