/* What the user decided about the rules: thresholds, rules switched off, findings accepted for
 * good. */
#pragma once
#include <glib.h>
#include <model/finding.h>

G_BEGIN_DECLS

typedef struct {
    gboolean off;
    gboolean has_severity;
    PgaSeverity severity;   /* with has_severity: instead of the rule's own */
    GHashTable *thresholds; /* of char * to double *: key as in the rule's table */
} PgaRuleSetting;

typedef struct {
    GHashTable *rules;          /* of char * (id) to PgaRuleSetting * */
    GHashTable *accepted;       /* of char * (fingerprint) to char * (reason) */
    GPtrArray *ignored_schemas; /* of char *: their relations are left out */
} PgaConfiguration;

PgaConfiguration *pga_configuration_new(void);
void pga_configuration_free(PgaConfiguration *configuration);

/* (nullable): NULL when nothing is set for @rule. */
const PgaRuleSetting *pga_configuration_rule(const PgaConfiguration *configuration,
                                             const char *rule);

/* The entry of @rule, made when absent. */
PgaRuleSetting *pga_configuration_set_rule(PgaConfiguration *configuration, const char *rule);
void pga_rule_setting_set_threshold(PgaRuleSetting *setting, const char *key, double value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaConfiguration, pga_configuration_free)

G_END_DECLS
