/* prefer-timestamptz: a time of which nobody knows when it was. */
#include "../new_type_internal.h"

static gboolean
matches(const PgaLintRun *run G_GNUC_UNUSED, const PgaAction *action G_GNUC_UNUSED,
        const PgQuery__TypeName *type)
{
    return g_str_equal(pga_type_last_name(type), "timestamp");
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_prefer_timestamptz = {
    .id = "prefer-timestamptz",
    .title = "timestamp without time zone",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Which instant is meant depends on the time zone of whoever wrote it; sessions with "
           "another one read another.",
    .when_not = "Times of the clock on the wall are meant, as of a shop's opening.",
    .condition = "A column of type timestamp. One finding for all such columns of a statement.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY, placed timestamp);",
    .fix = "Proposes timestamptz.",
    .docs = "datatype-datetime.html#DATATYPE-TIMEZONES",
    .docs_title = "Date/Time Types: Time Zones",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
