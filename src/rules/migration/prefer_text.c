/* prefer-text: a length limit that is not a rule. */
#include "../new_type_internal.h"

static gboolean
matches(const PgaLintRun *run G_GNUC_UNUSED, const PgaAction *action G_GNUC_UNUSED,
        const PgQuery__TypeName *type)
{
    return g_str_equal(pga_type_last_name(type), "varchar") && pga_type_modifier(type, 0) >= 0;
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_prefer_text = {
    .id = "prefer-text",
    .title = "varchar with a length limit",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why =
        "The limit is often arbitrary; a longer one is free, but a shorter one rewrites the table.",
    .when_not = "The limit is one of the outside world, or an ORM writes it and checks it.",
    .condition = "A column of type varchar(n). One finding for all such columns of a statement. "
                 "Off unless the configuration names it: most teams live with varchar.",
    .example = "CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(100));",
    .fix = "Proposes text with a CHECK of its length, which can be changed without a rewrite.",
    .docs = "datatype-character.html",
    .docs_title = "Character Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .off_by_default = TRUE,
    .lint = {.step = judge_step},
};
