/* Thresholds in sentences. */
#include "phrases_internal.h"

#include <base/units.h>
#include <render/rules.h>
#include <string.h>

static char *
plain(double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    if (value >= 100)
        return pga_phrase_number(value);
    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, "%.6g", value));
}

char *
pga_render_threshold(const PgaThresholdText *threshold)
{
    g_autofree char *number = NULL;

    if (g_str_equal(threshold->unit, "bytes"))
        return pga_bytes_format_storage((gint64)threshold->value);
    if (g_str_equal(threshold->unit, "share")) {
        number = plain(threshold->value * 100);
        return g_strdup_printf("%s %%", number);
    }
    number = plain(threshold->value);
    return g_strdup_printf("%s %s", number, threshold->unit);
}

static const PgaThresholdText *
find(const PgaRuleText *rule, const char *key, gsize length)
{
    for (guint i = 0; i < PGA_RULE_TEXT_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        if (strlen(rule->thresholds[i].key) == length &&
            strncmp(rule->thresholds[i].key, key, length) == 0)
            return &rule->thresholds[i];
    }
    return NULL;
}

/* Whether what follows says the unit itself: "{min_rows} rows". */
static gboolean
says_unit(const char *after, const char *unit)
{
    return *after == ' ' && g_str_has_prefix(after + 1, unit);
}

char *
pga_render_condition(const PgaRuleText *rule, const char *text)
{
    GString *out = g_string_new(NULL);
    const char *at = text, *open;

    while ((open = strchr(at, '{')) != NULL) {
        const gsize length = strcspn(open + 1, "}");
        const char *after = open + 1 + length + (open[1 + length] == '}');
        const PgaThresholdText *threshold = find(rule, open + 1, length);

        g_string_append_len(out, at, open - at);
        if (threshold) {
            g_autofree char *value = pga_render_threshold(threshold);
            const gsize unit = strlen(threshold->unit);

            if (says_unit(after, threshold->unit) && g_str_has_suffix(value, threshold->unit))
                value[strlen(value) - unit - 1] = '\0';
            g_string_append(out, value);
        } else {
            g_string_append_len(out, open, after - open);
        }
        at = after;
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}
