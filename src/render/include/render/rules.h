/* Pages about rules, from what the rules say about themselves. */
#pragma once
#include <glib.h>
#include <model/rule_text.h>
#include <render/render.h>

G_BEGIN_DECLS

/* (transfer full): a threshold's value for people: "1,000 rows", "10 %", "1.07 GB", "7 days". */
char *pga_render_threshold(const PgaThresholdText *threshold);

/* (transfer full): @text with its {key}s as values; a unit that follows in the text anyway is not
 * repeated. */
char *pga_render_condition(const PgaRuleText *rule, const char *text);

/* (transfer full): one rule's page as text (@width columns) or Markdown. @docs_version: of the
 * manual: "17", "current". */
char *pga_render_rule_text(const PgaRuleText *rule, guint width);
char *pga_render_rule_markdown(const PgaRuleText *rule, const char *docs_version);

/* (transfer full): every rule as a table, by category. @link: whether ids lead to ID.md. */
char *pga_render_rules_markdown(const PgaRuleText *const *rules, guint n_rules, gboolean link);

G_END_DECLS
