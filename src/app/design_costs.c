/* What the queries cost as the advisor leaves them, and their plans. */
#include <base/units.h>
#include <design/design.h>
#include <jansson.h>
#include <string.h>

#include "design_plan_internal.h"

#define MAX_DEPTH 200
#define ROW_COST  0.0175 /* cpu_tuple_cost, cpu_index_tuple_cost, an operator */

void
pga_design_plan_clear(PgaDesignPlan *plan)
{
    g_clear_pointer(&plan->indexes, g_ptr_array_unref);
    g_clear_pointer(&plan->nodes, g_ptr_array_unref);
}

static const char *
text_of(const json_t *node, const char *key)
{
    const char *text = json_string_value(json_object_get(node, key));

    return text ? text : "";
}

static double
number_of(const json_t *node, const char *key)
{
    return json_number_value(json_object_get(node, key));
}

static void
add_once(GPtrArray *list, const char *text)
{
    if (*text && !g_ptr_array_find_with_equal_func(list, text, g_str_equal, NULL))
        g_ptr_array_add(list, g_strdup(text));
}

/** A plan being read. */
typedef struct {
    PgaDesignPlan *plan;
    double leaves; /* cost of all that reads relations, as often as it is executed */
} Reading;

static gboolean
is_scan(const char *kind)
{
    return g_str_has_suffix(kind, "Scan") && !strstr(kind, "Subquery") && !strstr(kind, "CTE") &&
           !strstr(kind, "Function") && !strstr(kind, "Values");
}

/* What is not the cost of rows is that of pages. */
static void
read_scan(const json_t *node, Reading *reading, double times)
{
    const double cost = number_of(node, "Total Cost") * times;
    const double rows = number_of(node, "Plan Rows") * times;
    const double io = MAX(cost - rows * ROW_COST, 0);

    reading->leaves += cost;
    if (g_str_equal(text_of(node, "Node Type"), "Seq Scan"))
        reading->plan->sequential += io;
    else
        reading->plan->random += io;
}

static double
rows_of_outer(const json_t *node)
{
    return MAX(number_of(json_array_get(json_object_get(node, "Plans"), 0), "Plan Rows"), 1);
}

/* The inner side of a nested loop is executed for each row of the outer one, unless its rows are
 * kept. */
static double
times_of(const json_t *node, size_t child)
{
    const json_t *inner = json_array_get(json_object_get(node, "Plans"), child);
    const char *kind = text_of(inner, "Node Type");

    if (child == 0 || !g_str_equal(text_of(node, "Node Type"), "Nested Loop") ||
        g_str_equal(kind, "Materialize") || g_str_equal(kind, "Memoize"))
        return 1;
    return rows_of_outer(node);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): MAX_DEPTH bounds it */
read_node(const json_t *node, Reading *reading, double times, guint depth)
{
    const json_t *plans = json_object_get(node, "Plans");
    const char *kind = text_of(node, "Node Type");
    PgaDesignPlan *plan = reading->plan;

    g_ptr_array_add(plan->nodes, g_strconcat(kind, " ", text_of(node, "Index Name"),
                                             text_of(node, "Relation Name"), NULL));
    add_once(plan->indexes, text_of(node, "Index Name"));
    if (is_scan(kind) && !g_str_has_prefix(kind, "Bitmap Index"))
        read_scan(node, reading, times);
    for (size_t i = 0; i < json_array_size(plans) && depth < MAX_DEPTH; i++)
        read_node(json_array_get(plans, i), reading, times * times_of(node, i), depth + 1);
}

/* A LIMIT ends what stands below it early. */
static void
limit_io(PgaDesignPlan *plan, double leaves)
{
    const double part = leaves > plan->cost ? plan->cost / leaves : 1;

    plan->random *= part;
    plan->sequential *= part;
}

gboolean
pga_design_plan_read(const char *json, PgaDesignPlan *plan)
{
    json_t *root = json ? json_loads(json, 0, NULL) : NULL;
    const json_t *top = json_object_get(json_array_get(root, 0), "Plan");
    Reading reading = {.plan = plan};

    if (top) {
        plan->cost = number_of(top, "Total Cost");
        plan->rows = number_of(top, "Plan Rows");
        plan->indexes = g_ptr_array_new_with_free_func(g_free);
        plan->nodes = g_ptr_array_new_with_free_func(g_free);
        read_node(top, &reading, 1, 0);
        limit_io(plan, reading.leaves);
    }
    json_decref(root);
    return top != NULL;
}

gboolean
pga_design_explain(const PgaIndexRun *index, const char *sql, const GArray *oids,
                   PgaDesignExplained *explained, GError **error)
{
    PgaWhatifExplain asked = {.text = sql,
                              .oids = (const guint32 *)(void *)oids->data,
                              .n_oids = oids->len,
                              .wants_json = TRUE};
    const gboolean done = pga_whatif_explain(index->whatif, &asked, error);

    if (done && asked.plan && pga_design_plan_read(asked.json, &explained->plan))
        explained->text = pga_index_plan_rename(asked.plan, index->final_names);
    else if (done)
        explained->failure = g_strdup(asked.failure ? asked.failure : "there is no plan");
    pga_whatif_explain_clear(&asked);
    return done;
}

void
pga_design_explained_clear(PgaDesignExplained *explained)
{
    pga_design_plan_clear(&explained->plan);
    g_clear_pointer(&explained->text, g_free);
    g_clear_pointer(&explained->failure, g_free);
}

/* By the advisor's own numbers: a plan names those of partitions. Queries and their samples are in
 * the order of the patterns. */
static void
take_indexes(const PgaIndexRun *index, guint number, PgaDesignQuery *query)
{
    for (guint i = 0; i < index->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(index->samples, i);

        if (sample->query != number)
            continue;
        query->ordered_io =
            sample->used ? pga_index_charged_too_much(index, sample, sample->used) : 0;
        for (guint j = 0; sample->used && j < sample->used->len; j++) {
            const PgaIndexChoice *choice =
                pga_index_choice_at(index, g_array_index(sample->used, guint, j));
            const char *name = choice->index
                                   ? choice->index->relname
                                   : g_hash_table_lookup(index->final_names, choice->name);

            add_once(query->indexes, name ? name : "");
        }
        return;
    }
}

static void
fail(PgaArchitecture *architecture, PgaDesignQuery *query, const char *failure)
{
    g_autofree char *moved = query->sql ? pga_design_moved(architecture, query->sql) : NULL;

    query->failure = moved ? g_strdup_printf("%s: %s", failure, moved) : g_strdup(failure);
    g_ptr_array_add(
        architecture->not_checked,
        pga_not_checked_new(NULL, g_strdup_printf("access pattern %s", query->name),
                            g_strdup_printf("it cannot be planned: %s", query->failure)));
    architecture->complete = FALSE;
}

/* The plan shown has the planner's own cost. */
static void
note_order(PgaArchitecture *architecture, const PgaDesignQuery *query)
{
    g_autofree char *taken = pga_count_format(query->ordered_io);

    if (query->ordered_io > 0)
        g_ptr_array_add(
            architecture->notes,
            g_strdup_printf("%s: PostgreSQL takes the rows that a BRIN finds for scattered, and "
                            "counts pages that are not read where values follow the order of the "
                            "rows: %s of its cost are taken off.",
                            query->name, taken));
}

/* One configuration after the other: the session is told each but once. */
static gboolean
cost_before(PgaDesignPlanner *planner, GError **error)
{
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(guint32));
    const GPtrArray *queries = planner->architecture->queries;

    for (guint i = 0; i < queries->len; i++) {
        PgaDesignQuery *query = g_ptr_array_index(queries, i);
        g_auto(PgaDesignExplained) explained = {0};

        if (!query->planned_sql || query->failure)
            continue;
        if (!pga_design_explain(&planner->index, query->planned_sql, none, &explained, error))
            return FALSE;
        if (explained.failure)
            fail(planner->architecture, query, explained.failure);
        else
            query->cost_before = explained.plan.cost;
    }
    return TRUE;
}

static gboolean
cost_unkeyed(const PgaIndexRun *index, PgaDesignQuery *query, const GArray *oids, GError **error)
{
    g_auto(PgaDesignExplained) explained = {0};

    if (!query->unkeyed_sql)
        return TRUE;
    if (!pga_design_explain(index, query->unkeyed_sql, oids, &explained, error))
        return FALSE;
    if (!explained.failure)
        query->cost_unkeyed = explained.plan.cost;
    return TRUE;
}

static gboolean
cost_after(PgaDesignPlanner *planner, GError **error)
{
    PgaIndexRun *index = &planner->index;
    g_autoptr(GArray) oids = pga_index_configuration(index, NULL, index->chosen, index->removed);
    const GPtrArray *queries = planner->architecture->queries;

    for (guint i = 0; i < queries->len; i++) {
        PgaDesignQuery *query = g_ptr_array_index(queries, i);
        g_auto(PgaDesignExplained) explained = {0};

        if (query->cost_before < 0)
            continue;
        if (!pga_design_explain(index, query->planned_sql, oids, &explained, error))
            return FALSE;
        if (explained.failure)
            continue;
        query->cost_after = explained.plan.cost;
        query->rows = explained.plan.rows;
        query->plan = g_steal_pointer(&explained.text);
        take_indexes(index, query->number, query);
        query->shape = pga_design_plan_shape(&explained.plan);
        query->random_io = MAX(explained.plan.random - query->ordered_io, 0);
        query->sequential_io = explained.plan.sequential;
        if (!cost_unkeyed(index, query, oids, error))
            return FALSE;
        query->cost_after = MAX(query->cost_after - query->ordered_io, 0);
        note_order(planner->architecture, query);
    }
    return TRUE;
}

char *
pga_design_plan_shape(const PgaDesignPlan *plan)
{
    GString *shape = g_string_new(NULL);

    for (guint i = 0; plan->nodes && i < plan->nodes->len; i++)
        g_string_append_printf(shape, "%s\n", (const char *)g_ptr_array_index(plan->nodes, i));
    return g_string_free(shape, FALSE);
}

gboolean
pga_design_cost_queries(PgaDesignPlanner *planner, GError **error)
{
    if (!cost_before(planner, error) || !cost_after(planner, error))
        return FALSE;
    pga_design_tell_latencies(planner);
    return TRUE;
}
