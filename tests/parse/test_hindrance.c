/* Which statements hide their columns, and which do not. */
#include <parse/hindrance.h>
#include <string.h>

typedef struct {
    const char *name, *sql;
    const char *what, *hint; /* NULL: nothing is found */
} Case;

static const Case cases[] = {
    {"function", "SELECT 1 FROM t WHERE date(created_at) = '2024-01-01'", "date(created_at)",
     "created_at >="},
    {"cast-to-date", "SELECT 1 FROM t WHERE created_at::date = $1", "created_at::date",
     "created_at >="},
    {"cast", "SELECT 1 FROM t WHERE id::text = '5'", "id::text", "Cast the other side"},
    {"arithmetic", "SELECT 1 FROM t WHERE a = 1 AND id + 0 = 5", "id + ...", "other side"},
    {"other-side", "SELECT 1 FROM t WHERE 5 = abs(id)", "abs(id)", "IMMUTABLE"},
    {"or", "SELECT 1 FROM t WHERE a = 1 OR b = 2", "OR over a and b", "UNION"},
    {"not-in", "DELETE FROM t WHERE id NOT IN (SELECT id FROM u)", "NOT IN", "NOT EXISTS"},
    {"wildcard", "SELECT 1 FROM t WHERE name LIKE '%x'", "wildcard", "gin_trgm_ops"},
    {"offset", "SELECT 1 FROM t ORDER BY a LIMIT 10 OFFSET 50000", "OFFSET 50000", "last row seen"},
    {"count", "SELECT 1 FROM t WHERE (SELECT count(*) FROM u WHERE u.a = t.a) > 0", "counts all",
     "EXISTS"},
    {"not-equal", "UPDATE t SET a = 1 WHERE b <> 2", "b <>", "predicate"},
    {"any-of-a-column", "SELECT 1 FROM t WHERE 'x' = ANY (tags)", "= ANY (tags)", "@> ARRAY"},
    {"any-of-constants", "SELECT 1 FROM t WHERE tag = ANY ('{x}')", NULL, NULL},
    {"document", "SELECT 1 FROM t WHERE doc -> $1 ->> $2 = $3", "doc -> ...", "keys as the"},
    {"cast-of-document", "SELECT 1 FROM t WHERE (doc ->> 'n')::int = 5", "::int4", "keys as the"},
    {"plain", "SELECT 1 FROM t WHERE a = 1 AND b BETWEEN 1 AND 2 AND c LIKE 'x%'", NULL, NULL},
    {"or-over-one", "SELECT 1 FROM t WHERE a = 1 OR a = 2", NULL, NULL},
    {"join", "SELECT 1 FROM t JOIN u ON t.a = u.a WHERE lower(t.b) = lower(u.b)", NULL, NULL},
    {"no-condition", "SELECT 1 FROM t", NULL, NULL},
    {"shallow-offset", "SELECT 1 FROM t LIMIT 10 OFFSET 20", NULL, NULL},
    {"nonsense", "SELEC 1", NULL, NULL},
    {"empty", "", NULL, NULL},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_auto(PgaHindrance) hindrance = {0};

    g_assert_cmpint(pga_hindrance_find(c->sql, &hindrance), ==, c->what != NULL);
    if (!c->what)
        return;
    g_test_message("%s %s", hindrance.what, hindrance.hint);
    g_assert_nonnull(strstr(hindrance.what, c->what));
    g_assert_nonnull(strstr(hindrance.hint, c->hint));
}

static void
test_avoidable(void)
{
    static const struct {
        const char *sql;
        gboolean is_avoidable;
    } statements[] = {{"SELECT 1 FROM t WHERE id::text = '5'", TRUE},
                      {"SELECT 1 FROM t WHERE date(a) = '2024-01-01'", TRUE},
                      {"SELECT 1 FROM t WHERE a + 3 = 5", TRUE},
                      {"SELECT 1 FROM t WHERE a % 3 = 1", FALSE},
                      {"SELECT 1 FROM t WHERE a::text LIKE '5%'", FALSE},
                      {"SELECT 1 FROM t WHERE lower(a) = 'x'", FALSE},
                      {"SELECT 1 FROM t WHERE (doc ->> 'n')::int = 5", FALSE},
                      {"SELECT 1 FROM t WHERE doc ->> 'k' = 'x'", FALSE}};

    for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_auto(PgaHindrance) hindrance = {0};

        g_test_message("%s", statements[i].sql);
        g_assert_true(pga_hindrance_find(statements[i].sql, &hindrance));
        g_assert_cmpint(hindrance.is_avoidable, ==, statements[i].is_avoidable);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/parse/hindrance/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    g_test_add_func("/parse/hindrance/avoidable", test_avoidable);
    return g_test_run();
}
