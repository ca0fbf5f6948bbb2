/* conf-planner-method-off: a kind of plan that nobody may use any more. */
#include "../server_setting_internal.h"
#include <base/text.h>
#include <string.h>

static gboolean
is_method_off(const PgaSetting *setting)
{
    return g_str_has_prefix(setting->name, "enable_") && g_strcmp0(setting->setting, "off") == 0 &&
           g_strcmp0(setting->boot_val, "on") == 0;
}

static void
judge_server(PgaRuleRun *run)
{
    for (guint i = 0; i < run->catalog->settings->len; i++) {
        const PgaSetting *setting = g_ptr_array_index(run->catalog->settings, i);
        PgaFinding *finding;

        if (!is_method_off(setting) || !pga_server_setting(run, setting->name))
            continue;
        finding = pga_rule_report_object(run, setting->name, "%s is off for the whole server.",
                                         setting->name);
        pga_finding_change_setting(run, finding, setting->name, "on");
    }
}

/* (transfer full): "ALTER ROLE app IN DATABASE shop". */
static char *
place_of(const PgaRuleRun *run, const PgaRoleSetting *setting)
{
    g_autofree char *role = setting->rolname ? pga_quote_identifier(setting->rolname) : NULL;
    g_autofree char *database = pga_quote_identifier(run->environment->source_name);

    if (!role)
        return setting->in_database ? g_strconcat("ALTER DATABASE ", database, NULL)
                                    : g_strdup("ALTER ROLE ALL");
    return setting->in_database ? g_strconcat("ALTER ROLE ", role, " IN DATABASE ", database, NULL)
                                : g_strconcat("ALTER ROLE ", role, NULL);
}

static gboolean
is_role_off(const PgaRuleRun *run, const PgaRoleSetting *setting)
{
    static const char *const off[] = {"off", "false", "no", "0", NULL};
    const PgaSetting *known = pga_catalog_setting(run->catalog, setting->name);
    g_autofree char *value = g_ascii_strdown(setting->value, -1);

    return g_str_has_prefix(setting->name, "enable_") && g_strv_contains(off, value) && known &&
           g_strcmp0(known->boot_val, "on") == 0;
}

static void
judge_role(PgaRuleRun *run, const PgaRoleSetting *setting)
{
    g_autofree char *place = place_of(run, setting);
    g_autofree char *object = g_strdup_printf("%s (%s)", setting->name, place);
    PgaFinding *finding =
        pga_rule_report_object(run, object, "%s SET %s = off.", place, setting->name);

    pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_add_sql(finding, g_strdup_printf("%s RESET %s;", place, setting->name));
    pga_finding_add_undo(finding, g_strdup_printf("%s SET %s = off;", place, setting->name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding, "New sessions of the role get it. Find the query that it was set for "
                              "first: it may need an index, or statistics.");
}

static void
check(PgaRuleRun *run)
{
    judge_server(run);
    for (guint i = 0; i < run->objects->role_settings->len; i++) {
        const PgaRoleSetting *setting = g_ptr_array_index(run->objects->role_settings, i);

        if (is_role_off(run, setting))
            judge_role(run, setting);
    }
}

const PgaRule pga_rule_conf_planner_method_off = {
    .id = "conf-planner-method-off",
    .title = "A planner method is switched off",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The switch was meant for one query and changes the plans of all: the planner takes the "
           "next best method wherever the forbidden one was best.",
    .when_not = "The workload was measured with and without it.",
    .condition = "An enable_ setting that is on by itself is off for the whole server, or (info) "
                 "for a role or the database.",
    .example = "ALTER SYSTEM SET enable_nestloop = off;",
    .fix = "Sets it on and reloads; of a role or database it is a RESET to decide on.",
    .docs = "runtime-config-query.html#RUNTIME-CONFIG-QUERY-ENABLE",
    .docs_title = "Query Planning: Planner Method Configuration",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .check = check,
};
