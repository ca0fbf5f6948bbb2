/* A verification as JSON: schemas/verify.schema.json. */
#include <model/finding.h>

#include "json_internal.h"
#include "verification_internal.h"

static json_t *
counts(const PgaVerification *verification)
{
    json_t *array = json_array();

    for (guint i = 0; i < PGA_N_ESTIMATE_CLASSES; i++) {
        const PgaEstimateCounts *count = &verification->counts[i];

        json_array_append_new(
            array,
            json_pack("{s:s, s:b, s:i, s:i, s:i, s:i, s:i}", "kind", pga_estimate_class_name(i),
                      "promised", pga_estimate_class_is_promised(i), "identical",
                      (int)count->n_identical, "rounded", (int)count->n_rounded, "other_plan",
                      (int)count->n_cost, "different", (int)count->n_different, "not_planned",
                      (int)count->n_not_planned));
    }
    return array;
}

static json_t *
estimate(const char *sql, double rows, double cost, const char *failure)
{
    json_t *object = json_object();

    json_object_set_new(object, "sql", pga_json_string(sql));
    json_object_set_new(object, "rows", failure ? json_null() : pga_json_real(rows));
    json_object_set_new(object, "cost", failure ? json_null() : pga_json_real(cost));
    json_object_set_new(object, "failure", pga_json_string(failure));
    return object;
}

static json_t *
differences(const GPtrArray *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++) {
        const PgaEstimateDifference *one = g_ptr_array_index(list, i);

        json_array_append_new(
            array,
            json_pack(
                "{s:s, s:b, s:o, s:o, s:b, s:o, s:o}", "kind",
                pga_estimate_class_name(one->estimate), "error", one->is_error, "object",
                pga_json_string(one->object), "pseudonym", pga_json_string(one->pseudonym),
                "same_plan", one->same_plan, "original",
                estimate(one->before, one->rows_before, one->cost_before, one->failure_before),
                "anonymized",
                estimate(one->after, one->rows_after, one->cost_after, one->failure_after)));
    }
    return array;
}

static json_t *
leaks(const GPtrArray *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++) {
        const PgaLeak *leak = g_ptr_array_index(list, i);

        json_array_append_new(
            array, json_pack("{s:s, s:o, s:o, s:i}", "kind", leak->is_value ? "value" : "name",
                             "text", pga_json_string(leak->text), "where",
                             pga_json_string(leak->where), "times", (int)leak->n));
    }
    return array;
}

static json_t *
notes(const GPtrArray *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(list, i);

        json_array_append_new(array, json_pack("{s:o, s:o}", "what", pga_json_string(note->what),
                                               "why", pga_json_string(note->why)));
    }
    return array;
}

char *
pga_verification_json(const PgaVerification *verification)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    json_object_set_new(root, "command", json_string("snapshot"));
    json_object_set_new(root, "good", json_boolean(pga_verification_is_good(verification)));
    json_object_set_new(root, "pg_version", pga_json_string(verification->version));
    json_object_set_new(
        root, "compared",
        json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "tables", (int)verification->n_relations,
                  "tables_of", (int)verification->n_all_relations, "statements",
                  (int)verification->n_statements, "statements_of",
                  (int)verification->n_all_statements, "names", (int)verification->n_names,
                  "values", (int)verification->n_values));
    json_object_set_new(root, "estimates", counts(verification));
    json_object_set_new(root, "differences", differences(verification->differences));
    json_object_set_new(root, "leaks", leaks(verification->leaks));
    json_object_set_new(root, "lost", notes(verification->lost));
    json_object_set_new(root, "not_checked", notes(verification->not_checked));
    return pga_json_dump(root);
}
