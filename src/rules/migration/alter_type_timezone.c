/* alter-type-timezone: the time zone of the session decides what the values become. */
#include "../lock_cost_internal.h"
#include "../new_type_internal.h"

static gboolean
changes_zone(const char *from, const char *to)
{
    return (g_str_equal(from, "timestamp") && g_str_equal(to, "timestamptz")) ||
           (g_str_equal(from, "timestamptz") && g_str_equal(to, "timestamp"));
}

static gboolean
is_utc(const PgaLintRun *run)
{
    const char *zone = pga_state_setting(run->state, "timezone", NULL);

    return zone &&
           (g_ascii_strcasecmp(zone, "utc") == 0 || g_ascii_strcasecmp(zone, "etc/utc") == 0);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateColumn *column;

    if (action->kind != PGA_ACTION_ALTER_TYPE || !action->name || !action->column ||
        !pga_lint_concerns(run, action) || is_utc(run))
        return;
    column = pga_state_column(action->relation, action->name);
    if (column && column->typname &&
        changes_zone(column->typname, pga_type_last_name(action->column->type_name)))
        pga_lint_advise(
            pga_lint_report(run, action,
                            "Values are taken to be in the TimeZone of the session that "
                            "runs it; unless that is UTC the table is rewritten."),
            "SET LOCAL timezone = 'UTC' before it, when the stored values are UTC.");
}

const PgaRule pga_rule_alter_type_timezone = {
    .id = "alter-type-timezone",
    .title = "Change between timestamp and timestamptz",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The stored values are shifted by the offset of whatever TimeZone the session of the "
           "migration has; and unless that is UTC, the table is rewritten.",
    .when_not = "The session is known to have the time zone that the values were written in.",
    .condition = "ALTER COLUMN … TYPE between timestamp and timestamptz, without SET timezone to "
                 "UTC before it; the present type must be known.",
    .example = "CREATE TABLE orders (placed timestamp);\n"
               "\n"
               "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;",
    .fix = "Proposes SET LOCAL timezone = 'UTC' before it, when the stored values are UTC.",
    .versions = "Since 12 nothing is rewritten when the TimeZone is UTC.",
    .docs = "datatype-datetime.html#DATATYPE-TIMEZONES",
    .docs_title = "Date/Time Types: Time Zones",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
