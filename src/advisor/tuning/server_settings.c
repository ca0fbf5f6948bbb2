/* Settings as servers describe them, and their values as people write them. */
#include "server_settings_internal.h"

#include <math.h>
#include <string.h>

#include <base/units.h>

static const PgaServerSetting facts[] = {
#define FACT(name, first, last, vartype, unit, context, min, max, fresh, enumvals)                 \
    {#name, first, last, vartype, unit, context, min, max, fresh, enumvals},
#include "server_settings.def"
#undef FACT
};

const PgaServerSetting *
pga_known_setting(const char *name, guint major)
{
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        if (facts[i].name[0] == name[0] && facts[i].first <= major && major <= facts[i].last &&
            g_str_equal(facts[i].name, name))
            return &facts[i];
    return NULL;
}

PgaApply
pga_server_setting_apply(const PgaServerSetting *setting)
{
    if (g_str_equal(setting->context, "postmaster"))
        return PGA_APPLY_RESTART;
    return g_str_equal(setting->context, "user") ? PGA_APPLY_SESSION : PGA_APPLY_RELOAD;
}

gint64
pga_unit_bytes(const char *unit)
{
    static const struct {
        const char *unit;
        gint64 bytes;
    } units[] = {{"B", 1}, {"kB", 1024}, {"8kB", 8192}, {"MB", G_GINT64_CONSTANT(1024) * 1024}};

    for (guint i = 0; unit && i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(units[i].unit, unit))
            return units[i].bytes;
    return 0;
}

/* (transfer full) (nullable): NULL where @unit is none of time. */
static char *
time_text(double number, const char *unit)
{
    static const struct {
        const char *unit;
        gint64 ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}};
    gint64 ms = 0;

    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(units[i].unit, unit))
            ms = pga_int64(round(number * (double)units[i].ms));
    for (guint i = 0; ms > 0 && i < G_N_ELEMENTS(units); i++)
        if (ms % units[i].ms == 0)
            return g_strdup_printf("%" G_GINT64_FORMAT "%s", ms / units[i].ms, units[i].unit);
    return NULL;
}

char *
pga_known_setting_text(double number, const char *unit)
{
    const gint64 bytes = pga_unit_bytes(unit);
    char *text = NULL;

    if (number > 0 && bytes > 0 && fmod(number * (double)bytes, 1024) == 0)
        return pga_bytes_format_memory(pga_int64(number * (double)bytes));
    if (number >= 1 && unit && bytes == 0)
        text = time_text(number, unit);
    return text ? text : g_strdup_printf("%.15g", number);
}

char *
pga_setting_raw_text(const PgaServerSetting *setting, const char *raw)
{
    char *end = NULL;
    double number;

    if (!g_str_equal(setting->vartype, "integer") && !g_str_equal(setting->vartype, "real"))
        return g_strdup(raw);
    number = g_ascii_strtod(raw, &end);
    return *raw && !*end ? pga_known_setting_text(number, setting->unit) : g_strdup(raw);
}
