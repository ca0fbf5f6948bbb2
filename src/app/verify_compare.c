/* Two plans of one condition: rows, cost, and the kinds of nodes, whose names and constants are
 * others. */
#include <base/text.h>
#include <jansson.h>
#include <math.h>
#include <model/finding.h>
#include <string.h>

#include "verify_internal.h"

/* A share computed from moved bounds differs in its last bits, as does a sum in another order;
 * EXPLAIN prints two decimals. */
#define TOLERANCE 1e-6
#define PRINTED   0.011
/* Rows are whole numbers: half a row may go to either side, and what it costs with it. */
#define ROUNDED_ROWS 1.0
#define ROUNDED_COST 0.01 /* as a share, and in units beside it */

typedef struct {
    gboolean planned;
    double rows, cost;
    GString *shape; /* nodes in brackets */
} Plan;

static void
plan_clear(Plan *plan)
{
    g_string_free(plan->shape, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

static void append_shape(GString *shape, json_t *node);

/* Partitions stand in the order of their bounds, which texts change: so these are sorted. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the planner's own recursion went */
append_children(GString *shape, json_t *node, gboolean sorted)
{
    g_autoptr(GPtrArray) shapes = g_ptr_array_new_with_free_func(g_free);
    json_t *child;
    gsize i;

    json_array_foreach(json_object_get(node, "Plans"), i, child)
    {
        GString *one = g_string_new(NULL);

        append_shape(one, child);
        g_ptr_array_add(shapes, g_string_free(one, FALSE));
    }
    if (sorted)
        g_ptr_array_sort(shapes, pga_compare_texts);
    for (i = 0; i < shapes->len; i++)
        g_string_append(shape, g_ptr_array_index(shapes, i));
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the planner's own recursion went */
append_shape(GString *shape, json_t *node)
{
    static const char *const keys[] = {"Node Type", "Join Type", "Strategy", "Operation",
                                       "Parent Relationship"};
    const char *type = json_string_value(json_object_get(node, "Node Type"));

    g_string_append_c(shape, '(');
    for (guint k = 0; k < G_N_ELEMENTS(keys); k++) {
        const char *value = json_string_value(json_object_get(node, keys[k]));

        g_string_append(shape, value ? value : "");
        g_string_append_c(shape, ',');
    }
    append_children(shape, node, type && g_str_has_suffix(type, "Append"));
    g_string_append_c(shape, ')');
}

static Plan
read_plan(const PgaExplain *explain)
{
    Plan plan = {.shape = g_string_new(NULL)};
    json_t *document = explain->plan ? json_loads(explain->plan, 0, NULL) : NULL;
    json_t *node = json_object_get(json_array_get(document, 0), "Plan");

    if (node) {
        plan.planned = TRUE;
        plan.rows = json_number_value(json_object_get(node, "Plan Rows"));
        plan.cost = json_number_value(json_object_get(node, "Total Cost"));
        append_shape(plan.shape, node);
    }
    json_decref(document);
    return plan;
}

static gboolean
same_number(double a, double b, double beside)
{
    return fabs(a - b) <= beside + TOLERANCE * MAX(fabs(a), fabs(b));
}

static gboolean
is_rounded(const PgaProbe *probe, const Plan *before, const Plan *after)
{
    return probe->fractions && fabs(before->rows - after->rows) <= ROUNDED_ROWS &&
           fabs(before->cost - after->cost) <= ROUNDED_COST * (1 + MAX(before->cost, after->cost));
}

/* (nullable) (transfer full): what the column is called in the re-read file. */
static char *
pseudonym_of(const PgaProbe *probe, const PgaSnapshot *after)
{
    const PgaRelation *relation = pga_catalog_relation(after->catalog, probe->relation);

    return relation ? pga_relation_display(
                          relation,
                          probe->attnum ? pga_relation_attribute(relation, probe->attnum) : NULL)
                    : NULL;
}

static void
add_difference(const PgaProbe *probe, const PgaSnapshot *after, const Plan plans[2],
               PgaVerification *verification)
{
    PgaEstimateDifference *difference = pga_verification_add_difference(verification);

    difference->estimate = probe->estimate;
    difference->is_error = pga_estimate_class_is_promised(probe->estimate) && !probe->unpromised;
    difference->object = g_strdup(probe->object);
    difference->pseudonym = pseudonym_of(probe, after);
    difference->before = g_strdup(probe->sql[0]);
    difference->after = g_strdup(probe->sql[1]);
    difference->rows_before = plans[0].rows;
    difference->rows_after = plans[1].rows;
    difference->cost_before = plans[0].cost;
    difference->cost_after = plans[1].cost;
    difference->same_plan = g_string_equal(plans[0].shape, plans[1].shape);
    difference->failure_before = g_strdup(probe->explain[0].failure);
    difference->failure_after = g_strdup(probe->explain[1].failure);
}

/* Of each reason the first one. */
static void
note_not_planned(const PgaProbe *probe, PgaVerification *verification)
{
    const char *why = probe->explain[0].failure ? probe->explain[0].failure : "no plan";

    for (guint i = 0; i < verification->not_checked->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(verification->not_checked, i);

        if (g_str_equal(note->why, why))
            return;
    }
    g_ptr_array_add(verification->not_checked,
                    pga_not_checked_new(NULL, g_strdup(probe->sql[0]), g_strdup(why)));
}

static void
compare(const PgaProbe *probe, const PgaSnapshot *after, PgaVerification *verification)
{
    PgaEstimateCounts *counts = &verification->counts[probe->estimate];
    g_auto(Plan) before = read_plan(&probe->explain[0]);
    g_auto(Plan) anonymised = read_plan(&probe->explain[1]);
    const gboolean planned = before.planned && anonymised.planned;
    const gboolean same_rows = same_number(before.rows, anonymised.rows, 0);
    const gboolean same_shape = g_string_equal(before.shape, anonymised.shape);
    const gboolean same = same_rows && same_number(before.cost, anonymised.cost, PRINTED);

    if (!before.planned && !anonymised.planned) {
        counts->n_not_planned++;
        note_not_planned(probe, verification);
    } else if (planned && same_shape && (same || is_rounded(probe, &before, &anonymised))) {
        counts->n_identical++;
        counts->n_rounded += !same;
    } else if (planned && same_rows && probe->any_plan) {
        counts->n_cost++;
    } else {
        const Plan plans[2] = {before, anonymised};

        counts->n_different++;
        counts->n_one_sided += before.planned != anonymised.planned;
        add_difference(probe, after, plans, verification);
    }
}

void
pga_probes_compare(const PgaProbes *probes, const PgaSnapshot *after, PgaVerification *verification)
{
    for (guint i = 0; i < probes->list->len; i++)
        compare(g_ptr_array_index(probes->list, i), after, verification);
    pga_verification_sort(verification);
}
