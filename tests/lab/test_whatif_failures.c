/* What-if planning with what a server refuses, never finishes or dies of. */
#include "whatif_lab.h"
#include <base/error.h>
#include <base/interrupt.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *sql;
    gboolean good;
} Case;

static const Case statement_cases[] = {
    {"SELECT * FROM orders WHERE o_custkey = $1", TRUE},
    {"SELECT * FROM nowhere", FALSE},
    {"DROP TABLE orders", FALSE},
    {"SELECT 1; DROP TABLE orders", FALSE},
    {"DELETE FROM orders WHERE o_custkey = 5", TRUE},
    {"SELECT 1 / 0", TRUE}, /* until it is planned */
};

static const Case index_cases[] = {
    {"CREATE INDEX good ON orders (o_custkey)", TRUE},
    {"CREATE INDEX bad ON orders (o_nothing)", FALSE},
    {"DROP TABLE orders", FALSE},
    {"CREATE INDEX IF NOT EXISTS event_2023_kind_idx ON event_2023 (id)", FALSE},
    {"CREATE INDEX ON orders (o_orderkey)", FALSE},
    {"CREATE INDEX two ON orders (o_orderkey); DROP TABLE orders", FALSE},
    {"CREATE INDEX \"Last\" ON public.\"orders\" (lower(o_comment))", TRUE},
};

static void
prepare_cases(const WhatifLab *lab, GArray *statements)
{
    for (guint i = 0; i < G_N_ELEMENTS(statement_cases); i++)
        whatif_add_statement(statements, statement_cases[i].sql);
    whatif_prepare(lab, statements);
    for (guint i = 0; i < statements->len; i++) {
        const PgaWhatifStatement *statement = whatif_statement_at(statements, i);

        g_assert_cmpint(statement->number != 0, ==, statement_cases[i].good);
        g_assert_cmpint(statement->failure == NULL, ==, statement_cases[i].good);
    }
}

static guint32
create_cases(const WhatifLab *lab)
{
    g_autoptr(GPtrArray) indexes = whatif_indexes_new();

    for (guint i = 0; i < G_N_ELEMENTS(index_cases); i++)
        whatif_add_index(indexes, index_cases[i].sql);
    whatif_create(lab, indexes);
    for (guint i = 0; i < indexes->len; i++) {
        g_assert_cmpint(whatif_index_at(indexes, i)->oid != 0, ==, index_cases[i].good);
        g_assert_cmpint(whatif_index_at(indexes, i)->failure == NULL, ==, index_cases[i].good);
    }
    return whatif_index_at(indexes, 0)->oid;
}

/* What the server does not take costs itself only. */
static void
test_failures(gconstpointer data)
{
    static const guint32 no_index = 1;
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    guint32 oid;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    prepare_cases(&lab, statements);
    oid = create_cases(&lab);
    for (guint i = 0; i < statements->len; i++)
        whatif_add_plan(plans, whatif_statement_at(statements, i)->number, &oid, 1);
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, &no_index, 1);
    whatif_cost(&lab, plans);
    for (guint i = 0; i < plans->len; i++) {
        const gboolean good = i == 0 || i == 4;

        g_assert_cmpint(whatif_plan_at(plans, i)->total_cost >= 0, ==, good);
        g_assert_cmpint(whatif_plan_at(plans, i)->failure == NULL, ==, good);
        g_assert_cmpuint(whatif_used(plans, i, 0), ==, good ? oid : 0);
    }
    g_assert_cmpstr(whatif_plan_at(plans, 5)->failure, ==, "division by zero");
    g_assert_cmpstr(whatif_plan_at(plans, 6)->failure, ==, "index 1 does not exist");
}

static void
test_requests(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new();
    g_autoptr(GPtrArray) requests = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    prepare_cases(&lab, statements);
    pga_whatif_requests(lab.whatif, statements, requests, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(requests->len, ==, statements->len);
    for (guint i = 0; i < requests->len; i++) {
        const char *text = g_ptr_array_index(requests, i);

        if (strstr(statement_cases[i].sql, "o_custkey"))
            g_assert_nonnull(strstr(text, "orders"));
        else
            g_assert_cmpint(text == NULL, ==, whatif_statement_at(statements, i)->failure != NULL);
    }
}

/* Its statements have a second each. */
static WhatifLab
impatient_lab(gconstpointer data)
{
    WhatifLab lab = whatif_lab_on(data);
    g_autoptr(GError) error = NULL;

    pga_whatif_free(lab.whatif);
    lab.tpch->lab->statement_limit_ms = 1000;
    lab.whatif = pga_whatif_open(lab.clone, &error);
    g_assert_no_error(error);
    return lab;
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
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    g_autofree char *shown = NULL;
    PgaWhatifExplain explain = {.text = hostile[1]};
    g_autoptr(GError) error = NULL;

    if (!whatif_lab_possible(data))
        return;
    lab = impatient_lab(data);
    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++)
        whatif_add_statement(statements, hostile[i]);
    whatif_add_statement(statements, lab.tpch->queries[5]);
    whatif_prepare(&lab, statements);
    for (guint i = 0; i < ROUNDS * statements->len; i++)
        whatif_add_plan(plans, whatif_statement_at(statements, i % statements->len)->number, NULL,
                        0);
    whatif_cost(&lab, plans);
    shown = whatif_explained(&lab, lab.tpch->queries[5], NULL, 0);
    for (guint i = 0; i < plans->len; i++) {
        g_autofree char *said = g_strdup_printf("%.2f", whatif_plan_at(plans, i)->total_cost);

        if (i % statements->len < G_N_ELEMENTS(hostile))
            g_assert_nonnull(whatif_plan_at(plans, i)->failure);
        else
            g_assert_cmpstr(said, ==, shown);
    }
    g_assert_nonnull(strstr(whatif_plan_at(plans, 0)->failure, "exceeded the lab's limit of 1 s"));
    g_assert_nonnull(strstr(whatif_plan_at(plans, 1)->failure, "exceeded the lab's limit of 1 s"));
    g_assert_nonnull(strstr(whatif_plan_at(plans, 2)->failure, "ended its own session"));

    pga_whatif_explain(lab.whatif, &explain, &error);
    g_assert_no_error(error);
    g_assert_null(explain.plan);
    g_assert_nonnull(strstr(explain.failure, "limit"));
    pga_whatif_explain_clear(&explain);
    g_free(shown);
    shown = whatif_explained(&lab, "SELECT 1", NULL, 0);
    g_assert_cmpstr(shown, ==, "0.01");
}

/* Plans asked for together are those asked for one by one, with parameters and without; what fails,
 * does not end or ends its session leaves the others theirs. */
static void
test_explain_all(gconstpointer data)
{
    static const char *const texts[] = {
        "SELECT * FROM orders WHERE o_orderkey = $1::int AND o_comment = $2::text",
        "SELECT no_such_column FROM orders",
        "SELECT * FROM orders WHERE o_orderkey = 5",
        "SELECT public.suicide()",
        "SELECT count(*) FROM orders WHERE o_custkey = $1::int",
        "SELECT public.stubborn()",
        "SELECT 1",
        "SELECT 1; SELECT 2",
    };
    PgaWhatifExplain together[G_N_ELEMENTS(texts)] = {{0}};
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GError) error = NULL;

    if (!whatif_lab_possible(data))
        return;
    lab = impatient_lab(data);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        together[i].text = texts[i];
    pga_whatif_explain_all(lab.whatif, together, G_N_ELEMENTS(texts), &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        PgaWhatifExplain alone = {.text = texts[i]};

        pga_whatif_explain(lab.whatif, &alone, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(together[i].plan, ==, alone.plan);
        g_assert_cmpint(together[i].plan != NULL, ==, i % 2 == 0);
        g_assert_cmpint(together[i].failure != NULL, ==, i % 2 == 1);
        pga_whatif_explain_clear(&alone);
        pga_whatif_explain_clear(&together[i]);
    }
    pga_whatif_explain_all(lab.whatif, together, 0, &error);
    g_assert_no_error(error);
}

/* A session that has shown a plan, row by row, still answers what is asked of many at once. */
static void
test_after_explaining(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) first = whatif_statements_new(), later = whatif_statements_new();
    g_autoptr(GArray) plans = whatif_plans_new();
    g_autofree char *shown = NULL;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    whatif_add_statement(first, "SELECT 1");
    whatif_prepare(&lab, first);
    shown = whatif_explained(&lab, lab.tpch->queries[5], NULL, 0);
    for (guint i = 0; i < 4; i++)
        whatif_add_statement(later, lab.tpch->queries[i]);
    whatif_prepare(&lab, later);
    for (guint i = 0; i < later->len; i++)
        whatif_add_plan(plans, whatif_statement_at(later, i)->number, NULL, 0);
    whatif_cost(&lab, plans);
    for (guint i = 0; i < plans->len; i++)
        whatif_assert_explained(&lab, whatif_plan_at(plans, i), lab.tpch->queries[i]);
}

/* What fails after long is not tried again. */
static void
test_late_failure(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    gint64 begun;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    whatif_add_statement(statements, "SELECT public.late()");
    whatif_prepare(&lab, statements);
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, NULL, 0);
    whatif_cost(&lab, plans);
    g_assert_cmpstr(whatif_plan_at(plans, 0)->failure, ==, "too late");
    begun = g_get_monotonic_time();
    whatif_cost(&lab, plans);
    g_assert_cmpint(g_get_monotonic_time() - begun, <, (gint64)2 * G_USEC_PER_SEC);
    g_assert_cmpstr(whatif_plan_at(plans, 0)->failure, ==, "too late");
}

static void
test_extensions(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    g_autoptr(GPtrArray) indexes = whatif_indexes_new();
    g_autoptr(GError) error = NULL;
    gboolean available = TRUE;
    guint32 oid;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    pga_whatif_extension(lab.whatif, "plpython3u", &available, &error);
    g_assert_no_error(error);
    g_assert_false(available);
    pga_whatif_extension(lab.whatif, "pg_trgm", &available, &error);
    g_assert_no_error(error);
    if (!available) {
        g_test_skip("this server has no pg_trgm");
        return;
    }
    pga_whatif_extension(lab.whatif, "pg_trgm", &available, &error);
    g_assert_no_error(error);
    g_assert_true(available);
    whatif_add_statement(statements, "SELECT * FROM part WHERE p_name LIKE '%forest green%'");
    whatif_prepare(&lab, statements);
    whatif_add_index(indexes, "CREATE INDEX part_name ON part USING gin (p_name gin_trgm_ops)");
    whatif_create(&lab, indexes);
    oid = whatif_index_at(indexes, 0)->oid;
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, NULL, 0);
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, &oid, 1);
    whatif_cost(&lab, plans);
    g_assert_cmpfloat(whatif_plan_at(plans, 1)->total_cost, <,
                      whatif_plan_at(plans, 0)->total_cost);
    g_assert_cmpuint(g_array_index(whatif_plan_at(plans, 1)->used, guint32, 0), ==, oid);
}

/* A clone of another user than the prover. */
static void
open_as(WhatifLab *lab, const char *role, gboolean is_superuser)
{
    PgaTpch *tpch = lab->tpch;
    const PgaCloneOptions options = {.catalog = tpch->catalog,
                                     .objects = tpch->objects,
                                     .planner = &tpch->planner,
                                     .role = role,
                                     .role_is_superuser = is_superuser};
    g_autoptr(GError) error = NULL;

    pga_whatif_free(lab->whatif);
    pga_clone_free(lab->clone);
    lab->clone = pga_clone_open(tpch->lab, &options, &error);
    g_assert_no_error(error);
    pga_clone_bring_all(lab->clone, &error);
    g_assert_no_error(error);
    lab->whatif = pga_whatif_open(lab->clone, &error);
    g_assert_no_error(error);
}

/* Statements have the rights of the clone's user and the search_path of their own; indexes are made
 * on anybody's tables. */
static void
test_roles(gconstpointer data)
{
    g_auto(WhatifLab) lab = {0};
    PgaRoleSetting *setting;

    if (!whatif_lab_possible(data))
        return;
    lab = whatif_lab_on(data);
    setting = pga_objects_add_role_setting(lab.tpch->objects, "search_path");
    setting->rolname = g_strdup("writer");
    setting->value = g_strdup("\"$user\", elsewhere");
    for (guint is_superuser = 0; is_superuser < 2; is_superuser++) {
        g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
        g_autoptr(GPtrArray) indexes = whatif_indexes_new();
        const PgaWhatifStatement theirs = {.text = "SELECT * FROM note WHERE id = 1",
                                           .usename = "writer"};

        open_as(&lab, is_superuser ? "boss" : "nobody_special", is_superuser != 0);
        whatif_add_statement(statements, "SELECT * FROM note");
        g_array_append_val(statements, theirs);
        whatif_add_statement(statements, "SELECT * FROM public.orders");
        whatif_prepare(&lab, statements);
        g_assert_cmpint(whatif_statement_at(statements, 0)->number, ==, 0);
        whatif_add_index(indexes, "CREATE INDEX body ON elsewhere.note (body)");
        whatif_add_index(indexes, "CREATE INDEX comment ON public.orders (o_comment)");
        whatif_create(&lab, indexes);
        g_assert_cmpstr(whatif_index_at(indexes, 0)->failure, ==, NULL);
        g_assert_cmpstr(whatif_index_at(indexes, 1)->failure, ==, NULL);
        whatif_add_plan(plans, whatif_statement_at(statements, 1)->number, NULL, 0);
        whatif_add_plan(plans, whatif_statement_at(statements, 2)->number, NULL, 0);
        whatif_cost(&lab, plans);
        g_assert_cmpint(whatif_plan_at(plans, 1)->failure == NULL, ==, is_superuser);
        if (is_superuser)
            g_assert_cmpstr(whatif_plan_at(plans, 0)->failure, ==, NULL);
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
    g_auto(WhatifLab) lab = {0};
    g_autoptr(GArray) statements = whatif_statements_new(), plans = whatif_plans_new();
    g_autoptr(GError) error = NULL;
    gint64 begun;

    if (!whatif_lab_possible(data))
        return;
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        return;
    }
    lab = whatif_lab_on(data);
    whatif_add_statement(statements, "SELECT public.endless()");
    whatif_prepare(&lab, statements);
    whatif_add_plan(plans, whatif_statement_at(statements, 0)->number, NULL, 0);
    pga_interrupt_install();
    begun = g_get_monotonic_time();
    g_thread_unref(g_thread_new("interrupt", interrupt_soon, NULL));
    g_assert_false(pga_whatif_cost(lab.whatif, plans, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERRUPTED);
    g_assert_cmpint(g_get_monotonic_time() - begun, <, (gint64)5 * G_USEC_PER_SEC);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/whatif/what-fails-costs-nothing-else", 15, TRUE, test_failures);
    pga_test_add_servers("/lab/whatif/requests", 15, TRUE, test_requests);
    pga_test_add_servers("/lab/whatif/limits-hold", 15, TRUE, test_limits);
    pga_test_add_servers("/lab/whatif/late-failures", 18, TRUE, test_late_failure);
    pga_test_add_servers("/lab/whatif/after-explaining", 15, TRUE, test_after_explaining);
    pga_test_add_servers("/lab/whatif/explain-all", 15, TRUE, test_explain_all);
    pga_test_add_servers("/lab/whatif/extensions", 15, TRUE, test_extensions);
    pga_test_add_servers("/lab/whatif/roles", 15, TRUE, test_roles);
    pga_test_add_servers("/lab/whatif/can-be-interrupted", 17, TRUE, test_interrupt);
    return pga_test_lab_finish(g_test_run());
}
