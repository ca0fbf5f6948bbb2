/* The page of a rule: what, why, when, an example, the fix. SQL stands in fences or in a column of
 * its own. */
#include "page_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <render/rules.h>
#include <string.h>

#define LABEL_COLUMN 16
#define MANUAL       "https://www.postgresql.org/docs/"

/* (transfer full): of PostgreSQL's manual, unless the page is of another one. */
static char *
docs_url(const PgaRuleText *rule, const char *version)
{
    if (g_str_has_prefix(rule->docs_page, "https://"))
        return g_strdup(rule->docs_page);
    return g_strdup_printf(MANUAL "%s/%s", version, rule->docs_page);
}

static void
append_column(GString *out, const char *label, const char *text, guint width)
{
    g_autofree char *wrapped = NULL;

    if (!text)
        return;
    wrapped = pga_text_wrap(text, MAX(width, 40 + LABEL_COLUMN) - LABEL_COLUMN, "");
    for (char *line = wrapped; line; label = "") {
        char *end = strchr(line, '\n');

        if (end)
            *end++ = '\0';
        g_string_append_printf(out, "%-*s%s\n", LABEL_COLUMN, label, line);
        line = end;
    }
}

/* As it stands: it is there to be copied. */
static void
append_example(GString *out, const char *example)
{
    g_auto(GStrv) lines = g_strsplit(example ? example : "", "\n", -1);

    for (guint i = 0; lines[i]; i++)
        g_string_append_printf(out, "%-*s%s\n", LABEL_COLUMN, i ? "" : "Example", lines[i]);
}

char *
pga_render_rule_text(const PgaRuleText *rule, guint width)
{
    g_autofree char *condition =
        rule->condition ? pga_render_condition(rule, rule->condition) : NULL;
    g_autofree char *fix = rule->fix ? pga_render_condition(rule, rule->fix) : NULL;
    g_autofree char *url = docs_url(rule, "current");
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s (%s, %s, %s%s)\n%s\n\n", rule->id, rule->verb,
                           pga_severity_name(rule->severity), rule->category,
                           rule->off_by_default ? ", off by default" : "", rule->title);
    append_column(out, "Why", rule->why, width);
    append_column(out, "Reported when", condition, width);
    append_column(out, "When not", rule->when_not, width);
    append_column(out, "Data", rule->needs, width);
    append_example(out, rule->example);
    append_column(out, "Fix", fix, width);
    append_column(out, "Versions", rule->versions, width);
    for (guint i = 0; i < PGA_RULE_TEXT_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        const PgaThresholdText *threshold = &rule->thresholds[i];
        g_autofree char *value = pga_render_threshold(threshold);
        g_autofree char *line = g_strdup_printf("%s = %.15g (%s): %s", threshold->key,
                                                threshold->value, value, threshold->help);

        append_column(out, i ? "" : "Thresholds", line, width);
    }
    append_column(out, "Documentation", rule->docs_title, width);
    g_string_append_printf(out, "%-*s%s\n", LABEL_COLUMN, "", url);
    append_column(out, "Requirements", rule->requirements, width);
    return g_string_free(out, FALSE);
}

static void
append_section(GString *out, const char *title, const char *text)
{
    g_autofree char *escaped = text ? pga_page_escape_markdown(text) : NULL;

    if (escaped)
        g_string_append_printf(out, "\n## %s\n\n%s\n", title, escaped);
}

static void
append_thresholds(GString *out, const PgaRuleText *rule)
{
    if (!rule->thresholds[0].key)
        return;
    g_string_append(out, "\n## Thresholds\n\n| key | default | |\n|---|---|---|\n");
    for (guint i = 0; i < PGA_RULE_TEXT_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        const PgaThresholdText *threshold = &rule->thresholds[i];
        g_autofree char *value = pga_render_threshold(threshold);

        g_string_append_printf(out, "| `%s` | %s | %s |\n", threshold->key, value, threshold->help);
    }
}

char *
pga_render_rule_markdown(const PgaRuleText *rule, const char *docs_version)
{
    g_autofree char *condition =
        rule->condition ? pga_render_condition(rule, rule->condition) : NULL;
    g_autofree char *fix = rule->fix ? pga_render_condition(rule, rule->fix) : NULL;
    g_autofree char *url = docs_url(rule, docs_version);
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "# %s\n\n%s. Reported by `%s`; severity: %s; category: %s%s.\n",
                           rule->id, rule->title, rule->verb, pga_severity_name(rule->severity),
                           rule->category,
                           rule->off_by_default ? "; off unless the configuration names it" : "");
    append_section(out, "Why", rule->why);
    append_section(out, "Reported when", condition);
    append_section(out, "When not", rule->when_not);
    append_section(out, "Data", rule->needs);
    if (rule->example)
        g_string_append_printf(out, "\n## Example\n\n```%s\n%s\n```\n",
                               g_str_equal(rule->verb, "django") ? "python" : "sql", rule->example);
    append_section(out, "Fix", fix);
    append_section(out, "Versions", rule->versions);
    append_thresholds(out, rule);
    g_string_append_printf(out, "\n## Documentation\n\n[%s](%s)\n", rule->docs_title, url);
    return g_string_free(out, FALSE);
}

static int
compare_rules(gconstpointer left, gconstpointer right)
{
    const PgaRuleText *a = *(PgaRuleText *const *)left, *b = *(PgaRuleText *const *)right;
    int order = strcmp(a->verb, b->verb);

    if (!order)
        order = strcmp(a->category, b->category);
    return order ? order : strcmp(a->id, b->id);
}

char *
pga_render_rules_markdown(const PgaRuleText *const *rules, guint n_rules, gboolean link)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    GString *out = g_string_new(NULL);
    const char *category = "", *verb = "";

    for (guint i = 0; i < n_rules; i++)
        g_ptr_array_add(sorted, (gpointer)rules[i]);
    g_ptr_array_sort(sorted, compare_rules);
    for (guint i = 0; i < sorted->len; i++) {
        const PgaRuleText *rule = g_ptr_array_index(sorted, i);

        if (!g_str_equal(category, rule->category) || !g_str_equal(verb, rule->verb))
            g_string_append_printf(out, "\n## %s: %s\n\n| rule | severity | |\n|---|---|---|\n",
                                   rule->verb, rule->category);
        category = rule->category;
        verb = rule->verb;
        if (link)
            g_string_append_printf(out, "| [%s](%s.md) |", rule->id, rule->id);
        else
            g_string_append_printf(out, "| %s |", rule->id);
        g_string_append_printf(out, " %s | %s |\n", pga_severity_name(rule->severity), rule->title);
    }
    return g_string_free(out, FALSE);
}
