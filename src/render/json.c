/* A report as the JSON envelope. Left out on purpose is what changes between two runs on an idle
 * database: ages and cumulative counters. */
#include "json_internal.h"
#include "json_text_internal.h"

#include <base/error.h>
#include <render/render.h>
#include <string.h>

/* Counts and bytes that are below 0 when unknown. */
static json_t *
integer_or_null(gint64 number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

json_t *
pga_json_strings(const GPtrArray *texts)
{
    json_t *array = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(array, pga_json_string(g_ptr_array_index(texts, i)));
    return array;
}

json_t *
pga_json_location(const char *file, guint line, guint column)
{
    json_t *object;

    if (!file)
        return json_null();
    object = json_object();
    json_object_set_new(object, "file", pga_json_string(file));
    json_object_set_new(object, "line", line ? json_integer(line) : json_null());
    json_object_set_new(object, "column", column ? json_integer(column) : json_null());
    return object;
}

/* Of what is written, so that a finding is described once. */
static json_t *
finding_value(const PgaFinding *finding)
{
    g_autoptr(GString) text = g_string_new(NULL);

    pga_json_text_put_finding(text, finding);
    return json_loads(text->str, 0, NULL);
}

json_t *
pga_json_findings(const GPtrArray *findings)
{
    json_t *array = json_array();

    for (guint i = 0; i < findings->len; i++)
        json_array_append_new(array, finding_value(g_ptr_array_index(findings, i)));
    return array;
}

/* What was set aside and is no longer news: not in full. */
static json_t *
set_aside_array(const GPtrArray *findings, gboolean with_reason)
{
    json_t *array = json_array();

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        json_t *object = json_object();

        json_object_set_new(object, "rule", pga_json_string(finding->rule));
        json_object_set_new(object, "object", pga_json_string(finding->object));
        json_object_set_new(object, "fingerprint", pga_json_string(finding->fingerprint));
        if (with_reason)
            json_object_set_new(object, "reason", pga_json_string(finding->reason));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
fingerprints(const GPtrArray *findings)
{
    json_t *array = json_array();

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        json_array_append_new(array, pga_json_string(finding->fingerprint));
    }
    return array;
}

json_t *
pga_json_not_checked(const GPtrArray *entries)
{
    json_t *array = json_array();

    for (guint i = 0; i < entries->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);
        json_t *object = json_object();

        json_object_set_new(object, "rule", pga_json_string(entry->rule));
        json_object_set_new(object, "what", pga_json_string(entry->what));
        json_object_set_new(object, "why", pga_json_string(entry->why));
        json_object_set_new(object, "location",
                            pga_json_location(entry->file, entry->line, entry->column));
        json_array_append_new(array, object);
    }
    return array;
}

json_t *
pga_json_source(const PgaEnvironment *environment)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind",
                        json_string(pga_source_kind_name(environment->source_kind)));
    json_object_set_new(object, "name", pga_json_string(environment->source_name));
    json_object_set_new(object, "pg_version", pga_json_string(environment->version));
    return object;
}

static json_t *
summary(const PgaReport *report)
{
    gint n[PGA_SEVERITY_ERROR + 1] = {0};

    for (guint i = 0; i < report->findings->len; i++)
        n[((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity]++;
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "errors", n[PGA_SEVERITY_ERROR],
                     "warnings", n[PGA_SEVERITY_WARNING], "infos", n[PGA_SEVERITY_INFO],
                     "not_checked", (int)report->not_checked->len, "accepted",
                     (int)report->accepted->len, "ignored", (int)report->ignored->len, "baseline",
                     (int)report->baseline->len);
}

static json_t *
scope(const PgaReport *report)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "tables", (int)report->n_relations, "indexes",
                     (int)report->n_indexes, "foreign_keys", (int)report->n_foreign_keys, "rules",
                     (int)report->n_rules);
}

static json_t *
workload(const PgaEnvironment *environment)
{
    json_t *object = json_object();

    json_object_set_new(object, "class",
                        json_string(pga_workload_class_name(environment->workload)));
    json_object_set_new(object, "method", pga_json_string(environment->workload_method));
    return object;
}

static json_t *
server(const PgaEnvironment *environment)
{
    const gboolean live = environment->source_kind != PGA_SOURCE_DDL; /* or was */
    json_t *object = json_object();

    json_object_set_new(object, "version_num", json_integer(environment->version_num));
    json_object_set_new(object, "provider", pga_json_string(environment->provider));
    json_object_set_new(object, "role", pga_json_string(environment->role));
    json_object_set_new(object, "superuser",
                        live ? json_boolean(environment->is_superuser) : json_null());
    json_object_set_new(object, "monitor",
                        live ? json_boolean(environment->is_monitor) : json_null());
    json_object_set_new(object, "standby",
                        live ? json_boolean(environment->is_standby) : json_null());
    json_object_set_new(object, "pooled",
                        live ? json_boolean(environment->is_pooled) : json_null());
    json_object_set_new(object, "ram_bytes", integer_or_null(environment->ram_bytes));
    json_object_set_new(object, "ram_method", pga_json_string(environment->ram_method));
    json_object_set_new(object, "ram_shared", json_boolean(environment->ram_shared));
    json_object_set_new(object, "database_bytes", integer_or_null(environment->database_bytes));
    return object;
}

json_t *
pga_json_report(const PgaReport *report)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    json_object_set_new(root, "command", pga_json_string(report->command));
    json_object_set_new(root, "complete", json_boolean(report->complete));
    json_object_set_new(root, "source", pga_json_source(report->environment));
    json_object_set_new(root, "findings", pga_json_findings(report->findings));
    json_object_set_new(root, "not_checked", pga_json_not_checked(report->not_checked));
    json_object_set_new(root, "summary", summary(report));
    json_object_set_new(root, "top", fingerprints(report->top));
    json_object_set_new(root, "accepted", pga_json_findings(report->accepted));
    json_object_set_new(root, "ignored", set_aside_array(report->ignored, TRUE));
    json_object_set_new(root, "baseline", set_aside_array(report->baseline, FALSE));
    json_object_set_new(root, "notes", pga_json_strings(report->notes));
    json_object_set_new(root, "configuration", pga_json_string(report->configuration));
    json_object_set_new(root, "scope", scope(report));
    json_object_set_new(root, "workload", workload(report->environment));
    json_object_set_new(root, "server", server(report->environment));
    json_object_set_new(root, "lab", pga_json_string(report->lab));
    return root;
}

char *
pga_render_json(const PgaReport *report)
{
    return pga_json_dump(pga_json_report(report));
}

static json_t *
error_parts(const GError *error)
{
    json_t *parts = json_object();

    json_object_set_new(parts, "message", pga_json_string(error->message));
    json_object_set_new(parts, "detail", pga_json_string(pga_error_get_detail(error)));
    json_object_set_new(parts, "hint", pga_json_string(pga_error_get_hint(error)));
    return parts;
}

char *
pga_render_error_json(const char *command, const GError *error)
{
    const GPtrArray *more = pga_error_get_others(error);
    json_t *root = json_object(), *parts = error_parts(error);
    json_t *others = more ? json_array() : NULL;

    for (guint i = 0; more && i < more->len; i++)
        json_array_append_new(others, error_parts(g_ptr_array_index(more, i)));
    if (others)
        json_object_set_new(parts, "others", others);
    json_object_set_new(root, "tool", pga_json_tool());
    json_object_set_new(root, "command", pga_json_string(command));
    json_object_set_new(root, "complete", json_false());
    json_object_set_new(root, "source", json_null());
    json_object_set_new(root, "findings", json_array());
    json_object_set_new(root, "not_checked", json_array());
    json_object_set_new(root, "error", parts);
    return pga_json_dump(root);
}
