/* alter-type-index-rebuild: a type change that keeps the table and reads it to build indexes again.
 */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_ALTER_TYPE && pga_lint_concerns(run, action) &&
        !pga_lint_rewrites(run, action) && pga_lint_rebuilds(run, action) &&
        pga_lint_scans(run, action))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Drop the indexes on the column with DROP INDEX CONCURRENTLY before, and "
                        "build them with CREATE INDEX CONCURRENTLY after.");
}

const PgaRule pga_rule_alter_type_index_rebuild = {
    .id = "alter-type-index-rebuild",
    .title = "Column type change that rebuilds indexes",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The table stays as it is, but indexes on the column are built again under ACCESS "
           "EXCLUSIVE: reads and writes wait until the table is read for each of them.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ALTER COLUMN … TYPE that keeps the stored values, on a column with an index whose "
        "collation or operator class changes, or which an index's expression or predicate names.",
    .example = "CREATE TABLE customers (name varchar(20));\n"
               "CREATE INDEX customers_name ON customers (name);\n"
               "\n"
               "ALTER TABLE customers ALTER COLUMN name TYPE varchar(20) COLLATE \"C\";",
    .fix = "Proposes to drop the index with CONCURRENTLY before, and to build it with CONCURRENTLY "
           "after.",
    .docs = "ddl-alter.html#DDL-ALTER-COLUMN-TYPE",
    .docs_title = "Modifying Tables: Changing a Column's Data Type",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
