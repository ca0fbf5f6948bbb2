/* timestamp-precision-zero: seconds that are rounded up. */
#include "../new_type_internal.h"

static gboolean
matches(const PgaLintRun *run G_GNUC_UNUSED, const PgaAction *action G_GNUC_UNUSED,
        const PgQuery__TypeName *type)
{
    return g_str_has_prefix(pga_type_last_name(type), "timestamp") &&
           pga_type_modifier(type, 0) == 0;
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_timestamp_precision_zero = {
    .id = "timestamp-precision-zero",
    .title = "timestamp with precision 0",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Fractions are rounded, not cut off: half of the values lie in the future when they are "
           "written.",
    .when_not = "Nobody compares the values with the present time.",
    .condition = "A column of type timestamp(0) or timestamptz(0). One finding for all such "
                 "columns of a statement.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY, placed timestamptz(0));",
    .fix = "Proposes the type without a precision, and date_trunc() when reading.",
    .docs = "datatype-datetime.html",
    .docs_title = "Date/Time Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
