/* alter-type-narrowing: values that do not fit into the new type. */
#include "../lock_cost_internal.h"
#include "../new_type_internal.h"

static gboolean
is_narrower(const PgaStateColumn *column, const PgQuery__TypeName *type)
{
    static const struct {
        const char *from, *to;
    } smaller[] = {
        {"int8", "int4"},     {"int8", "int2"},    {"int4", "int2"},
        {"float8", "float4"}, {"numeric", "int8"}, {"numeric", "int4"},
        {"numeric", "int2"},  {"text", "bpchar"},  {"varchar", "bpchar"},
    };
    const char *from = column->typname, *to = pga_type_last_name(type);
    const gint32 length = pga_type_modifier(type, 0), scale = pga_type_modifier(type, 1);

    for (guint i = 0; i < G_N_ELEMENTS(smaller); i++)
        if (g_str_equal(from, smaller[i].from) && g_str_equal(to, smaller[i].to))
            return TRUE;
    if (g_str_equal(from, "text") && g_str_equal(to, "varchar"))
        return length >= 0;
    if (!g_str_equal(from, to) || length < 0)
        return FALSE;
    return column->typmod[0] < 0 || length < column->typmod[0] ||
           (g_str_equal(from, "numeric") && MAX(scale, 0) < column->typmod[1]);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateColumn *column;

    if (action->kind != PGA_ACTION_ALTER_TYPE || !action->name || !action->column ||
        !pga_lint_concerns(run, action))
        return;
    column = pga_state_column(action->relation, action->name);
    if (column && column->typname && is_narrower(column, action->column->type_name))
        pga_lint_advise(
            pga_lint_report(run, action, "From %s to a type that holds less.", column->type),
            "Count the rows that do not fit first; a CHECK with NOT VALID, validated "
            "later, may do instead of a narrower type.");
}

const PgaRule pga_rule_alter_type_narrowing = {
    .id = "alter-type-narrowing",
    .title = "Column type change to a narrower type",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "It fails at the first value that does not fit, after having kept everybody waiting "
           "until there; fractions of seconds and of numbers are rounded without a word.",
    .when_not = "All values are known to fit.",
    .condition = "ALTER COLUMN … TYPE to a shorter varchar or char, a smaller integer or float, or "
                 "a numeric or time with fewer digits; the present type must be known.",
    .example = "CREATE TABLE orders (note varchar(200));\n"
               "\n"
               "ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);",
    .fix = "Proposes to count the rows that do not fit first, or a CHECK instead.",
    .docs = "ddl-alter.html#DDL-ALTER-COLUMN-TYPE",
    .docs_title = "Modifying Tables: Changing a Column's Data Type",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
