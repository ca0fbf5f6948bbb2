/* config: what the configuration makes of the rules, as text or JSON, each value with its origin.
 */
#include "app/configuration.h"

#include <jansson.h>
#include <string.h>

#include <base/text.h>
#include <base/units.h>
#include <render/rules.h>

#include "configuration_internal.h"
#include "rule_texts_internal.h"

/* (transfer full): "pgarchitect.yaml:12", or "default". */
static char *
origin(const PgaConfiguration *configuration, const PgaRuleSetting *setting, const char *key)
{
    const guint line = setting ? GPOINTER_TO_UINT(g_hash_table_lookup(setting->lines, key)) : 0;
    g_autofree char *name = NULL;

    if (!line)
        return g_strdup("default");
    name = g_path_get_basename(configuration->path);
    return g_strdup_printf("%s:%u", name, line);
}

static json_t *
threshold_json(const PgaConfiguration *configuration, const PgaRuleSetting *setting,
               const PgaThresholdText *threshold, double by_default)
{
    g_autofree char *from = origin(configuration, setting, threshold->key);

    return json_pack("{s:s, s:f, s:s, s:f, s:s}", "key", threshold->key, "value", threshold->value,
                     "unit", threshold->unit, "default", by_default, "from", from);
}

static json_t *
rule_json(const PgaConfiguration *configuration, const PgaRule *rule)
{
    const PgaRuleSetting *setting = pga_configuration_rule(configuration, rule->id);
    g_autofree PgaRuleText *text = pga_rule_text(rule, configuration);
    g_autofree char *from = origin(configuration, setting, "off");
    g_autofree char *severity_from = origin(configuration, setting, "severity");
    json_t *thresholds = json_array();

    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++)
        json_array_append_new(thresholds,
                              threshold_json(configuration, setting, &text->thresholds[i],
                                             rule->thresholds[i].value));
    return json_pack("{s:s, s:b, s:s, s:s, s:s, s:o}", "rule", rule->id, "on",
                     pga_rule_is_enabled(rule, configuration), "from", from, "severity",
                     pga_severity_name(text->severity), "severity_from", severity_from,
                     "thresholds", thresholds);
}

static json_t *
exception_json(const PgaException *exception, gint64 now)
{
    json_t *object = json_object();

    if (exception->fingerprint) {
        json_object_set_new(object, "fingerprint", json_string(exception->fingerprint));
    } else {
        json_object_set_new(object, "rule",
                            exception->rule ? json_string(exception->rule) : json_null());
        json_object_set_new(object, "object",
                            exception->object ? json_string(exception->object) : json_null());
    }
    json_object_set_new(object, "reason", json_string(exception->reason));
    json_object_set_new(object, "expires",
                        exception->expires ? json_string(exception->expires) : json_null());
    json_object_set_new(object, "expired", json_boolean(pga_exception_has_expired(exception, now)));
    json_object_set_new(object, "line", json_integer(exception->line));
    return object;
}

static int
compare_lines(gconstpointer left, gconstpointer right)
{
    const PgaException *a = left, *b = right;

    return (a->line > b->line) - (a->line < b->line);
}

/* (transfer container): of const PgaException *, in the file's order. */
static GList *
accepted(const PgaConfiguration *configuration)
{
    return g_list_sort(g_hash_table_get_values(configuration->accepted), compare_lines);
}

static json_t *
lint_json(const PgaLintSetting *lint)
{
    return json_pack("{s:f, s:f, s:s?, s:i}", "small_table_rows", lint->small_table_rows,
                     "bytes_per_second", lint->bytes_per_second, "lock_timeout", lint->lock_timeout,
                     "batch_rows", (int)lint->batch_rows);
}

static char *
show_json(const PgaConfigRequest *request, const PgaConfiguration *configuration)
{
    json_t *rules = json_array(), *accept = json_array(), *ignore = json_array(),
           *schemas = json_array(), *root;
    g_autoptr(GList) list = accepted(configuration);
    guint n_rules;
    const PgaRule *const *all = pga_rules(&n_rules);
    g_autofree char *text = NULL;

    for (guint i = 0; i < n_rules; i++)
        json_array_append_new(rules, rule_json(configuration, all[i]));
    for (const GList *l = list; l; l = l->next)
        json_array_append_new(accept, exception_json(l->data, request->now));
    for (guint i = 0; i < configuration->ignored->len; i++)
        json_array_append_new(
            ignore, exception_json(g_ptr_array_index(configuration->ignored, i), request->now));
    for (guint i = 0; i < configuration->ignored_schemas->len; i++)
        json_array_append_new(schemas,
                              json_string(g_ptr_array_index(configuration->ignored_schemas, i)));
    root = json_pack("{s:{s:s, s:s}, s:s, s:s?, s:o, s:o, s:o, s:o, s:o}", "tool", "name",
                     "pgarchitect", "version", PGA_VERSION, "command", "config", "configuration",
                     configuration->path, "rules", rules, "accept", accept, "ignore", ignore,
                     "ignore_schemas", schemas, "lint", lint_json(&configuration->lint));
    text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    return g_strconcat(text, "\n", NULL);
}

static void
append_rule(GString *out, const PgaConfiguration *configuration, const PgaRule *rule)
{
    const PgaRuleSetting *setting = pga_configuration_rule(configuration, rule->id);
    g_autofree PgaRuleText *text = pga_rule_text(rule, configuration);
    const gboolean off = !pga_rule_is_enabled(rule, configuration);
    g_autofree char *from = origin(configuration, setting, off ? "off" : "severity");

    g_string_append_printf(out, "%s: %s (%s)\n", rule->id,
                           off ? "off" : pga_severity_name(text->severity), from);
    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key && !off; i++) {
        const PgaThresholdText *threshold = &text->thresholds[i];
        g_autofree char *value = pga_render_threshold(threshold);
        g_autofree char *by = origin(configuration, setting, threshold->key);

        g_string_append_printf(out, "  %s = %.15g: %s (%s)\n", threshold->key, threshold->value,
                               value, by);
    }
}

static void
append_exception(GString *out, const PgaException *exception, gint64 now)
{
    g_autofree char *object =
        exception->object ? pga_text_printable(exception->object) : g_strdup("");
    g_autofree char *reason = pga_text_printable(exception->reason);

    g_string_append(out, "  ");
    if (exception->fingerprint)
        g_string_append(out, exception->fingerprint);
    if (exception->rule)
        g_string_append(out, exception->rule);
    g_string_append_printf(out, "%s%s: %s", exception->rule && exception->object ? ", " : "",
                           object, reason);
    if (exception->expires)
        g_string_append_printf(out, " (%s %s)",
                               pga_exception_has_expired(exception, now) ? "expired, counted until"
                                                                         : "until",
                               exception->expires);
    g_string_append_printf(out, " [line %u]\n", exception->line);
}

static void
append_exceptions(GString *out, const PgaConfiguration *configuration, gint64 now)
{
    g_autoptr(GList) list = accepted(configuration);

    if (list)
        g_string_append(out, "\nAccepted:\n");
    for (const GList *l = list; l; l = l->next)
        append_exception(out, l->data, now);
    if (configuration->ignored->len)
        g_string_append(out, "\nIgnored:\n");
    for (guint i = 0; i < configuration->ignored->len; i++)
        append_exception(out, g_ptr_array_index(configuration->ignored, i), now);
    if (configuration->ignored_schemas->len)
        g_string_append(out, "\nIgnored schemas:\n");
    for (guint i = 0; i < configuration->ignored_schemas->len; i++) {
        g_autofree char *schema =
            pga_text_printable(g_ptr_array_index(configuration->ignored_schemas, i));

        g_string_append_printf(out, "  %s\n", schema);
    }
}

static void
append_lint(GString *out, const PgaLintSetting *lint)
{
    g_autofree char *throughput = pga_bytes_format_storage((gint64)lint->bytes_per_second);

    g_string_append_printf(out,
                           "\nlint: small_table_rows = %.15g, throughput = %s, batch_rows = %u",
                           lint->small_table_rows, throughput, lint->batch_rows);
    if (lint->lock_timeout)
        g_string_append_printf(out, ", lock_timeout = %s", lint->lock_timeout);
    g_string_append_c(out, '\n');
}

static char *
show_text(const PgaConfigRequest *request, const PgaConfiguration *configuration)
{
    GString *out = g_string_new(NULL);
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);

    if (configuration->path)
        g_string_append_printf(out, "Configuration: %s\n", configuration->path);
    else
        g_string_append(out, "No configuration: every rule as it comes.\n");
    if (request->show)
        g_string_append_c(out, '\n');
    for (guint i = 0; i < n_rules; i++)
        if (request->show || pga_configuration_rule(configuration, rules[i]->id))
            append_rule(out, configuration, rules[i]);
    if (request->show)
        append_lint(out, &configuration->lint);
    append_exceptions(out, configuration, request->now);
    return g_string_free(out, FALSE);
}

char *
pga_app_config(const PgaConfigRequest *request, GError **error)
{
    g_autoptr(PgaConfiguration) configuration = pga_app_configuration(request->path, NULL, error);

    if (!configuration)
        return NULL;
    if (request->format == PGA_FORMAT_JSON)
        return show_json(request, configuration);
    return show_text(request, configuration);
}
