/* What the rules say about themselves, for renderers. */
#pragma once
#include <model/configuration.h>
#include <model/rule_text.h>
#include <rules/rule.h>

/* (transfer full): @configuration: (nullable): its thresholds and severity instead of the rule's.
 */
PgaRuleText *pga_rule_text(const PgaRule *rule, const PgaConfiguration *configuration);

/* Appends those of the rules that are on (of PgaRuleText *). */
void pga_rule_texts(const PgaConfiguration *configuration, GPtrArray *texts);
/* Those of `lint`, of `django`; pga_rule_texts() has those of `check`. */
void pga_rule_texts_of_migrations(const PgaConfiguration *configuration, GPtrArray *texts);
void pga_rule_texts_of_django(const PgaConfiguration *configuration, GPtrArray *texts);
