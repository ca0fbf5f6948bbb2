/* money-or-float: amounts that do not add up. */
#include "../column_internal.h"
#include "../new_type_internal.h"

static gboolean
is_amount(const char *name)
{
    static const char *const words[] = {"price", "amount", "balance", "total", "cost", NULL};

    return pga_name_has_word(name, words);
}

static gboolean
matches(const PgaLintRun *run G_GNUC_UNUSED, const PgaAction *action, const PgQuery__TypeName *type)
{
    const char *name = pga_type_last_name(type);

    return g_str_equal(name, "money") ||
           ((g_str_equal(name, "float4") || g_str_equal(name, "float8")) &&
            is_amount(action->name));
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_money_or_float = {
    .id = "money-or-float",
    .title = "money or float for an amount",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "money reads and writes as lc_monetary of the session says and knows no currency; "
           "floats cannot hold 0.10, and their sums differ by the order of adding.",
    .when_not = "The column holds a measurement, not an amount of money.",
    .condition =
        "A column of type money, or of real or double precision with price, amount, balance, total "
        "or cost in its name. One finding for all such columns of a statement.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY, total double precision);",
    .fix = "Proposes numeric(p, s), or an integer of the smallest unit.",
    .docs = "datatype-numeric.html#DATATYPE-FLOAT",
    .docs_title = "Numeric Types: Floating-Point Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
