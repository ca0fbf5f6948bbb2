/* unused-suppression: a comment that suppresses nothing; the engine finds it. */
#include "../rule_internal.h"

/* Reported when all findings are known: pga_lint_suppressor_report_unused(). */

const PgaRule pga_rule_unused_suppression = {
    .id = "unused-suppression",
    .title = "Suppression comment that suppresses nothing",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "It hides what a later change of the statement brings, which nobody decided to accept.",
    .when_not =
        "The finding comes and goes with the version or the source that the check is run with.",
    .condition =
        "A comment \"pgarchitect: ignore RULE\" at a statement on which that rule reports nothing.",
    .example = "-- pgarchitect: ignore drop-table Nobody reads it.\n"
               "SELECT 1;",
    .fix = "Proposes to remove the comment.",
    .docs = "sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS",
    .docs_title = "Lexical Structure: Comments",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
};
