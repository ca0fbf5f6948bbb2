/* The table of rules, and the page of each, as text, Markdown or JSON. */
#include "app/rules.h"

#include <jansson.h>
#include <string.h>

#include <base/error.h>
#include <base/text.h>
#include <render/rules.h>
#include <rules/rule.h>

#include "rule_texts_internal.h"

#define PAGE_WIDTH 80

static json_t *
thresholds_json(const PgaRuleText *text)
{
    json_t *thresholds = json_array();

    for (guint i = 0; i < PGA_RULE_TEXT_MAX_THRESHOLDS && text->thresholds[i].key; i++) {
        const PgaThresholdText *threshold = &text->thresholds[i];

        json_array_append_new(thresholds, json_pack("{s:s, s:s, s:f, s:s}", "key", threshold->key,
                                                    "unit", threshold->unit, "default",
                                                    threshold->value, "help", threshold->help));
    }
    return thresholds;
}

static json_t *
sentence_json(const PgaRuleText *text, const char *sentence)
{
    g_autofree char *rendered = sentence ? pga_render_condition(text, sentence) : NULL;

    return rendered ? json_string(rendered) : json_null();
}

static json_t *
rule_json(const PgaRule *rule)
{
    g_autofree PgaRuleText *text = pga_rule_text(rule, NULL);

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s?, s:o, s:s?, s:b, s:b, s:s?, s:o, s:s, "
        "s:s, s:s}",
        "rule", rule->id, "verb", text->verb, "title", rule->title, "category", rule->category,
        "severity", pga_severity_name(rule->severity), "why", rule->why, "condition",
        sentence_json(text, rule->condition), "when_not", rule->when_not, "example", rule->example,
        "fix", sentence_json(text, rule->fix), "versions", rule->versions, "off_by_default",
        rule->off_by_default, "live_only",
        rule->inputs == PGA_INPUTS_SERVER || rule->inputs == PGA_INPUTS_LIVE, "needs",
        rule->inputs_why, "thresholds", thresholds_json(text), "docs", rule->docs, "docs_title",
        rule->docs_title, "requirements", rule->requirements);
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

/* (transfer full) */
static char *
page(const PgaRule *rule, PgaFormat format)
{
    g_autofree PgaRuleText *text = pga_rule_text(rule, NULL);

    return format == PGA_FORMAT_MARKDOWN ? pga_render_rule_markdown(text, "current")
                                         : pga_render_rule_text(text, PAGE_WIDTH);
}

static char *
table_text(void)
{
    GString *text = g_string_new(NULL);
    guint n_rules, width = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++)
        width = MAX(width, (guint)strlen(rules[i]->id));
    for (guint i = 0; i < n_rules; i++)
        g_string_append_printf(text, "%-*s  %-7s  %s\n", (int)width, rules[i]->id,
                               pga_severity_name(rules[i]->severity), rules[i]->title);
    return g_string_free(text, FALSE);
}

static char *
table_markdown(void)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);
    g_autofree char *table = NULL;

    for (guint i = 0; i < n_rules; i++)
        g_ptr_array_add(texts, pga_rule_text(rules[i], NULL));
    table = pga_render_rules_markdown((const PgaRuleText *const *)texts->pdata, texts->len, TRUE);
    return g_strdup_printf("# Rules\n\nEvery rule, by category; `pgarchitect rules ID` prints the "
                           "same page.\n%s",
                           table);
}

char *
pga_app_rules(const char *id, PgaFormat format, GError **error)
{
    const PgaRule *only = id ? find_rule(id, error) : NULL;

    if (id && !only)
        return NULL;
    if (format == PGA_FORMAT_JSON)
        return rules_json(only);
    if (only)
        return page(only, format);
    return format == PGA_FORMAT_MARKDOWN ? table_markdown() : table_text();
}
