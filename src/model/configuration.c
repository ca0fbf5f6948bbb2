/* The user's decisions about rules: memory handling and lookups. */
#include "model/configuration.h"

static void
rule_setting_free(gpointer data)
{
    PgaRuleSetting *setting = data;

    g_hash_table_unref(setting->thresholds);
    g_hash_table_unref(setting->lines);
    g_free(setting);
}

PgaConfiguration *
pga_configuration_new(void)
{
    PgaConfiguration *configuration = g_new0(PgaConfiguration, 1);

    configuration->lint =
        (PgaLintSetting){.small_table_rows = 10000, .bytes_per_second = 100e6, .batch_rows = 10000};
    configuration->rules =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rule_setting_free);
    configuration->accepted =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)pga_exception_free);
    configuration->ignored = g_ptr_array_new_with_free_func((GDestroyNotify)pga_exception_free);
    configuration->ignored_schemas = g_ptr_array_new_with_free_func(g_free);
    return configuration;
}

void
pga_configuration_free(PgaConfiguration *configuration)
{
    if (!configuration)
        return;
    g_hash_table_unref(configuration->rules);
    g_hash_table_unref(configuration->accepted);
    g_ptr_array_unref(configuration->ignored);
    g_ptr_array_unref(configuration->ignored_schemas);
    pga_baseline_free(configuration->baseline);
    g_free(configuration->lint.lock_timeout);
    g_free(configuration->path);
    g_free(configuration);
}

const PgaRuleSetting *
pga_configuration_rule(const PgaConfiguration *configuration, const char *rule)
{
    return configuration ? g_hash_table_lookup(configuration->rules, rule) : NULL;
}

PgaRuleSetting *
pga_configuration_set_rule(PgaConfiguration *configuration, const char *rule)
{
    PgaRuleSetting *setting = g_hash_table_lookup(configuration->rules, rule);

    if (setting)
        return setting;
    setting = g_new0(PgaRuleSetting, 1);
    setting->thresholds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    setting->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert(configuration->rules, g_strdup(rule), setting);
    return setting;
}

void
pga_rule_setting_set_threshold(PgaRuleSetting *setting, const char *key, double value)
{
    double *copy = g_new(double, 1);

    *copy = value;
    g_hash_table_replace(setting->thresholds, g_strdup(key), copy);
}
