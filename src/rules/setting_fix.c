/* ALTER SYSTEM as a fix, and what takes its place on services that refuse it. */
#include <math.h>
#include <string.h>

#include <base/units.h>

#include "setting_fix_internal.h"

#define MB (G_GINT64_CONSTANT(1024) * 1024)
#define GB (1024 * MB)

gboolean
pga_rule_ram(PgaRuleRun *run, gint64 *ram_bytes)
{
    if (run->environment->ram_bytes <= 0) {
        pga_rule_not_evaluated(run, NULL, "the server's RAM is unknown: give --ram 16GB");
        return FALSE;
    }
    *ram_bytes = run->environment->ram_bytes;
    return TRUE;
}

gint64
pga_rule_setting(PgaRuleRun *run, const char *name)
{
    const gint64 value = pga_catalog_setting_int64(run->catalog, name);

    if (value < 0)
        pga_rule_not_evaluated(run, NULL, "setting %s was not read", name);
    return value;
}

gint64
pga_memory_round_down(gint64 bytes)
{
    const gint64 step = bytes >= 8 * GB ? GB : (bytes >= GB ? 128 * MB : 8 * MB);

    return bytes / step * step;
}

char *
pga_memory_text(gint64 bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = (double)bytes;
    guint unit = 0;

    while (value >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1024;
        unit++;
    }
    if (value >= 99.95) /* three digits before the point already */
        return g_strdup_printf("%.0f %s", value, units[unit]);
    if (fabs(value - round(value)) < 0.005)
        return g_strdup_printf("%.0f %s", value, units[unit]);
    return g_strdup_printf("%.*f %s", value >= 9.995 ? 1 : 2, value, units[unit]);
}

/* (nullable): where a managed service keeps its settings. */
static const char *
managed_place(const char *provider)
{
    static const struct {
        const char *provider, *place;
    } places[] = {
        {"aws-rds", "the DB parameter group"},
        {"aurora", "the DB cluster parameter group"},
        {"gcp-cloudsql", "the instance's database flags"},
        {"azure-postgres", "the server parameters"},
    };

    for (guint i = 0; provider && i < G_N_ELEMENTS(places); i++) {
        if (g_str_equal(provider, places[i].provider))
            return places[i].place;
    }
    return provider ? "the provider's own configuration" : NULL;
}

/* (transfer full): what the setting has now, as ALTER SYSTEM takes it. */
static char *
present_value(const PgaCatalog *catalog, const PgaSetting *setting)
{
    const gint64 bytes = pga_catalog_setting_int64(catalog, setting->name);

    if (setting->unit && strchr(setting->unit, 'B') && bytes >= 0)
        return pga_bytes_format_memory(bytes);
    return g_strdup(setting->setting);
}

/* What would keep ALTER SYSTEM from taking effect, or the plain undo from being one. */
static void
note_source(const PgaRuleRun *run, PgaFinding *finding, const PgaSetting *setting)
{
    g_autofree char *present = NULL;

    if (!setting || !setting->source)
        return;
    present = present_value(run->catalog, setting);
    if (g_str_equal(setting->source, "command line"))
        pga_finding_note(finding,
                         "%s is set on the server's command line, which wins over ALTER SYSTEM: "
                         "change it there.",
                         setting->name);
    else if (g_str_equal(setting->source, "database") || g_str_equal(setting->source, "user") ||
             g_str_equal(setting->source, "database user"))
        pga_finding_note(finding,
                         "ALTER DATABASE or ALTER ROLE sets %s for this connection, which wins "
                         "over ALTER SYSTEM: change it there.",
                         setting->name);
    else if (g_str_equal(setting->source, "configuration file"))
        pga_finding_note(
            finding,
            "If postgresql.auto.conf already sets %s, undo with ALTER SYSTEM SET %s = '%s' "
            "instead.",
            setting->name, setting->name, present);
}

/* One query for all settings of the fix. */
static void
verify_setting(PgaFinding *finding, const char *name)
{
    g_autofree char *before = g_steal_pointer(&finding->fix.verify);

    if (before)
        pga_finding_verify(finding, "%.*s, '%s');", (int)(strlen(before) - strlen(");")), before,
                           name);
    else
        pga_finding_verify(finding,
                           "SELECT name, setting, unit, pending_restart FROM "
                           "pg_settings WHERE name IN ('%s');",
                           name);
}

void
pga_finding_set_setting(const PgaRuleRun *run, PgaFinding *finding, const char *name,
                        const char *value)
{
    const char *place = managed_place(run->environment->provider);

    if (place) {
        pga_finding_note(finding, "Set %s to %s in %s: ALTER SYSTEM is refused there.", name, value,
                         place);
    } else {
        pga_finding_add_sql(finding, g_strdup_printf("ALTER SYSTEM SET %s = '%s';", name, value));
        pga_finding_add_undo(finding, g_strdup_printf("ALTER SYSTEM RESET %s;", name));
        note_source(run, finding, pga_catalog_setting(run->catalog, name));
    }
    verify_setting(finding, name);
    g_free(finding->proof.setting);
    g_free(finding->proof.value);
    finding->proof.kind = PGA_PROOF_CONFIG;
    finding->proof.setting = g_strdup(name);
    finding->proof.value = g_strdup(value);
}

void
pga_finding_apply_settings(const PgaRuleRun *run, PgaFinding *finding, gboolean restart)
{
    pga_finding_set_fix(finding, restart ? PGA_SAFETY_RESTART : PGA_SAFETY_SAFE, NULL,
                        restart ? NULL : "instant");
    if (restart) {
        pga_finding_note(
            finding, "It takes effect with the next restart of the server, and so does the undo.");
        return;
    }
    if (run->environment->provider)
        return;
    pga_finding_add_sql(finding, g_strdup("SELECT pg_catalog.pg_reload_conf();"));
    pga_finding_add_undo(finding, g_strdup("SELECT pg_catalog.pg_reload_conf();"));
}

void
pga_finding_doubt_ram(const PgaRuleRun *run, PgaFinding *finding)
{
    if (!run->environment->ram_shared)
        return;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_note(
        finding, "RAM was read from a machine that may run more than this server: give --ram with "
                 "what PostgreSQL may use.");
}
