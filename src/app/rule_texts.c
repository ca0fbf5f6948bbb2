/* From the rules' own table to the model's texts. */
#include "rule_texts_internal.h"

G_STATIC_ASSERT(PGA_RULE_TEXT_MAX_THRESHOLDS == PGA_RULE_MAX_THRESHOLDS);

static void
fill_thresholds(const PgaRule *rule, const PgaRuleSetting *setting, PgaRuleText *text)
{
    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        const PgaThreshold *threshold = &rule->thresholds[i];
        const double *stated =
            setting ? g_hash_table_lookup(setting->thresholds, threshold->key) : NULL;

        text->thresholds[i] = (PgaThresholdText){
            .key = threshold->key,
            .unit = threshold->unit,
            .help = threshold->help,
            .value = stated ? *stated : threshold->value,
        };
    }
}

static const char *
verb_of(const PgaRule *rule)
{
    if (rule->inputs == PGA_INPUTS_DJANGO)
        return "django";
    return rule->inputs == PGA_INPUTS_MIGRATION ? "lint" : "check";
}

PgaRuleText *
pga_rule_text(const PgaRule *rule, const PgaConfiguration *configuration)
{
    const PgaRuleSetting *setting = pga_configuration_rule(configuration, rule->id);
    PgaRuleText *text = g_new0(PgaRuleText, 1);

    text->id = rule->id;
    text->title = rule->title;
    text->category = rule->category;
    text->severity = setting && setting->has_severity ? setting->severity : rule->severity;
    text->why = rule->why;
    text->when_not = rule->when_not;
    text->condition = rule->condition;
    text->example = rule->example;
    text->fix = rule->fix;
    text->versions = rule->versions;
    text->needs = rule->inputs_why;
    text->verb = verb_of(rule);
    text->off_by_default = rule->off_by_default;
    text->docs_page = rule->docs;
    text->docs_title = rule->docs_title;
    text->requirements = rule->requirements;
    fill_thresholds(rule, setting, text);
    return text;
}

static void
append_texts(const PgaConfiguration *configuration, const char *verb, GPtrArray *texts)
{
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++) {
        if (g_str_equal(verb_of(rules[i]), verb) && pga_rule_is_enabled(rules[i], configuration))
            g_ptr_array_add(texts, pga_rule_text(rules[i], configuration));
    }
}

void
pga_rule_texts(const PgaConfiguration *configuration, GPtrArray *texts)
{
    append_texts(configuration, "check", texts);
}

void
pga_rule_texts_of_migrations(const PgaConfiguration *configuration, GPtrArray *texts)
{
    append_texts(configuration, "lint", texts);
}

void
pga_rule_texts_of_django(const PgaConfiguration *configuration, GPtrArray *texts)
{
    append_texts(configuration, "django", texts);
}
