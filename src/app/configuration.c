/* The reader of the configuration does not see the rules: here it is told their names and
 * thresholds. */
#include "configuration_internal.h"

#include <parse/configuration.h>
#include <rules/rule.h>

PgaConfiguration *
pga_app_configuration(const char *path, GError **error)
{
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);
    g_autofree PgaConfigurationTerm *terms = g_new0(PgaConfigurationTerm, n_rules);

    if (!path)
        return pga_configuration_new();
    for (guint i = 0; i < n_rules; i++) {
        terms[i].rule = rules[i]->id;
        for (guint j = 0; j < PGA_RULE_MAX_THRESHOLDS; j++)
            terms[i].keys[j] = rules[i]->thresholds[j].key;
    }
    return pga_configuration_read(path, terms, n_rules, error);
}
