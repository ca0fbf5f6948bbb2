/* A comparison as JSON: schemas/diff.schema.json. */
#include <model/finding.h>

#include "diff_internal.h"
#include "json_internal.h"
#include "page_internal.h"

static json_t *
source(const PgaEnvironment *environment)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind",
                        json_string(pga_source_kind_name(environment->source_kind)));
    json_object_set_new(object, "name", pga_json_string(environment->source_name));
    json_object_set_new(object, "pg_version", pga_json_string(environment->version));
    return object;
}

static json_t *
fields(const GPtrArray *changes)
{
    json_t *array = json_array();

    for (guint i = 0; i < changes->len; i++) {
        const PgaFieldChange *change = g_ptr_array_index(changes, i);

        json_array_append_new(array, json_pack("{s:s, s:o, s:o}", "name", change->name, "from",
                                               pga_json_string(change->before), "to",
                                               pga_json_string(change->after)));
    }
    return array;
}

static json_t *
differences(const GPtrArray *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++) {
        const PgaDifference *difference = g_ptr_array_index(list, i);

        json_array_append_new(array, json_pack("{s:s, s:s, s:o, s:s, s:o}", "group",
                                               pga_drift_group_name(difference->group), "kind",
                                               difference->kind, "object",
                                               pga_json_string(difference->object), "change",
                                               pga_change_name(difference->change), "fields",
                                               fields(difference->fields)));
    }
    return array;
}

static json_t *
bytes(gint64 number)
{
    return number < 0 ? json_null() : json_integer(number);
}

static json_t *
rows(double number)
{
    return number < 0 ? json_null() : pga_json_real(number);
}

static json_t *
drifts(const GPtrArray *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++) {
        const PgaDrift *drift = g_ptr_array_index(list, i);

        json_array_append_new(
            array, json_pack("{s:o, s:{s:o, s:o}, s:{s:o, s:o}}", "object",
                             pga_json_string(drift->relation), "rows", "from",
                             rows(drift->rows_before), "to", rows(drift->rows_after), "bytes",
                             "from", bytes(drift->bytes_before), "to", bytes(drift->bytes_after)));
    }
    return array;
}

static json_t *
not_checked(const GPtrArray *entries)
{
    json_t *array = json_array();

    for (guint i = 0; i < entries->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);

        json_array_append_new(array, json_pack("{s:o, s:o}", "what", pga_json_string(entry->what),
                                               "why", pga_json_string(entry->why)));
    }
    return array;
}

static int
count(const PgaDiffReport *report, PgaChange change)
{
    return (int)pga_diff_report_count(report, change);
}

char *
pga_diff_json(const PgaDiffReport *report)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    json_object_set_new(root, "command", json_string("diff"));
    json_object_set_new(root, "complete", json_boolean(report->not_checked->len == 0));
    json_object_set_new(root, "from", source(report->before));
    json_object_set_new(root, "to", source(report->after));
    json_object_set_new(root, "summary",
                        json_pack("{s:i, s:i, s:i}", "added", count(report, PGA_CHANGE_ADDED),
                                  "removed", count(report, PGA_CHANGE_REMOVED), "changed",
                                  count(report, PGA_CHANGE_CHANGED)));
    json_object_set_new(root, "differences", differences(report->differences));
    json_object_set_new(root, "statistics", drifts(report->drifts));
    json_object_set_new(root, "not_checked", not_checked(report->not_checked));
    return pga_json_dump(root);
}

char *
pga_diff_escape(const char *text)
{
    return pga_page_escape_markdown(text);
}
