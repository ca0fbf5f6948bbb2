/* What the server as a whole is set to. */
#include "server_setting_internal.h"

#include <string.h>

#include <base/units.h>

#include "setting_fix_internal.h"

const PgaSetting *
pga_server_setting(const PgaRuleRun *run, const char *name)
{
    static const char *const narrower[] = {"database", "user",    "database user",
                                           "client",   "session", NULL};
    const PgaSetting *setting = pga_catalog_setting(run->catalog, name);

    if (!setting || !setting->setting ||
        (setting->source && g_strv_contains(narrower, setting->source)))
        return NULL;
    return setting;
}

const char *
pga_server_setting_value(const PgaRuleRun *run, const char *name)
{
    const PgaSetting *setting = pga_server_setting(run, name);

    return setting ? setting->setting : NULL;
}

gboolean
pga_server_setting_is(const PgaRuleRun *run, const char *name, const char *value)
{
    const PgaSetting *setting = pga_server_setting(run, name);

    return setting && g_str_equal(setting->setting, value);
}

/* Milliseconds of a unit of time; 0 for another unit. */
static double
unit_ms(const char *unit)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"us", 0.001}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};

    for (guint i = 0; unit && i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(unit, units[i].unit))
            return units[i].ms;
    return 0;
}

double
pga_server_setting_number(const PgaRuleRun *run, const char *name, double if_unknown)
{
    const PgaSetting *setting = pga_server_setting(run, name);
    double number;

    if (!setting)
        return if_unknown;
    number = g_ascii_strtod(setting->setting, NULL);
    if (number < 0)
        return number; /* -1 means off in any unit */
    if (unit_ms(setting->unit) > 0)
        return number * unit_ms(setting->unit);
    return setting->unit ? (double)pga_catalog_setting_int64(run->catalog, name) : number;
}

gboolean
pga_setting_lists(const PgaSetting *setting, const char *library)
{
    g_auto(GStrv) words =
        setting && setting->setting ? g_strsplit_set(setting->setting, ", \"'", -1) : NULL;

    for (guint i = 0; words && words[i]; i++) {
        const char *base = strrchr(words[i], '/');

        if (g_str_equal(base ? base + 1 : words[i], library))
            return TRUE;
    }
    return FALSE;
}

char *
pga_setting_text(const PgaSetting *setting)
{
    return g_strconcat(setting->setting, setting->unit, NULL);
}

void
pga_finding_change_setting(const PgaRuleRun *run, PgaFinding *finding, const char *name,
                           const char *value)
{
    const PgaSetting *setting = pga_catalog_setting(run->catalog, name);

    pga_finding_set_setting(run, finding, name, value);
    pga_finding_apply_settings(run, finding,
                               setting && g_strcmp0(setting->context, "postmaster") == 0);
}
