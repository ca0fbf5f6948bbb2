/* What-if planning on real servers: costs are what EXPLAIN says under the same indexes, and what
 * fails costs nothing else. */
#include "tpch.h"
#include <base/error.h>
#include <base/interrupt.h>
#include <lab/whatif.h>
#include <signal.h>
#include <string.h>

/* A partitioned table and hostile functions beside TPC-H. */
static const char more_sql[] =
    "CREATE TABLE event (id int, at date, kind text, doc jsonb) PARTITION BY RANGE (at);"
    "CREATE TABLE event_2023 PARTITION OF event FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
    "CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    "CREATE INDEX event_at_idx ON event (at);"
    "CREATE INDEX event_2023_kind_idx ON event_2023 (kind);"
    "CREATE SCHEMA elsewhere;"
    "CREATE TABLE elsewhere.note (id int PRIMARY KEY, body text);"
    "CREATE FUNCTION public.endless() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN LOOP PERFORM 1; END LOOP; END$$;"
    "CREATE FUNCTION public.stubborn() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN LOOP BEGIN LOOP PERFORM 1; END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END;"
    " END LOOP; END$$;"
    "CREATE FUNCTION public.suicide() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN 1;"
    " END$$;";

typedef struct {
    PgaTpch *tpch;
    PgaClone *clone;
    PgaWhatif *whatif;
    PGconn *conn; /* of the clone's user */
} Fixture;

static void
fixture_clear(Fixture *fixture)
{
    PQfinish(fixture->conn);
    pga_whatif_free(fixture->whatif);
    pga_clone_free(fixture->clone);
    g_clear_pointer(&fixture->tpch, pga_tpch_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static gboolean
possible(const PgaTestServer *server)
{
    const char *obstacle = pga_tpch_obstacle(server);

    if (obstacle)
        g_test_skip(obstacle);
    return !obstacle;
}

static Fixture
fixture_on(const PgaTestServer *server)
{
    Fixture fixture = {.tpch = pga_tpch_new(server, more_sql)};
    g_autoptr(GError) error = NULL;

    fixture.clone = pga_tpch_clone(fixture.tpch);
    pga_clone_bring_all(fixture.clone, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < pga_clone_not_cloned(fixture.clone)->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(pga_clone_not_cloned(fixture.clone), i);

        g_test_message("%s: %s", note->what, note->why);
    }
    fixture.whatif = pga_whatif_open(fixture.clone, &error);
    g_assert_no_error(error);
    fixture.conn = pga_tpch_connect(fixture.clone);
    return fixture;
}

static GArray *
statements_new(void)
{
    GArray *statements = g_array_new(FALSE, TRUE, sizeof(PgaWhatifStatement));

    g_array_set_clear_func(statements, (GDestroyNotify)pga_whatif_statement_clear);
    return statements;
}

static void
add_statement(GArray *statements, const char *text)
{
    const PgaWhatifStatement statement = {.text = text};

    g_array_append_val(statements, statement);
}

static const PgaWhatifStatement *
statement_at(GArray *statements, guint i)
{
    return &g_array_index(statements, PgaWhatifStatement, i);
}

static void
prepare(const Fixture *fixture, GArray *statements)
{
    g_autoptr(GError) error = NULL;

    pga_whatif_prepare(fixture->whatif, statements, &error);
    g_assert_no_error(error);
}

static GArray *
plans_new(void)
{
    GArray *plans = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));

    g_array_set_clear_func(plans, (GDestroyNotify)pga_whatif_plan_clear);
    return plans;
}

static void
add_plan(GArray *plans, gint32 statement, const guint32 *oids, guint n)
{
    const PgaWhatifPlan plan = {.statement = statement, .oids = oids, .n_oids = n};

    g_array_append_val(plans, plan);
}

static const PgaWhatifPlan *
plan_at(GArray *plans, guint i)
{
    return &g_array_index(plans, PgaWhatifPlan, i);
}

static void
cost(const Fixture *fixture, GArray *plans)
{
    g_autoptr(GError) error = NULL;

    pga_whatif_cost(fixture->whatif, plans, &error);
    g_assert_no_error(error);
}

static GPtrArray *
indexes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);
}

static void
add_index(GPtrArray *indexes, const char *sql)
{
    PgaWhatifIndex *index = g_new0(PgaWhatifIndex, 1);

    index->sql = g_strdup(sql);
    g_ptr_array_add(indexes, index);
}

static PgaWhatifIndex *
index_at(GPtrArray *indexes, guint i)
{
    return g_ptr_array_index(indexes, i);
}

static void
create(const Fixture *fixture, GPtrArray *indexes)
{
    g_autoptr(GError) error = NULL;

    pga_whatif_create(fixture->whatif, indexes, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < indexes->len; i++)
        if (index_at(indexes, i)->failure)
            g_test_message("%s: %s", index_at(indexes, i)->sql, index_at(indexes, i)->failure);
}

/* (transfer full): "231098.17" */
static char *
explained(const Fixture *fixture, const char *text, const guint32 *oids, guint n)
{
    PgaWhatifExplain explain = {.text = text, .oids = oids, .n_oids = n};
    g_autoptr(GError) error = NULL;
    json_t *plan;
    char *total;

    pga_whatif_explain(fixture->whatif, &explain, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(explain.failure, ==, NULL);
    plan = json_loads(explain.json, 0, NULL);
    total = g_strdup_printf(
        "%.2f", json_number_value(json_object_get(json_object_get(json_array_get(plan, 0), "Plan"),
                                                  "Total Cost")));
    g_assert_nonnull(strstr(explain.plan, total));
    json_decref(plan);
    pga_whatif_explain_clear(&explain);
    return total;
}

static const char *const tpch_indexes[] = {
    "CREATE INDEX w_l_shipdate ON public.lineitem (l_shipdate)",
    "CREATE INDEX w_l_part ON lineitem (l_partkey) INCLUDE (l_quantity, l_extendedprice)",
    "CREATE INDEX w_o_cust ON orders (o_custkey, o_orderdate DESC)",
    "CREATE INDEX w_o_open ON orders (o_orderdate) WHERE o_orderstatus = 'O'",
    "CREATE INDEX w_p_brand ON part USING hash (p_brand)",
    "CREATE INDEX w_l_brin ON lineitem USING brin (l_receiptdate)",
    "CREATE INDEX w_ps_part ON partsupp (ps_partkey, ps_suppkey) INCLUDE (ps_supplycost)",
};

/* Every query under no, each alone and all of the indexes, in one call; a sample of that by
 * EXPLAIN.
 */
static void
test_costs(gconstpointer data)
{
    enum { SETS = G_N_ELEMENTS(tpch_indexes) + 2 };
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autoptr(GPtrArray) indexes = indexes_new();
    guint32 oids[G_N_ELEMENTS(tpch_indexes)];
    guint n_used = 0;

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        add_statement(statements, fixture.tpch->queries[i]);
    prepare(&fixture, statements);
    for (guint i = 0; i < G_N_ELEMENTS(tpch_indexes); i++)
        add_index(indexes, tpch_indexes[i]);
    create(&fixture, indexes);
    for (guint i = 0; i < indexes->len; i++) {
        g_assert_cmpstr(index_at(indexes, i)->failure, ==, NULL);
        g_assert_cmpint(index_at(indexes, i)->bytes, >, 8192);
        g_assert_nonnull(index_at(indexes, i)->accuracy);
        oids[i] = index_at(indexes, i)->oid;
    }
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        for (guint set = 0; set < SETS; set++)
            add_plan(plans, statement_at(statements, i)->number,
                     set == SETS - 1 ? oids : oids + (set > 0 ? set - 1 : 0),
                     set == 0          ? 0
                     : set == SETS - 1 ? SETS - 2
                                       : 1);
    cost(&fixture, plans);
    for (guint i = 0; i < plans->len; i++) {
        const PgaWhatifPlan *plan = plan_at(plans, i);
        g_autofree char *said = g_strdup_printf("%.2f", plan->total_cost);
        g_autofree char *shown = NULL;

        g_assert_cmpstr(plan->failure, ==, NULL);
        for (guint k = 0; k < plan->used->len; k++) {
            const guint32 used = g_array_index(plan->used, guint32, k);

            n_used += used >= oids[0];
        }
        if (i % 5 == 0 || i % SETS == SETS - 1) {
            shown = explained(&fixture, fixture.tpch->queries[i / SETS], plan->oids, plan->n_oids);
            g_assert_cmpstr(said, ==, shown);
        }
    }
    g_assert_cmpuint(n_used, >, 5);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/whatif/costs-are-what-explain-says", 15, FALSE, test_costs);
    return pga_test_lab_finish(g_test_run());
}
