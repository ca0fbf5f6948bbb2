/* quoted-identifier: a name that has to be quoted wherever it is used. */
#include <base/text.h>

#include "../rule_internal.h"

/* (nullable): what the action gives a name. */
static const char *
new_name(const PgaAction *action)
{
    if (action->kind == PGA_ACTION_CREATE_TABLE || action->kind == PGA_ACTION_ADD_COLUMN)
        return action->name;
    return action->kind == PGA_ACTION_RENAME ? action->new_name : NULL;
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *first = NULL;
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);
        const char *name = new_name(action);
        g_autofree char *quoted = name ? pga_quote_identifier(name) : NULL;

        if (!quoted || quoted[0] != '"')
            continue;
        first = first ? first : action;
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", quoted);
    }
    if (first)
        pga_lint_report(run, first, "%s", names->str);
}

const PgaRule pga_rule_quoted_identifier = {
    .id = "quoted-identifier",
    .title = "Name that needs quotes",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why =
        "Every statement has to quote it; forgotten, the name is another one, or a syntax error.",
    .when_not = "An ORM writes all statements.",
    .condition = "CREATE TABLE, ADD COLUMN or RENAME to a name with capitals, blanks or a reserved "
                 "word; one finding for a statement. Off unless the configuration names it.",
    .example = "CREATE TABLE \"Orders\" (id bigint PRIMARY KEY);",
    .fix = "Proposes lower case and underscores.",
    .docs = "sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    .docs_title = "Lexical Structure: Identifiers and Key Words",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .off_by_default = TRUE,
    .lint = {.step = judge_step},
};
