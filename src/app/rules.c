/* The table of rules as text or JSON. */
#include "app/rules.h"

#include <jansson.h>

#include <base/error.h>
#include <base/text.h>
#include <rules/rule.h>

static json_t *
rule_json(const PgaRule *rule)
{
    json_t *thresholds = json_array();

    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        const PgaThreshold *threshold = &rule->thresholds[i];

        json_array_append_new(thresholds, json_pack("{s:s, s:s, s:f, s:s}", "key", threshold->key,
                                                    "unit", threshold->unit, "default",
                                                    threshold->value, "help", threshold->help));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:s, s:s}", "rule", rule->id,
                     "title", rule->title, "category", rule->category, "severity",
                     pga_severity_name(rule->severity), "why", rule->why, "when_not",
                     rule->when_not, "live_only", rule->inputs != PGA_INPUTS_ANY, "thresholds",
                     thresholds, "docs", rule->docs, "requirements", rule->requirements);
}

static void
append_paragraph(GString *text, const char *label, const char *paragraph)
{
    g_autofree char *wrapped = pga_text_wrap(paragraph, 62, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);
    g_autofree char *joined = g_strjoinv("\n                ", lines);

    g_string_append_printf(text, "%-14s  %s\n", label, joined);
}

static void
append_rule(GString *text, const PgaRule *rule)
{
    g_string_append_printf(text, "%s (%s, %s)\n%s\n\n", rule->id, pga_severity_name(rule->severity),
                           rule->category, rule->title);
    append_paragraph(text, "Why", rule->why);
    append_paragraph(text, "When not", rule->when_not);
    if (rule->inputs_why)
        append_paragraph(text, "Needs", rule->inputs_why);
    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        const PgaThreshold *threshold = &rule->thresholds[i];
        g_autofree char *line = g_strdup_printf("%s = %.15g %s: %s", threshold->key,
                                                threshold->value, threshold->unit, threshold->help);

        append_paragraph(text, i ? "" : "Thresholds", line);
    }
    append_paragraph(text, "Documentation", rule->docs_title);
    g_string_append_printf(text, "%-14s  https://www.postgresql.org/docs/current/%s\n", "",
                           rule->docs);
    append_paragraph(text, "Requirements", rule->requirements);
}

static const PgaRule *
find_rule(const char *id, GError **error)
{
    const PgaRule *found = pga_rule_by_id(id);
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    const char *nearest;

    if (found)
        return found;
    for (guint i = 0; i < n_rules; i++)
        g_ptr_array_add(ids, (gpointer)rules[i]->id);
    g_ptr_array_add(ids, NULL);
    nearest = pga_text_closest(id, (const char *const *)ids->pdata);
    pga_error_set(error, PGA_ERROR_INPUT, "there is no rule \"%s\"", id);
    if (nearest)
        pga_error_hint(error, "Did you mean \"%s\"? \"pgarchitect rules\" lists them.", nearest);
    else
        pga_error_hint(error, "\"pgarchitect rules\" lists them.");
    return NULL;
}

static char *
rules_json(const PgaRule *only)
{
    json_t *list = json_array(), *document;
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);
    g_autofree char *text = NULL;

    for (guint i = 0; i < n_rules; i++)
        if (!only || rules[i] == only)
            json_array_append_new(list, rule_json(rules[i]));
    document = json_pack("{s:{s:s, s:s}, s:s, s:o}", "tool", "name", "pgarchitect", "version",
                         PGA_VERSION, "command", "rules", "rules", list);
    text = json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    return g_strconcat(text, "\n", NULL);
}

char *
pga_app_rules(const char *id, PgaFormat format, GError **error)
{
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);
    const PgaRule *only = id ? find_rule(id, error) : NULL;
    GString *text;

    if (id && !only)
        return NULL;
    if (format == PGA_FORMAT_JSON)
        return rules_json(only);
    text = g_string_new(NULL);
    if (only)
        append_rule(text, only);
    for (guint i = 0; !only && i < n_rules; i++)
        g_string_append_printf(text, "%-26s  %-7s  %s\n", rules[i]->id,
                               pga_severity_name(rules[i]->severity), rules[i]->title);
    return g_string_free(text, FALSE);
}
