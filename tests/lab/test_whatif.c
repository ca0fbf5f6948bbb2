/* What-if planning on real servers: costs are what EXPLAIN says under the same indexes. */
#include "whatif_lab.h"
#include <string.h>

static const char *const tpch_indexes[] = {
    "CREATE INDEX w_l_shipdate ON public.lineitem (l_shipdate)",
    "CREATE INDEX w_l_part ON lineitem (l_partkey) INCLUDE (l_quantity, l_extendedprice)",
    "CREATE INDEX w_o_cust ON orders (o_custkey, o_orderdate DESC)",
    "CREATE INDEX w_o_open ON orders (o_orderdate) WHERE o_orderstatus = 'O'",
    "CREATE INDEX w_p_brand ON part USING hash (p_brand)",
    "CREATE INDEX w_l_brin ON lineitem USING brin (l_receiptdate)",
    "CREATE INDEX w_ps_part ON partsupp (ps_partkey, ps_suppkey) INCLUDE (ps_supplycost)",
};

enum { N_INDEXES = G_N_ELEMENTS(tpch_indexes), SETS = N_INDEXES + 2 };

static void
prepare_queries(const WhatifLab *lab, GArray *statements)
{
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        whatif_add_statement(statements, lab->tpch->queries[i]);
    whatif_prepare(lab, statements);
}

static void
make_indexes(const WhatifLab *lab, GPtrArray *indexes, guint32 *oids)
{
    for (guint i = 0; i < N_INDEXES; i++)
        whatif_add_index(indexes, tpch_indexes[i]);
    whatif_create(lab, indexes);
    for (guint i = 0; i < N_INDEXES; i++) {
        g_assert_cmpstr(whatif_index_at(indexes, i)->failure, ==, NULL);
        g_assert_cmpint(whatif_index_at(indexes, i)->bytes, >, 8192);
        g_assert_nonnull(whatif_index_at(indexes, i)->accuracy);
        g_assert_nonnull(whatif_index_at(indexes, i)->method);
        oids[i] = whatif_index_at(indexes, i)->oid;
    }
}

/* Every query under none, each alone, and all of the indexes, in one call; some of that by EXPLAIN.
 */
static void
test_costs(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    g_autoptr(GPtrArray) indexes = whatif_indexes_new();
    guint32 oids[N_INDEXES];
    guint n_using = 0;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    prepare_queries(&lab, statements);
    make_indexes(&lab, indexes, oids);
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
        const gint32 number = whatif_statement_at(statements, i)->number;

        whatif_add_plan(plans, number, NULL, 0);
        for (guint k = 0; k < N_INDEXES; k++)
            whatif_add_plan(plans, number, &oids[k], 1);
        whatif_add_plan(plans, number, oids, N_INDEXES);
    }
    whatif_cost(&lab, plans);
    for (guint i = 0; i < plans->len; i++) {
        const PgaWhatifPlan *plan = whatif_plan_at(plans, i);

        g_assert_cmpstr(plan->failure, ==, NULL);
        n_using += whatif_used(plans, i, 0) >= oids[0];
        if (i % 5 == 0 || i % SETS == SETS - 1)
            whatif_assert_explained(&lab, plan, lab.tpch->queries[i / SETS]);
    }
    g_assert_cmpuint(n_using, >, 5);
}

static const PgaWhatifIndex *
own_index(GPtrArray *indexes, const char *name)
{
    for (guint i = 0; i < indexes->len; i++)
        if (strstr(whatif_index_at(indexes, i)->sql, name))
            return whatif_index_at(indexes, i);
    return NULL;
}

/* Callers see an index of a partitioned table as one; a partition's own stays its own. */
static void
test_partitions(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    g_autoptr(GPtrArray) own = whatif_indexes_new(), indexes = whatif_indexes_new();
    g_autoptr(GError) error = NULL;
    const PgaWhatifIndex *at, *kind;
    guint32 oids[2];

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    pga_whatif_own_indexes(lab.whatif, own, &error);
    g_assert_no_error(error);
    at = own_index(own, "event_at_idx");
    kind = own_index(own, "event_2023_kind_idx");
    g_assert_nonnull(at);
    g_assert_nonnull(kind);
    g_assert_null(own_index(own, "event_2023_at_idx"));
    g_assert_cmpuint(pga_catalog_index(lab.tpch->catalog, at->source)->indexrelid, !=, 0);

    whatif_add_index(indexes, "CREATE INDEX event_kind ON event (kind)");
    whatif_add_index(indexes, "CREATE INDEX event_at_too ON public.event (at)");
    whatif_create(&lab, indexes);
    g_assert_cmpstr(whatif_index_at(indexes, 0)->failure, ==, NULL);
    g_assert_cmpint(whatif_index_at(indexes, 0)->bytes, >, 0);
    g_assert_nonnull(whatif_index_at(indexes, 1)->oid ? "" : whatif_index_at(indexes, 1)->failure);

    whatif_add_statement(statements, "SELECT * FROM event WHERE at = '2024-05-05'");
    whatif_add_statement(statements, "SELECT * FROM event WHERE kind = 'x'");
    whatif_prepare(&lab, statements);
    oids[0] = whatif_index_at(indexes, 0)->oid;
    oids[1] = at->oid;
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, NULL, 0);
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, &oids[1], 1);
    whatif_add_plan(plans, whatif_statement_at(statements, 1)->number, NULL, 0);
    whatif_add_plan(plans, whatif_statement_at(statements, 1)->number, &oids[0], 1);
    whatif_cost(&lab, plans);
    for (guint i = 0; i < plans->len; i++)
        whatif_assert_explained(&lab, whatif_plan_at(plans, i),
                                whatif_statement_at(statements, i / 2)->text);
    g_assert_cmpuint(whatif_used(plans, 0, 0), ==, at->oid);
    g_assert_cmpuint(whatif_used(plans, 0, 1), ==, 0);
    g_assert_cmpuint(whatif_used(plans, 1, 0), ==, 0);
    g_assert_cmpuint(whatif_used(plans, 2, 0), ==, kind->oid);
    g_assert_cmpuint(whatif_used(plans, 2, 1), ==, 0);
    g_assert_cmpuint(whatif_used(plans, 3, 0), ==, kind->oid);
    g_assert_cmpuint(whatif_used(plans, 3, 1), ==, oids[0]);
}

/* Whether every index of the plan is the source's own or of its configuration. */
static gboolean
is_true_to_configuration(const PgaWhatifPlan *plan, guint32 first_candidate)
{
    for (guint i = 0; i < plan->used->len; i++) {
        const guint32 used = g_array_index(plan->used, guint32, i);
        gboolean listed = used < first_candidate;

        for (guint k = 0; k < plan->n_oids; k++)
            listed = listed || plan->oids[k] == used;
        if (!listed)
            return FALSE;
    }
    return TRUE;
}

static void
test_many(gconstpointer data)
{
    enum { PLANS = 2200 };
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    g_autoptr(GPtrArray) indexes = whatif_indexes_new();
    guint32 oids[N_INDEXES];
    gint64 begun;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    prepare_queries(&lab, statements);
    make_indexes(&lab, indexes, oids);
    for (guint i = 0; i < PLANS; i++)
        whatif_add_plan(plans, whatif_statement_at(statements, i % PGA_TPCH_QUERIES)->number,
                        oids + i % 4, i % 3);
    begun = g_get_monotonic_time();
    whatif_cost(&lab, plans);
    g_test_message("%.0f plans/s",
                   PLANS / ((double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC));
    for (guint i = 0; i < PLANS; i++) {
        g_assert_cmpstr(whatif_plan_at(plans, i)->failure, ==, NULL);
        g_assert_cmpfloat(whatif_plan_at(plans, i)->total_cost, >, 0);
        g_assert_true(is_true_to_configuration(whatif_plan_at(plans, i), oids[0]));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/whatif/costs-are-what-explain-says", 15, FALSE, test_costs);
    pga_test_add_servers("/lab/whatif/partitions-are-one", 15, FALSE, test_partitions);
    pga_test_add_servers("/lab/whatif/many-plans-in-one-call", 15, TRUE, test_many);
    return pga_test_lab_finish(g_test_run());
}
