/* Thresholds in sentences. */
#include "phrases_internal.h"

#include <base/units.h>
#include <render/rules.h>
#include <string.h>

/* So many words after a number may say what it counts. */
#define UNIT_WORDS 3

static char *
plain(double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    if (value >= 100)
        return pga_phrase_number(value);
    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, "%.6g", value));
}

/* "1 day": the plurals of rules' units end in "s", or in "es" where that says nothing. */
static gboolean
is_one_of_many(const PgaThresholdText *threshold)
{
    return threshold->value == 1 && g_str_has_suffix(threshold->unit, "s") &&
           !g_str_has_suffix(threshold->unit, "es") && !strchr(threshold->unit, ' ');
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
    if (is_one_of_many(threshold))
        return g_strdup_printf("%s %.*s", number, (int)strlen(threshold->unit) - 1,
                               threshold->unit);
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

/* Whether what follows says the unit itself, or what else is counted: "{min_rows} rows",
 * "{min_dead} dead rows", "{min_children} or more tables", "{max_passes} times". */
static gboolean
says_unit(const char *after, const char *unit)
{
    const gsize length = strcspn(unit, " ");

    if (g_str_has_prefix(after, " times") && !g_ascii_isalpha(after[strlen(" times")]))
        return TRUE;
    for (guint i = 0; i < UNIT_WORDS && *after == ' '; i++) {
        const gsize word = strcspn(after + 1, " ,.;:");

        if (word == length && strncmp(after + 1, unit, length) == 0)
            return TRUE;
        after += 1 + word;
    }
    return FALSE;
}

/* "a correlation over {min_correlation}" */
static gboolean
said_unit(const char *text, const char *unit)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    const guint n = g_strv_length(words);

    return (n > 1 && g_str_equal(words[n - 2], unit)) || (n > 2 && g_str_equal(words[n - 3], unit));
}

/* (transfer full): without its unit where @before or @after says it. */
static char *
value_between(const PgaThresholdText *threshold, const char *before, const char *after)
{
    char *value = pga_render_threshold(threshold);
    const gboolean counts =
        !g_str_equal(threshold->unit, "bytes") && !g_str_equal(threshold->unit, "share");

    if (counts && (says_unit(after, threshold->unit) || said_unit(before, threshold->unit)))
        value[strcspn(value, " ")] = '\0';
    return value;
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
            g_autofree char *value = value_between(threshold, out->str, after);

            g_string_append(out, value);
        } else {
            g_string_append_len(out, open, after - open);
        }
        at = after;
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}
