/* Two sessions on real servers: what gets lost, who waits for whom, what an error ends. */
#include "fixture.h"
#include <base/error.h>
#include <lab/interleave.h>
#include <string.h>

static const char *const tables[] = {
    "CREATE EXTENSION IF NOT EXISTS \"nonesuch\"",
    "CREATE TABLE \"shop_product\" (\"id\" bigserial NOT NULL PRIMARY KEY, \"stock\" integer NOT "
    "NULL CHECK (\"stock\" >= 0), \"price\" numeric(8, 2) NOT NULL, \"is_new\" boolean NOT NULL, "
    "\"note\" text NULL, \"data\" jsonb NOT NULL)",
    "CREATE TABLE \"Odd Order\" (\"id\" serial NOT NULL PRIMARY KEY, \"status\" varchar(10) NOT "
    "NULL, \"number\" integer NULL, \"product_id\" bigint NOT NULL)",
    "ALTER TABLE \"Odd Order\" ADD CONSTRAINT \"fk\" FOREIGN KEY (\"product_id\") REFERENCES "
    "\"shop_product\" (\"id\") DEFERRABLE INITIALLY DEFERRED",
    "",
    "CREATE TABLE \"shop_place\" (\"id\" bigserial PRIMARY KEY, \"at\" geometry(POINT) NOT NULL)",
};

/** Of one interleaving; texts "process|sql" or "process|when|sql". */
typedef struct {
    const char *name;
    const char *table;
    const char *setup; /* statements separated by ";" */
    const char *steps[12], *fixed[12];
    const char *observe, *expected;
    const char *result, *fixed_result; /* NULL: it is not run */
    const char *outcome;               /* what it holds */
    const char *saw, *fixed_saw;       /* of all steps, separated by "/"; NULL: not looked at */
} Case;

static const Case cases[] = {
    {
        .name = "update-is-lost",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 5)",
        .steps = {"1|SELECT id, stock FROM shop_product WHERE id = 1",
                  "2|SELECT id, stock FROM shop_product WHERE id = 1",
                  "1|UPDATE shop_product SET stock = :stock - 1 WHERE id = :id",
                  "2|UPDATE shop_product SET stock = :stock - 1 WHERE id = :id"},
        .fixed = {"1|UPDATE shop_product SET stock = stock - 1 WHERE id = 1",
                  "2|UPDATE shop_product SET stock = stock - 1 WHERE id = 1"},
        .observe = "SELECT stock FROM shop_product",
        .expected = "3",
        .result = "4",
        .fixed_result = "3",
        .outcome = "3 expected, 4 found on PostgreSQL ",
        .saw = "1, 5/1, 5/1 row/1 row",
        .fixed_saw = "1 row/1 row",
    },
    {
        .name = "lock-makes-the-second-wait",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 5)",
        .steps = {"1|SELECT stock FROM shop_product", "2|SELECT stock FROM shop_product",
                  "1|UPDATE shop_product SET stock = :stock - 1",
                  "2|UPDATE shop_product SET stock = :stock - 1"},
        .fixed = {"1|BEGIN", "2|BEGIN", "1|SELECT stock FROM shop_product FOR UPDATE",
                  "2|SELECT stock FROM shop_product FOR UPDATE",
                  "2|UPDATE shop_product SET stock = :stock - 1",
                  "1|UPDATE shop_product SET stock = :stock - 1", "1|COMMIT", "2|COMMIT"},
        .observe = "SELECT stock FROM shop_product",
        .expected = "3",
        .result = "4",
        .fixed_result = "3",
        .outcome = "after the fix 3",
        .fixed_saw = "//5/waits; 4/1 row/1 row//",
    },
    {
        .name = "both-create",
        .table = "Odd Order",
        .setup = "SELECT 1",
        .steps = {"1|SELECT id FROM \"Odd Order\" WHERE number = 7 LIMIT 1",
                  "2|SELECT id FROM \"Odd Order\" WHERE number = 7 LIMIT 1",
                  "1|:rows = 0|INSERT INTO \"Odd Order\" (number) VALUES (7) RETURNING id",
                  "2|:rows = 0|INSERT INTO \"Odd Order\" (number) VALUES (7) RETURNING id"},
        .fixed = {"1|ALTER TABLE \"Odd Order\" ADD CONSTRAINT one UNIQUE (number)", "1|BEGIN",
                  "2|BEGIN", "1|INSERT INTO \"Odd Order\" (number) VALUES (7)",
                  "2|INSERT INTO \"Odd Order\" (number) VALUES (7)", "2|SELECT 'not reached'",
                  "1|COMMIT", "2|COMMIT"},
        .observe = "SELECT count(*) FROM \"Odd Order\"",
        .expected = "1",
        .result = "2",
        .fixed_result = "1",
        .outcome = "1 expected, 2 found",
        .saw = "nothing/nothing/2/3", /* the sequence is the table's own: one went in turn */
        .fixed_saw =
            "///1 row/waits; duplicate key value violates unique constraint \"one\"/not done//not "
            "done",
    },
    {
        .name = "what-follows-a-step-that-is-left-out",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock, is_new) VALUES (1, 5, true)",
        .steps = {"1|SELECT is_new FROM shop_product", "2|SELECT is_new FROM shop_product",
                  "1|:is_new|UPDATE shop_product SET is_new = false",
                  "1|:rows = 1|UPDATE shop_product SET stock = stock + 1",
                  "2|:is_new|UPDATE shop_product SET is_new = false",
                  "2|:rows = 1|UPDATE shop_product SET stock = stock + 1"},
        .fixed = {"1|UPDATE shop_product SET is_new = false WHERE is_new",
                  "2|UPDATE shop_product SET is_new = false WHERE is_new",
                  "1|:rows = 1|UPDATE shop_product SET stock = stock + 1",
                  "2|:rows = 1|UPDATE shop_product SET stock = stock + 1"},
        .observe = "SELECT stock FROM shop_product",
        .expected = "6",
        .result = "7",
        .fixed_result = "6",
        .outcome = "6 expected, 7 found",
        .fixed_saw = "1 row/0 rows/1 row/not done",
    },
    {
        .name = "an-open-transaction-ends-with-its-process",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 5)",
        .steps = {"1|SELECT stock FROM shop_product", "2|SELECT stock FROM shop_product",
                  "1|UPDATE shop_product SET stock = :stock - 1",
                  "2|:stock > 4|UPDATE shop_product SET stock = :stock - 1"},
        .fixed = {"1|BEGIN", "1|UPDATE shop_product SET stock = stock - 1", "2|BEGIN",
                  "2|UPDATE shop_product SET stock = stock - 1", "2|COMMIT"},
        .observe = "SELECT stock FROM shop_product",
        .expected = "4",
        .result = "4",
        .fixed_result = "4",
        .outcome = "4 expected, 4 found",
        .fixed_saw = "/1 row//waits; 1 row/",
    },
    {
        .name = "deadlock",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 5), (2, 5)",
        .steps = {"1|BEGIN", "2|BEGIN", "1|UPDATE shop_product SET stock = stock - 1 WHERE id = 1",
                  "2|UPDATE shop_product SET stock = stock - 1 WHERE id = 2",
                  "1|UPDATE shop_product SET stock = stock - 1 WHERE id = 2",
                  "2|UPDATE shop_product SET stock = stock - 1 WHERE id = 1", "1|COMMIT",
                  "2|COMMIT"},
        .observe = "SELECT sum(stock) FROM shop_product",
        .expected = "6",
        .result = "8",
        .outcome = "6 expected, 8 found",
    },
    {
        .name = "values-of-every-kind",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock, price, is_new, data) VALUES (1, -5, "
                 "'NaN', true, '{\"a\": \"it''s :price\"}')",
        .steps = {"1|SELECT *, stock::numeric AS n, false AS f FROM shop_product",
                  "2|SELECT 'ten past 10:price', \"stock\", note::text FROM shop_product",
                  ("1|UPDATE shop_product SET stock = 7 - :stock, price = :price, is_new = NOT "
                   ":is_new, note = concat(:note, ':stock', :f, :n, 8::int), data = :data"),
                  "1|UPDATE shop_product SET note = :unread::text", "1|SELECT 1"},
        .observe = "SELECT concat_ws(' ', stock, price, is_new, note, data) FROM shop_product",
        .expected = "12 NaN f :stockf-58 {\"a\": \"it's :price\"}",
        .result = "12 NaN f :stockf-58 {\"a\": \"it's :price\"}",
        .outcome = "expected",
        .saw = "1, -5, NaN, t, NULL, {\"a\": \"it's :price\"}, -5, f/"
               "ten past 10:price, -5, NULL/1 row/syntax error at or near \":\"/not done",
    },
    {
        .name = "condition-of-unread-values",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 5)",
        .steps = {"1|BEGIN", "1|UPDATE shop_product SET stock = 1", "1|COMMIT", "2|BEGIN",
                  "2|UPDATE shop_product SET stock = 2", "2|:unread > 1|COMMIT"},
        .observe = "SELECT stock FROM shop_product",
        .expected = "1",
        .outcome = "(lab): syntax error at or near \":\"",
    },
    {
        .name = "not-even-in-turn",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 5)",
        .steps = {"1|SELECT 1"},
        .observe = "SELECT stock FROM shop_product WHERE id = 2",
        .expected = "5",
        .outcome = "one process after the other ends in nothing, not 5",
    },
    {
        .name = "rows-cannot-be-made",
        .table = "shop_product",
        .setup = "INSERT INTO shop_product (id, stock) VALUES (1, 'many')",
        .steps = {"1|SELECT 1"},
        .observe = "SELECT 1",
        .expected = "1",
        .outcome = "not run on PostgreSQL ",
    },
    {
        .name = "table-could-not-be-made",
        .table = "shop_place",
        .setup = "SELECT 1",
        .steps = {"1|SELECT 1"},
        .observe = "SELECT 1",
        .expected = "1",
        .outcome = "type \"geometry\" does not exist",
    },
    {
        .name = "no-such-table",
        .table = "nowhere",
        .setup = "SELECT 1",
        .steps = {"1|SELECT 1"},
        .observe = "SELECT 1",
        .expected = "1",
        .outcome = "relation \"public.nowhere\" does not exist",
    },
};

static void
add_steps(GPtrArray *steps, const char *const *texts)
{
    for (guint i = 0; i < 12 && texts[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(texts[i], "|", 3);
        const guint process = (guint)(parts[0][0] - '0');

        if (parts[2])
            pga_interleaving_add_when(steps, process, "does", g_strdup(parts[1]),
                                      g_strdup(parts[2]));
        else
            pga_interleaving_add(steps, process, "does", g_strdup(parts[1]));
    }
}

static void
assert_saw(const GPtrArray *steps, const char *expected)
{
    g_autoptr(GString) saw = g_string_new(NULL);

    for (guint i = 0; i < steps->len; i++) {
        const PgaInterleavingStep *step = g_ptr_array_index(steps, i);

        g_string_append_printf(saw, "%s%s", i ? "/" : "", step->saw ? step->saw : "");
    }
    if (expected)
        g_assert_cmpstr(saw->str, ==, expected);
    g_test_message("%s", saw->str);
}

static PgaInterleaver *
open_on(PgaLab *lab)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) statements = g_ptr_array_new();
    PgaInterleaver *interleaver;

    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        g_ptr_array_add(statements, (char *)tables[i]);
    interleaver = pga_interleaver_open(lab, statements, &error);
    g_assert_no_error(error);
    return interleaver;
}

static void
run_case(PgaInterleaver *interleaver, const Case *c)
{
    g_autoptr(PgaInterleaving) interleaving = pga_interleaving_new();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) setup = g_strsplit(c->setup, ";", -1);

    g_test_message("%s", c->name);
    g_ptr_array_add(interleaving->tables, g_strdup(c->table));
    for (guint i = 0; setup[i]; i++)
        g_ptr_array_add(interleaving->setup, g_strdup(setup[i]));
    add_steps(interleaving->steps, c->steps);
    add_steps(interleaving->fixed, c->fixed);
    interleaving->observe = g_strdup(c->observe);
    interleaving->expected = g_strdup(c->expected);
    g_assert_true(pga_interleaver_run(interleaver, interleaving, &error));
    g_assert_no_error(error);
    g_test_message("%s", interleaving->outcome);
    g_assert_nonnull(strstr(interleaving->outcome, c->outcome));
    g_assert_cmpint(interleaving->done, ==, c->result != NULL);
    g_assert_cmpstr(interleaving->result, ==, c->result);
    g_assert_cmpstr(interleaving->fixed_result, ==, c->fixed_result);
    g_assert_cmpint(pga_interleaving_is_proven(interleaving), ==,
                    c->result && c->fixed_result && strcmp(c->result, c->expected) != 0);
    assert_saw(interleaving->steps, c->saw);
    assert_saw(interleaving->fixed, c->fixed_saw);
    if (strcmp(c->name, "deadlock") == 0) { /* which of them is the server's choice */
        const PgaInterleavingStep *one = g_ptr_array_index(interleaving->steps, 4);
        const PgaInterleavingStep *other = g_ptr_array_index(interleaving->steps, 5);

        g_assert_cmpint(strcmp(one->saw, "waits; deadlock detected") == 0, !=,
                        strstr(other->saw, "deadlock detected") != NULL);
    }
}

static void
test_cases(gconstpointer server)
{
    g_autoptr(PgaLab) lab = pga_test_lab_start(server);
    g_autoptr(PgaInterleaver) interleaver = open_on(lab);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        run_case(interleaver, &cases[i]);
}

static void
add_two(PgaInterleaving *interleaving, const char *first, const char *second)
{
    pga_interleaving_add(interleaving->steps, 1, "does", g_strdup(first));
    pga_interleaving_add(interleaving->steps, 2, "does", g_strdup(second));
    interleaving->observe = g_strdup("SELECT 1");
    interleaving->expected = g_strdup("1");
}

static void
assert_fails(const PgaLabOptions *options, const char *second, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLab) lab = pga_lab_start(options, &error);
    g_autoptr(PgaInterleaver) interleaver = open_on(lab);
    g_autoptr(PgaInterleaving) interleaving = pga_interleaving_new();

    add_two(interleaving, "SELECT 1", second);
    g_assert_false(pga_interleaver_run(interleaver, interleaving, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_nonnull(strstr(error->message, message));
}

static void
test_never_for_ever(gconstpointer server)
{
    const PgaLabOptions options = {.bindir = ((const PgaTestServer *)server)->bindir,
                                   .statement_limit_ms = 300};

    assert_fails(&options, "SELECT pg_catalog.pg_sleep(600)", "took too long");
}

static void
test_lost_session(gconstpointer server)
{
    const PgaLabOptions options = {.bindir = ((const PgaTestServer *)server)->bindir};

    assert_fails(&options, "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())",
                 "lost");
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        const PgaTestServer *next = i + 1 < servers->len ? g_ptr_array_index(servers, i + 1) : NULL;
        g_autofree char *path = g_strdup_printf("/lab/interleave/%u", server->major);

        if (server->major < 10 || (i > 0 && next && next->major >= 10))
            continue; /* neither the newest nor the oldest */
        g_test_add_data_func(path, server, test_cases);
        if (i > 0)
            continue;
        g_test_add_data_func("/lab/interleave/never-for-ever", server, test_never_for_ever);
        g_test_add_data_func("/lab/interleave/lost-session", server, test_lost_session);
    }
    return pga_test_lab_finish(g_test_run());
}
