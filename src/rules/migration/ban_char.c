/* ban-char: values padded with blanks. */
#include "../new_type_internal.h"

static gboolean
matches(const PgaLintRun *run G_GNUC_UNUSED, const PgaAction *action G_GNUC_UNUSED,
        const PgQuery__TypeName *type)
{
    return g_str_equal(pga_type_last_name(type), "bpchar") ||
           g_str_equal(pga_type_last_name(type), "char");
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_ban_char = {
    .id = "ban-char",
    .title = "char(n)",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Values are padded with blanks, which count for the room they take and not in "
           "comparisons; every change of n rewrites the table.",
    .when_not = "A standard fixes the length, as of a country's code.",
    .condition =
        "A column of type char or char(n). One finding for all such columns of a statement.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY, currency char(10));",
    .fix = "Proposes text.",
    .docs = "datatype-character.html",
    .docs_title = "Character Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
