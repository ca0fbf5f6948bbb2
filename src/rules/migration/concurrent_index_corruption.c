/* concurrent-index-corruption: releases whose concurrent builds lose rows. */
#include "../lock_cost_internal.h"

#define FIXED_IN 140004 /* its release notes */

static gboolean
builds_concurrently(const PgaAction *action)
{
    const PgQuery__ReindexStmt *reindex;

    if (action->kind == PGA_ACTION_CREATE_INDEX)
        return action->statement->index_stmt->concurrent;
    if (action->kind != PGA_ACTION_REINDEX)
        return FALSE;
    reindex = action->statement->reindex_stmt;
    return pga_option_is_on(reindex->params, reindex->n_params, "concurrently");
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (run->state->version < FIXED_IN && builds_concurrently(action))
        pga_lint_advise(pga_lint_report(run, action,
                                        "PostgreSQL 14.0 to 14.3 may leave out rows that change "
                                        "while the index is built."),
                        "Upgrade to 14.4 or newer first, and rebuild the indexes that were built "
                        "concurrently before.");
}

const PgaRule pga_rule_concurrent_index_corruption = {
    .id = "concurrent-index-corruption",
    .title = "Index built concurrently on PostgreSQL 14.0 to 14.3",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The index may silently miss rows, so that queries do not find them and unique "
           "constraints let duplicates in.",
    .when_not = "The servers run 14.4 or newer: say so with the minor release.",
    .condition = "CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY on a server of 14.0 to 14.3; a "
                 "version stated as 14 includes them.",
    .fix = "Proposes to upgrade to 14.4 or newer first.",
    .versions = "Fixed in 14.4; no other major release has it.",
    .docs = "release-14-4.html",
    .docs_title = "Release 14.4",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 14, .until = 15},
};
