/* add-column-domain-constraint: a new column of a domain whose constraints each row is checked
 * against. */
#include "../lock_cost_internal.h"
#include "../new_column_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_new_column_cause(run, action) == PGA_NEW_COLUMN_DOMAIN)
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_add_column_domain_constraint = {
    .id = "add-column-domain-constraint",
    .title = "ADD COLUMN of a domain with constraints",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The constraints are checked for every row, also when it gets NULL: PostgreSQL writes "
           "the table and all its indexes anew under ACCESS EXCLUSIVE to do so.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD COLUMN whose type is a domain with CHECK or NOT NULL.",
    .example = "CREATE DOMAIN positive AS integer CHECK (VALUE > 0);\n"
               "\n"
               "ALTER TABLE orders ADD COLUMN quantity positive;",
    .fix = "Adds the column with the type that the domain is over, and the rule as a CHECK that is "
           "validated later.",
    .docs = "sql-createdomain.html",
    .docs_title = "CREATE DOMAIN",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
