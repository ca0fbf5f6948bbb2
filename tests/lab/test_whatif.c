/* What-if planning on real servers: costs are what EXPLAIN says under the same indexes, and what
 * fails costs nothing else. */
#include "tpch.h"
#include <base/error.h>
#include <base/interrupt.h>
#include <lab/whatif.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

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

/* What the server does not take costs itself only. */
static void
test_failures(gconstpointer data)
{
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autoptr(GPtrArray) indexes = indexes_new(), requests = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    guint32 oid;

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    add_statement(statements, "SELECT * FROM orders WHERE o_custkey = $1");
    add_statement(statements, "SELECT * FROM nowhere");
    add_statement(statements, "DROP TABLE orders");
    add_statement(statements, "SELECT 1; DROP TABLE orders");
    add_statement(statements, "SELECT 1 / 0");
    add_statement(statements, "DELETE FROM orders WHERE o_custkey = 5");
    prepare(&fixture, statements);
    for (guint i = 0; i < statements->len; i++) {
        const gboolean bad = i >= 1 && i <= 3;

        g_assert_cmpint(statement_at(statements, i)->number != 0, ==, !bad);
        g_assert_cmpint(statement_at(statements, i)->failure != NULL, ==, bad);
    }
    g_assert_nonnull(strstr(statement_at(statements, 1)->failure, "does not exist"));

    add_index(indexes, "CREATE INDEX good ON orders (o_custkey)");
    add_index(indexes, "CREATE INDEX bad ON orders (o_nothing)");
    add_index(indexes, "DROP TABLE orders");
    add_index(indexes, "CREATE INDEX good ON orders (o_orderkey)");
    add_index(indexes, "CREATE INDEX ON orders (o_orderkey)");
    add_index(indexes, "CREATE INDEX two ON orders (o_orderkey); DROP TABLE orders");
    add_index(indexes, "CREATE INDEX \"Last\" ON public.\"orders\" (lower(o_comment))");
    create(&fixture, indexes);
    for (guint i = 0; i < indexes->len; i++) {
        const gboolean bad = i >= 1 && i <= 5;

        g_assert_cmpint(index_at(indexes, i)->oid != 0, ==, !bad);
        g_assert_cmpint(index_at(indexes, i)->failure != NULL, ==, bad);
    }

    oid = index_at(indexes, 0)->oid;
    for (guint i = 0; i < statements->len; i++)
        add_plan(plans, statement_at(statements, i)->number, &oid, 1);
    oid = index_at(indexes, 0)->oid;
    add_plan(plans, statement_at(statements, 0)->number, &(guint32){1}, 1);
    cost(&fixture, plans);
    for (guint i = 0; i < plans->len; i++) {
        const gboolean good = i == 0 || i == 5;

        g_assert_cmpint(plan_at(plans, i)->total_cost >= 0, ==, good);
        g_assert_cmpint(plan_at(plans, i)->failure == NULL, ==, good);
        if (good) {
            g_assert_cmpuint(plan_at(plans, i)->used->len, ==, 1);
            g_assert_cmpuint(g_array_index(plan_at(plans, i)->used, guint32, 0), ==, oid);
        }
    }
    g_assert_cmpstr(plan_at(plans, 4)->failure, ==, "division by zero");

    pga_whatif_requests(fixture.whatif, statements, requests, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(requests->len, ==, statements->len);
    for (guint i = 0; i < requests->len; i++)
        if (i == 0 || i == 5)
            g_assert_nonnull(strstr(g_ptr_array_index(requests, i), "orders"));
        else if (i != 4)
            g_assert_null(g_ptr_array_index(requests, i));
}

/* Functions that the planner evaluates: one that never ends, one that does not let itself be
 * stopped, one that ends its session. All else is planned all the same, by sessions that were
 * opened again. */
static void
test_limits(gconstpointer data)
{
    static const char *const hostile[] = {
        "SELECT public.endless()",
        "SELECT public.stubborn()",
        "SELECT public.suicide()",
    };
    enum { ROUNDS = 20 };
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autofree char *shown = NULL;
    PgaWhatifExplain explain = {.text = hostile[1]};
    g_autoptr(GError) error = NULL;

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    pga_whatif_free(fixture.whatif);
    fixture.tpch->lab->statement_limit_ms = 1000;
    fixture.whatif = pga_whatif_open(fixture.clone, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++)
        add_statement(statements, hostile[i]);
    add_statement(statements, fixture.tpch->queries[5]);
    prepare(&fixture, statements);
    for (guint i = 0; i < ROUNDS * statements->len; i++)
        add_plan(plans, statement_at(statements, i % statements->len)->number, NULL, 0);
    cost(&fixture, plans);
    shown = explained(&fixture, fixture.tpch->queries[5], NULL, 0);
    for (guint i = 0; i < plans->len; i++) {
        g_autofree char *said = g_strdup_printf("%.2f", plan_at(plans, i)->total_cost);

        if (i % statements->len < G_N_ELEMENTS(hostile))
            g_assert_nonnull(plan_at(plans, i)->failure);
        else
            g_assert_cmpstr(said, ==, shown);
    }
    g_assert_nonnull(strstr(plan_at(plans, 0)->failure, "exceeded the lab's limit of 1 s"));
    g_assert_nonnull(strstr(plan_at(plans, 1)->failure, "exceeded the lab's limit of 1 s"));
    g_assert_nonnull(strstr(plan_at(plans, 2)->failure, "ended its own session"));

    pga_whatif_explain(fixture.whatif, &explain, &error);
    g_assert_no_error(error);
    g_assert_null(explain.plan);
    g_assert_nonnull(strstr(explain.failure, "limit"));
    pga_whatif_explain_clear(&explain);
    g_free(shown);
    shown = explained(&fixture, "SELECT 1", NULL, 0);
    g_assert_cmpstr(shown, ==, "0.01");
}

static const PgaWhatifIndex *
own_index(GPtrArray *indexes, const char *name)
{
    for (guint i = 0; i < indexes->len; i++)
        if (strstr(index_at(indexes, i)->sql, name))
            return index_at(indexes, i);
    return NULL;
}

/* Callers see an index of a partitioned table as one; a partition's own stays its own. */
static void
test_partitions(gconstpointer data)
{
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autoptr(GPtrArray) own = indexes_new(), indexes = indexes_new();
    g_autoptr(GError) error = NULL;
    const PgaWhatifIndex *at, *kind;
    guint32 oids[2];

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    pga_whatif_own_indexes(fixture.whatif, own, &error);
    g_assert_no_error(error);
    at = own_index(own, "event_at_idx");
    kind = own_index(own, "event_2023_kind_idx");
    g_assert_nonnull(at);
    g_assert_nonnull(kind);
    g_assert_null(own_index(own, "event_2023_at_idx"));
    g_assert_cmpuint(pga_catalog_index(fixture.tpch->catalog, at->source)->indexrelid, !=, 0);

    add_index(indexes, "CREATE INDEX event_kind ON event (kind)");
    add_index(indexes, "CREATE INDEX event_at_too ON public.event (at)");
    create(&fixture, indexes);
    g_assert_cmpstr(index_at(indexes, 0)->failure, ==, NULL);
    g_assert_cmpint(index_at(indexes, 0)->bytes, >, 0);
    g_assert_nonnull(index_at(indexes, 1)->oid ? "" : index_at(indexes, 1)->failure);

    add_statement(statements, "SELECT * FROM event WHERE at = '2024-05-05'");
    add_statement(statements, "SELECT * FROM event WHERE kind = 'x'");
    prepare(&fixture, statements);
    oids[0] = index_at(indexes, 0)->oid;
    oids[1] = at->oid;
    add_plan(plans, statement_at(statements, 0)->number, NULL, 0);
    add_plan(plans, statement_at(statements, 0)->number, &oids[1], 1);
    add_plan(plans, statement_at(statements, 1)->number, NULL, 0);
    add_plan(plans, statement_at(statements, 1)->number, &oids[0], 1);
    cost(&fixture, plans);
    for (guint i = 0; i < plans->len; i++) {
        g_autofree char *said = g_strdup_printf("%.2f", plan_at(plans, i)->total_cost);
        g_autofree char *shown = explained(&fixture, statement_at(statements, i / 2)->text,
                                           plan_at(plans, i)->oids, plan_at(plans, i)->n_oids);

        g_assert_cmpstr(said, ==, shown);
    }
    g_assert_cmpuint(plan_at(plans, 0)->used->len, ==, 1);
    g_assert_cmpuint(g_array_index(plan_at(plans, 0)->used, guint32, 0), ==, at->oid);
    g_assert_cmpuint(plan_at(plans, 1)->used->len, ==, 0);
    g_assert_cmpuint(plan_at(plans, 2)->used->len, ==, 1);
    g_assert_cmpuint(g_array_index(plan_at(plans, 2)->used, guint32, 0), ==, kind->oid);
    g_assert_cmpuint(plan_at(plans, 3)->used->len, ==, 2);
    g_assert_cmpuint(g_array_index(plan_at(plans, 3)->used, guint32, 0), ==, kind->oid);
    g_assert_cmpuint(g_array_index(plan_at(plans, 3)->used, guint32, 1), ==, oids[0]);
}

static void
test_extensions(gconstpointer data)
{
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autoptr(GPtrArray) indexes = indexes_new();
    g_autoptr(GError) error = NULL;
    gboolean available = TRUE;
    guint32 oid;

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    pga_whatif_extension(fixture.whatif, "plpython3u", &available, &error);
    g_assert_no_error(error);
    g_assert_false(available);
    pga_whatif_extension(fixture.whatif, "pg_trgm", &available, &error);
    g_assert_no_error(error);
    if (!available) {
        g_test_skip("this server has no pg_trgm");
        return;
    }
    pga_whatif_extension(fixture.whatif, "pg_trgm", &available, &error);
    g_assert_no_error(error);
    g_assert_true(available);
    add_statement(statements, "SELECT * FROM part WHERE p_name LIKE '%forest green%'");
    prepare(&fixture, statements);
    add_index(indexes, "CREATE INDEX part_name ON part USING gin (p_name gin_trgm_ops)");
    create(&fixture, indexes);
    oid = index_at(indexes, 0)->oid;
    add_plan(plans, statement_at(statements, 0)->number, NULL, 0);
    add_plan(plans, statement_at(statements, 0)->number, &oid, 1);
    cost(&fixture, plans);
    g_assert_cmpfloat(plan_at(plans, 1)->total_cost, <, plan_at(plans, 0)->total_cost);
    g_assert_cmpuint(g_array_index(plan_at(plans, 1)->used, guint32, 0), ==, oid);
}

/* A clone of another user than the prover. */
static void
open_as(Fixture *fixture, const char *role, gboolean is_superuser)
{
    PgaTpch *tpch = fixture->tpch;
    const PgaCloneOptions options = {.catalog = tpch->catalog,
                                     .objects = tpch->objects,
                                     .planner = &tpch->planner,
                                     .role = role,
                                     .role_is_superuser = is_superuser};
    g_autoptr(GError) error = NULL;

    pga_whatif_free(fixture->whatif);
    g_clear_pointer(&fixture->conn, PQfinish);
    pga_clone_free(fixture->clone);
    fixture->clone = pga_clone_open(tpch->lab, &options, &error);
    g_assert_no_error(error);
    pga_clone_bring_all(fixture->clone, &error);
    g_assert_no_error(error);
    fixture->whatif = pga_whatif_open(fixture->clone, &error);
    g_assert_no_error(error);
}

/* Statements have the rights of the clone's user and the search_path of their own; indexes are made
 * on anybody's tables. */
static void
test_roles(gconstpointer data)
{
    g_auto(Fixture) fixture = {0};
    PgaRoleSetting *setting;

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    setting = pga_objects_add_role_setting(fixture.tpch->objects, "search_path");
    setting->rolname = g_strdup("writer");
    setting->value = g_strdup("\"$user\", elsewhere");
    for (guint is_superuser = 0; is_superuser < 2; is_superuser++) {
        g_autoptr(GArray) statements = statements_new(), plans = plans_new();
        g_autoptr(GPtrArray) indexes = indexes_new();
        const PgaWhatifStatement theirs = {.text = "SELECT * FROM note WHERE id = 1",
                                           .usename = "writer"};

        open_as(&fixture, is_superuser ? "boss" : "nobody_special", is_superuser != 0);
        add_statement(statements, "SELECT * FROM note");
        g_array_append_val(statements, theirs);
        add_statement(statements, "SELECT * FROM public.orders");
        prepare(&fixture, statements);
        g_assert_cmpint(statement_at(statements, 0)->number, ==, 0);
        add_index(indexes, "CREATE INDEX body ON elsewhere.note (body)");
        add_index(indexes, "CREATE INDEX comment ON public.orders (o_comment)");
        create(&fixture, indexes);
        g_assert_cmpstr(index_at(indexes, 0)->failure, ==, NULL);
        g_assert_cmpstr(index_at(indexes, 1)->failure, ==, NULL);
        add_plan(plans, statement_at(statements, 1)->number, NULL, 0);
        add_plan(plans, statement_at(statements, 2)->number, NULL, 0);
        cost(&fixture, plans);
        g_assert_cmpint(plan_at(plans, 1)->failure == NULL, ==, is_superuser);
        if (is_superuser)
            g_assert_cmpstr(plan_at(plans, 0)->failure, ==, NULL);
    }
}

static void
test_many(gconstpointer data)
{
    enum { PLANS = 2200 };
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autoptr(GPtrArray) indexes = indexes_new();
    guint32 oids[G_N_ELEMENTS(tpch_indexes)];
    gint64 begun;

    if (!possible(data))
        return;
    fixture = fixture_on(data);
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        add_statement(statements, fixture.tpch->queries[i]);
    prepare(&fixture, statements);
    for (guint i = 0; i < G_N_ELEMENTS(tpch_indexes); i++)
        add_index(indexes, tpch_indexes[i]);
    create(&fixture, indexes);
    for (guint i = 0; i < indexes->len; i++)
        oids[i] = index_at(indexes, i)->oid;
    for (guint i = 0; i < PLANS; i++)
        add_plan(plans, statement_at(statements, i % PGA_TPCH_QUERIES)->number, oids + i % 4,
                 i % 3);
    begun = g_get_monotonic_time();
    cost(&fixture, plans);
    g_test_message("%.0f plans/s",
                   PLANS / ((double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC));
    for (guint i = 0; i < PLANS; i++) {
        const PgaWhatifPlan *plan = plan_at(plans, i);

        g_assert_cmpstr(plan->failure, ==, NULL);
        g_assert_cmpfloat(plan->total_cost, >, 0);
        for (guint k = 0; k < plan->used->len; k++) {
            const guint32 used = g_array_index(plan->used, guint32, k);
            gboolean listed = used < oids[0];

            for (guint o = 0; o < plan->n_oids; o++)
                listed = listed || plan->oids[o] == used;
            g_assert_true(listed);
        }
    }
}

static gpointer
interrupt_soon(G_GNUC_UNUSED gpointer data)
{
    g_usleep(G_USEC_PER_SEC / 2);
    kill(getpid(), SIGINT);
    return NULL;
}

/* In a process of its own: nothing takes an interrupt back. */
static void
test_interrupt(gconstpointer data)
{
    g_auto(Fixture) fixture = {0};
    g_autoptr(GArray) statements = statements_new(), plans = plans_new();
    g_autoptr(GError) error = NULL;
    gint64 begun;

    if (!possible(data))
        return;
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        return;
    }
    fixture = fixture_on(data);
    add_statement(statements, "SELECT public.endless()");
    prepare(&fixture, statements);
    add_plan(plans, statement_at(statements, 0)->number, NULL, 0);
    pga_interrupt_install();
    begun = g_get_monotonic_time();
    g_thread_unref(g_thread_new("interrupt", interrupt_soon, NULL));
    g_assert_false(pga_whatif_cost(fixture.whatif, plans, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERRUPTED);
    g_assert_cmpint(g_get_monotonic_time() - begun, <, 5 * G_USEC_PER_SEC);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/whatif/costs-are-what-explain-says", 15, FALSE, test_costs);
    pga_test_add_servers("/lab/whatif/what-fails-costs-nothing-else", 15, TRUE, test_failures);
    pga_test_add_servers("/lab/whatif/limits-hold", 15, TRUE, test_limits);
    pga_test_add_servers("/lab/whatif/partitions-are-one", 15, FALSE, test_partitions);
    pga_test_add_servers("/lab/whatif/extensions", 15, TRUE, test_extensions);
    pga_test_add_servers("/lab/whatif/roles", 15, TRUE, test_roles);
    pga_test_add_servers("/lab/whatif/many-plans-in-one-call", 15, TRUE, test_many);
    pga_test_add_servers("/lab/whatif/can-be-interrupted", 17, TRUE, test_interrupt);
    return pga_test_lab_finish(g_test_run());
}
