/* One setting: from its formula to what is written into a configuration. */
#include <math.h>
#include <string.h>

#include <base/units.h>

#include "tune_internal.h"

void
pga_tuned_number(PgaTunedSetting *s, double number)
{
    s->number = number;
}

void
pga_tuned_bytes(PgaTunedSetting *s, gint64 bytes)
{
    const gint64 unit = pga_unit_bytes(s->unit);

    s->number = floor((double)bytes / (double)MAX(unit, 1));
}

void
pga_tuned_seconds(PgaTunedSetting *s, double seconds)
{
    const double unit = g_strcmp0(s->unit, "ms") == 0    ? 0.001
                        : g_strcmp0(s->unit, "min") == 0 ? 60
                                                         : 1;

    s->number = seconds / unit;
}

void
pga_tuned_word(PgaTunedSetting *s, const char *word)
{
    char *copy = g_strdup(word); /* before what it may be a part of goes */

    g_free(s->value);
    s->value = copy;
    s->number = NAN;
}

void
pga_tuned_switch(PgaTunedSetting *s, gboolean on)
{
    pga_tuned_word(s, on ? "on" : "off");
}

void
pga_tuned_explain(PgaTunedSetting *s, const char *format, ...)
{
    va_list args;

    g_free(s->formula);
    va_start(args, format);
    s->formula = g_strdup_vprintf(format, args);
    va_end(args);
}

void
pga_tuned_also(PgaTunedSetting *s, const char *format, ...)
{
    g_autofree char *before = g_steal_pointer(&s->formula), *more = NULL;
    va_list args;

    va_start(args, format);
    more = g_strdup_vprintf(format, args);
    va_end(args);
    s->formula = g_strconcat(before ? before : "", more, NULL);
}

void
pga_tuned_default(const PgaTune *t, PgaTunedSetting *s)
{
    const PgaServerSetting *fact = pga_known_setting(s->name, t->server_major);

    if (g_str_equal(fact->vartype, "integer") || g_str_equal(fact->vartype, "real"))
        s->number = g_ascii_strtod(fact->fresh, NULL);
    else
        pga_tuned_word(s, fact->fresh);
    pga_tuned_explain(s, "the default of PostgreSQL %u", t->server_major);
}

void
pga_tune_keep_default(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_default(t, s);
}

static const PgaSetting *
current_setting(const PgaTune *t, const char *name)
{
    return t->seen->settings ? pga_catalog_setting(t->seen->settings, name) : NULL;
}

const char *
pga_tune_current_word(const PgaTune *t, const char *name)
{
    const PgaSetting *setting = current_setting(t, name);

    return setting ? setting->setting : NULL;
}

gboolean
pga_tune_current_is(const PgaTune *t, const char *name, const char *word)
{
    return g_strcmp0(pga_tune_current_word(t, name), word) == 0;
}

double
pga_tune_current(const PgaTune *t, const char *name)
{
    const char *word = pga_tune_current_word(t, name);
    char *end = NULL;
    double number;

    if (!word || !*word)
        return NAN;
    number = g_ascii_strtod(word, &end);
    return *end ? NAN : number;
}

gint64
pga_tune_current_bytes(const PgaTune *t, const char *name)
{
    const PgaServerSetting *fact = pga_known_setting(name, t->server_major);
    const double number = pga_tune_current(t, name);

    if (!fact || !isfinite(number) || number < 0)
        return -1;
    return (gint64)MIN(number * (double)pga_unit_bytes(fact->unit), (double)(PGA_GB * PGA_MB));
}

char *
pga_size_text(gint64 bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = (double)bytes;
    guint unit = 0;

    while (fabs(value) >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1024;
        unit++;
    }
    if (fabs(value - round(value)) < 0.05)
        return g_strdup_printf("%.0f%s", value, units[unit]);
    return g_strdup_printf("%.1f%s", value, units[unit]);
}

char *
pga_setting_docs_url(guint major, const char *page, const char *name)
{
    g_autofree char *anchor = g_ascii_strup(name, -1);

    if (g_str_equal(page, "vacuum") && major < 18)
        page = "autovacuum";
    else if (g_str_equal(page, "vacuum-client"))
        page = major < 18 ? "client" : "vacuum";
    if (!g_str_equal(name, "plan_cache_mode") || major >= 16) /* its anchor had one typed wrongly */
        g_strdelimit(anchor, "_", '-');
    else
        g_strlcpy(anchor, "PLAN-CACHE_MODE", strlen(anchor) + 1);
    return g_strdup_printf("https://www.postgresql.org/docs/%u/runtime-config-%s.html#GUC-%s",
                           major, page, anchor);
}

/* Into what the server accepts, whatever the formula was given. */
static void
keep_within_server(const PgaServerSetting *fact, PgaTunedSetting *s)
{
    if (!isfinite(s->number) || !fact->min)
        return;
    s->number = CLAMP(s->number, g_ascii_strtod(fact->min, NULL), g_ascii_strtod(fact->max, NULL));
}

/* Words of letters, and numbers with or without a unit, stand bare in postgresql.conf. */
static gboolean
stands_bare(const char *value)
{
    for (const char *c = value; *c; c++)
        if (!g_ascii_isalnum(*c) && *c != '.' && *c != '_' && !(c == value && *c == '-'))
            return FALSE;
    return *value != '\0';
}

/* A list is one word in the file; ALTER SYSTEM would take that for one library's name. */
static char *
list_for_alter(const char *value)
{
    g_auto(GStrv) names = g_strsplit(value, ",", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; names[i]; i++)
        g_string_append_printf(out, "%s'%s'", i ? ", " : "", g_strstrip(names[i]));
    return g_string_free(out, FALSE);
}

static void
write_value(PgaTunedSetting *s)
{
    if (isfinite(s->number)) {
        g_free(s->value);
        s->value = pga_known_setting_text(s->number, s->unit);
    }
    s->conf = stands_bare(s->value) ? g_strdup(s->value) : g_strdup_printf("'%s'", s->value);
    s->alter = g_str_equal(s->name, "shared_preload_libraries") && *s->value
                   ? list_for_alter(s->value)
                   : g_strdup_printf("'%s'", s->value);
    s->managed_value =
        isfinite(s->number) ? g_strdup_printf("%.15g", s->number) : g_strdup(s->value);
}

/* (transfer full): "2TB" rather than 2147483647kB. */
static char *
bound_text(const PgaServerSetting *fact, const char *raw)
{
    const double bytes = g_ascii_strtod(raw, NULL) * (double)pga_unit_bytes(fact->unit);

    return bytes > 0 ? pga_size_text(pga_int64(bytes)) : pga_setting_raw_text(fact, raw);
}

static char *
bounds_text(const PgaServerSetting *fact, const char *ours)
{
    g_autofree char *low = fact->min ? bound_text(fact, fact->min) : NULL;
    g_autofree char *high = fact->min ? bound_text(fact, fact->max) : NULL;
    g_autofree char *server = low              ? g_strdup_printf("%s to %s", low, high)
                              : fact->enumvals ? g_strdelimit(g_strdup(fact->enumvals), ",", '|')
                              : g_str_equal(fact->vartype, "bool") ? g_strdup("on|off")
                                                                   : g_strdup("any text");

    return ours ? g_strdup_printf("%s; ours %s", server, ours) : g_steal_pointer(&server);
}

/* The result behind a formula that ends in "=". */
static void
show_result(PgaTunedSetting *s)
{
    if (g_str_has_suffix(s->formula, " ="))
        pga_tuned_also(s, " %s", s->value);
}

static gboolean
same_value(const PgaTunedSetting *s, const PgaServerSetting *fact, const char *raw)
{
    if (isfinite(s->number)) {
        const double other = g_ascii_strtod(raw, NULL);

        return fabs(other - s->number) <= 1e-9 * MAX(fabs(other), fabs(s->number));
    }
    return fact && g_ascii_strcasecmp(s->value, raw) == 0;
}

/* What the server derives itself stays derived, whatever that comes to. */
static gboolean
is_current(const PgaTune *t, const PgaTunedSetting *s, const PgaServerSetting *fact)
{
    const PgaSetting *setting = current_setting(t, s->name);

    if (!setting)
        return FALSE;
    if (isfinite(s->number) && s->number == -1 && setting->source &&
        (g_str_equal(setting->source, "default") || g_str_equal(setting->source, "override")))
        return TRUE;
    return same_value(s, fact, setting->setting);
}

PgaTunedSetting *
pga_tune_setting(const PgaTune *t, const PgaSettingEntry *entry)
{
    const PgaServerSetting *fact = pga_known_setting(entry->name, t->server_major);
    const char *current = pga_tune_current_word(t, entry->name);
    PgaTunedSetting *s;

    if (!fact)
        return NULL;
    s = pga_tuned_setting_new(entry->name);
    s->group = entry->group;
    s->unit = fact->unit;
    s->vartype = fact->vartype;
    s->why = entry->why;
    s->difference = entry->difference;
    s->apply = pga_server_setting_apply(fact);
    s->docs_title = entry->name;
    s->docs_url = pga_setting_docs_url(t->server_major, entry->page, entry->name);
    entry->formula(t, s);
    pga_tune_keep(t, s);
    keep_within_server(fact, s);
    write_value(s);
    show_result(s);
    s->bounds = bounds_text(fact, entry->ours);
    s->default_value = pga_setting_raw_text(fact, fact->fresh);
    s->is_default = same_value(s, fact, fact->fresh);
    s->current = current ? pga_setting_raw_text(fact, current) : NULL;
    s->is_kept = is_current(t, s, fact);
    pga_tune_managed((PgaDeployment)t->input->deployment.value, s);
    return s;
}
