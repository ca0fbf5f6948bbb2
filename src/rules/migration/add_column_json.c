/* add-column-json: a column of json, which cannot be compared. */
#include "../new_type_internal.h"

static gboolean
matches(const PgaLintRun *run G_GNUC_UNUSED, const PgaAction *action G_GNUC_UNUSED,
        const PgQuery__TypeName *type)
{
    return g_str_equal(pga_type_last_name(type), "json");
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_add_column_json = {
    .id = "add-column-json",
    .title = "Column of type json",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "json has no equality: SELECT DISTINCT, GROUP BY and UNION of queries that take all "
           "columns fail from then on; and GIN cannot index it.",
    .when_not = "The text has to be kept as it came, with its blanks and its order.",
    .condition = "A column of type json. One finding for all such columns of a statement.",
    .example = "ALTER TABLE orders ADD COLUMN details json;",
    .fix = "Proposes jsonb.",
    .docs = "datatype-json.html",
    .docs_title = "JSON Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
