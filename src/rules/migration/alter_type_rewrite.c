/* alter-type-rewrite: a type change that writes the table anew. */
#include "../lock_cost_internal.h"

#define ADVICE                                                                                     \
    "Add a column of the new type, with a trigger that fills it from the old one; fill the old "   \
    "rows in batches; build indexes, keys and constraints of the new column with CONCURRENTLY "    \
    "and NOT VALID; then swap the names, and what depends on them, in one short transaction."

/* Its type now is known: otherwise a rewrite is assumed. */
static gboolean
is_known(const PgaAction *action)
{
    const PgaStateColumn *column =
        action->name ? pga_state_column(action->relation, action->name) : NULL;

    return column && column->type && column->type[0] != '\0';
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_ALTER_TYPE || !pga_lint_concerns(run, action) ||
        !pga_lint_rewrites(run, action))
        return;
    finding = pga_lint_report_cost(run, action);
    if (!is_known(action)) {
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
        pga_lint_advise(finding, "Give --source: the present type decides. varchar to a longer one "
                                 "or to text, say, is free. Otherwise: " ADVICE);
    }
    pga_lint_advise(finding, ADVICE);
}

const PgaRule pga_rule_alter_type_rewrite = {
    .id = "alter-type-rewrite",
    .title = "Column type change that rewrites the table",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The table and all its indexes are written anew under ACCESS EXCLUSIVE: reads and "
           "writes wait for all of it. The column's statistics are lost until the next ANALYZE.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ALTER COLUMN … TYPE to a type that stores values differently, or with USING that computes "
        "new ones; when the present type is not known it counts as one. Free, and left out, are: a "
        "longer or unlimited varchar, varchar to text and back, a numeric of the same scale with "
        "more digits, more fractional seconds, cidr to inet, a domain to its base type.",
    .example = "CREATE TABLE orders (id integer PRIMARY KEY);\n"
               "\n"
               "ALTER TABLE orders ALTER COLUMN id TYPE bigint;",
    .fix = "Adds a column of the new type, keeps both in step with a trigger, fills it in batches, "
           "and swaps the names in one short transaction.",
    .docs = "ddl-alter.html#DDL-ALTER-COLUMN-TYPE",
    .docs_title = "Modifying Tables: Changing a Column's Data Type",
    .requirements = "DJ-5 T2-6",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
