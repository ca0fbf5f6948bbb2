/* Statements of a log: found again by their shape, a few of their texts kept. */
#include <parse/log.h>
#include <parse/query_set.h>
#include <string.h>

static void
take(PgaQueryGatherer *gatherer, const char *text, const char *parameters, double ms)
{
    const PgaLogStatement statement = {
        .text = text,
        .length = strlen(text),
        .duration_ms = ms,
        .parameters = parameters,
        .parameters_length = parameters ? strlen(parameters) : 0,
        .user = "clerk",
        .line = 7,
    };

    g_assert_true(pga_query_gather_logged(gatherer, &statement, NULL));
}

static const PgaQuery *
query_at(const PgaQuerySet *set, guint i)
{
    g_assert_cmpuint(i, <, set->queries->len);
    return g_ptr_array_index(set->queries, i);
}

static const PgaQuerySample *
sample_at(const PgaQuery *query, guint i)
{
    g_assert_cmpuint(i, <, query->samples->len);
    return g_ptr_array_index(query->samples, i);
}

/* How many queries the texts (up to NULL) are. */
static guint
count_queries(const char *const *texts)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    for (; *texts; texts++)
        take(gatherer, *texts, NULL, 1);
    set = pga_query_gatherer_finish(gatherer);
    return set->queries->len;
}

static void
test_same(void)
{
    static const char *const texts[] = {
        "SELECT a, b FROM t WHERE a = 1 AND b IN (1, 2, 3)",
        "select A,b from T where a=-1.5e+3 and b in (4)",
        "SELECT a, b /* a /* b */ c */ FROM t --\n WHERE a = E'\\'' AND b IN ($1, NULL)",
        "SELECT a, b FROM t WHERE a = $$it's$$ AND b IN (B'1', X'ff', .5, true)",
        "SELECT a, b FROM t WHERE a = $x$ $$ $x$ AND b IN (1);",
        NULL};
    static const char *const rows[] = {"INSERT INTO t VALUES (1, 'a')",
                                       "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                                       "INSERT INTO t VALUES ($1, $2), ($3, $4)", NULL};

    g_assert_cmpuint(count_queries(texts), ==, 1);
    g_assert_cmpuint(count_queries(rows), ==, 1);
}

static void
test_different(void)
{
    static const char *const texts[] = {"SELECT a FROM t WHERE a IS NULL",
                                        "SELECT a FROM t WHERE a IS TRUE",
                                        "SELECT a FROM t WHERE a = 1",
                                        "SELECT a FROM t WHERE a > 1",
                                        "SELECT a FROM t WHERE \"A\" = 1",
                                        "SELECT a FROM t WHERE a = 1 OR b = 1",
                                        "SELECT a FROM t WHERE f(1) = a",
                                        "SELECT a FROM t WHERE 1 - a = 1",
                                        NULL};

    g_assert_cmpuint(count_queries(texts), ==, G_N_ELEMENTS(texts) - 1);
}

static void
test_counts(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL, empty = NULL;
    const PgaLogStatement failed = {.text = "SELECT 1", .length = 8, .failed = TRUE};

    pga_query_gatherer_name(gatherer, "postgresql.log");
    for (guint i = 0; i < 10; i++)
        take(gatherer, "SELECT a FROM t WHERE a = 1", NULL, 2);
    take(gatherer, "SELECT b FROM t", NULL, -1);
    take(gatherer, "BEGIN; UPDATE t SET a = 1 WHERE b = 2; COMMIT", NULL, 5);
    take(gatherer, "SELECT 1; SELECT 2", NULL, 1);
    take(gatherer, "COMMIT", NULL, 1);
    take(gatherer, "COMMIT", NULL, 1);
    g_assert_true(pga_query_gather_logged(gatherer, &failed, NULL));
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->n_statements, ==, 16);
    g_assert_cmpuint(set->n_skipped, ==, 2);
    g_assert_cmpuint(set->notes->len, ==, 1);
    g_assert_cmpuint(set->queries->len, ==, 4);
    g_assert_cmpfloat(query_at(set, 0)->total_ms, ==, 20);
    g_assert_cmpfloat(query_at(set, 0)->calls, ==, 10);
    g_assert_cmpstr(query_at(set, 0)->origin, ==, "postgresql.log:7");
    g_assert_cmpstr(query_at(set, 0)->usename, ==, "clerk");
    g_assert_cmpstr(sample_at(query_at(set, 1), 0)->text, ==, "UPDATE t SET a = 1 WHERE b = 2");
    g_assert_cmpstr(query_at(set, 2)->not_analysed, ==, "several statements in one string");
    g_assert_cmpfloat(query_at(set, 3)->total_ms, <, 0);
    empty = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(empty->queries->len, ==, 0);
    g_assert_cmpuint(empty->n_statements, ==, 0);
}

/** Parameters as a log writes them, and the text with them. */
static const struct {
    const char *name, *text, *parameters, *sample;
} parameters[] = {
    {"quoted", "SELECT 1 FROM t WHERE a = $1 AND b = $2", "$1 = 'it''s', $2 = '5'",
     "SELECT 1 FROM t WHERE a = 'it''s' AND b = '5'"},
    {"null", "SELECT 1 FROM t WHERE a = $1", "$1 = NULL", "SELECT 1 FROM t WHERE a = NULL"},
    {"comma", "SELECT $2 FROM t WHERE a = $1", "$1 = 'a, $2 = ''b''', $2 = ''",
     "SELECT '' FROM t WHERE a = 'a, $2 = ''b'''"},
    {"arithmetic", "SELECT 1 FROM t WHERE d > current_date - $1 AND b = $2 * 3 AND c->$3 = d",
     "$1 = '5', $2 = '-2', $3 = '7'",
     "SELECT 1 FROM t WHERE d > current_date - 5 AND b = (-2) * 3 AND c->'7' = d"},
    {"limit", "SELECT 1 FROM t LIMIT $1 OFFSET $2", "$1 = '10', $2 = '20'",
     "SELECT 1 FROM t LIMIT 10 OFFSET 20"},
    {"cut-short", "SELECT 1 FROM t WHERE a = $1 AND b = $2", "$1 = 'abc...', $2 = '1'",
     "SELECT 1 FROM t WHERE a = $1 AND b = '1'"},
    {"missing", "SELECT 1 FROM t WHERE a = $3 AND b = $1", "$1 = '1'",
     "SELECT 1 FROM t WHERE a = $1 AND b = '1'"},
    {"broken", "SELECT 1 FROM t WHERE a = $1", "$1 = 'open", "SELECT 1 FROM t WHERE a = $1"},
    {"nonsense", "SELECT 1 FROM t WHERE a = $1", "$99999999999 = '1', $ = $1 x",
     "SELECT 1 FROM t WHERE a = $1"},
};

static void
test_parameters(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    take(gatherer, parameters[i].text, parameters[i].parameters, 1);
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->queries->len, ==, 1);
    g_assert_cmpstr(query_at(set, 0)->text, ==, parameters[i].text);
    g_assert_cmpuint(query_at(set, 0)->samples->len, ==, 1);
    g_assert_cmpstr(sample_at(query_at(set, 0), 0)->text, ==, parameters[i].sample);
    g_assert_cmpint(sample_at(query_at(set, 0), 0)->is_generic, ==,
                    strchr(strstr(parameters[i].sample, "FROM"), '$') != NULL &&
                        strstr(parameters[i].sample, "'$") == NULL &&
                        strcmp(parameters[i].name, "comma") != 0);
}

/* One value has half of the calls, each other one a single call. */
static void
test_samples(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;
    g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
    double sum = 0, of_frequent = 0;

    for (guint i = 0; i < 2000; i++) {
        g_autofree char *value = g_strdup_printf("$1 = '%u'", i % 2 ? i : 0);

        take(gatherer, "SELECT 1 FROM t WHERE a = $1", value, 1);
    }
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(query_at(set, 0)->samples->len, ==, 5);
    for (guint i = 0; i < 5; i++) {
        const PgaQuerySample *sample = sample_at(query_at(set, 0), i);

        g_assert_true(g_hash_table_add(texts, sample->text));
        sum += sample->share;
        if (strcmp(sample->text, "SELECT 1 FROM t WHERE a = '0'") == 0)
            of_frequent = sample->share;
    }
    g_assert_cmpfloat_with_epsilon(sum, 1, 1e-9);
    g_assert_cmpfloat(of_frequent, >, 0.45);
}

static void
test_values_over_generic(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    take(gatherer, "SELECT 1 FROM t WHERE a = $1", NULL, 1);
    take(gatherer, "SELECT 1 FROM t WHERE a = $1", "$1 = '5'", 1);
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(query_at(set, 0)->samples->len, ==, 1);
    g_assert_cmpstr(sample_at(query_at(set, 0), 0)->text, ==, "SELECT 1 FROM t WHERE a = '5'");
    g_assert_cmpfloat(sample_at(query_at(set, 0), 0)->share, ==, 1);
    g_assert_true(sample_at(query_at(set, 0), 0)->is_bound);
}

static void
test_own(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    take(gatherer, "SELECT /* pgarchitect */ c.oid FROM pg_class c", NULL, 1);
    take(gatherer, "SELECT c.oid FROM pg_class c WHERE relname = 'a'", NULL, 1);
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->queries->len, ==, 1);
    g_assert_false(sample_at(query_at(set, 0), 0)->is_bound);
}

/* auto_explain tells of calls that log_min_duration_statement tells of, too. */
static void
test_plans(void)
{
    static const char text[] = "SELECT 1 FROM t WHERE a = 5";
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;
    const PgaLogStatement plan = {
        .text = text, .length = strlen(text), .duration_ms = 3, .is_plan = TRUE};

    for (guint i = 0; i < 4; i++) {
        take(gatherer, text, NULL, 2);
        g_assert_true(pga_query_gather_logged(gatherer, &plan, NULL));
    }
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpfloat(query_at(set, 0)->calls, ==, 4);
    g_assert_cmpfloat(query_at(set, 0)->total_ms, ==, 12);
}

static char *
long_list(guint n, const char *item)
{
    GString *text = g_string_new("SELECT 1 FROM t WHERE a IN (");

    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", item);
    g_string_append(text, ")");
    return g_string_free(text, FALSE);
}

static void
test_long(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;
    g_autofree char *constants = long_list(300000, "-12.5::numeric");
    g_autofree char *rows = long_list(100000, "(1, 'x')"), *deep = g_strnfill(1 << 20, '(');
    g_autofree char *columns = long_list(20000, "some_column");
    guint n_too_long = 0;

    take(gatherer, constants, NULL, 1);
    take(gatherer, rows, NULL, 1);
    take(gatherer, deep, NULL, 1);
    take(gatherer, columns, NULL, 1);
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->n_unreadable, ==, 0);
    for (guint i = 0; i < set->queries->len; i++) {
        n_too_long += query_at(set, i)->not_analysed != NULL;
        for (guint j = 0; j < query_at(set, i)->samples->len; j++)
            g_assert_cmpuint(strlen(sample_at(query_at(set, i), j)->text), <, 32769);
    }
    g_assert_cmpuint(n_too_long, ==, 2); /* neither parentheses nor names are lists */
    g_assert_cmpuint(set->queries->len, ==, 4);
    g_assert_cmpuint(set->notes->len, ==, 1);
}

static void
test_foreign_bytes(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    take(gatherer, "SELECT 1 FROM t WHERE a = 'caf\xe9'", NULL, 1);
    take(gatherer, "SELECT 1 FROM t WHERE a = $1", "$1 = 'caf\xe9'", 1);
    take(gatherer, "\xff\xfe", NULL, 1);
    set = pga_query_gatherer_finish(gatherer);
    for (guint i = 0; i < set->queries->len; i++)
        for (guint j = 0; j < query_at(set, i)->samples->len; j++)
            g_assert_true(g_utf8_validate(sample_at(query_at(set, i), j)->text, -1, NULL));
    g_assert_cmpuint(set->n_unreadable, ==, 1);
}

static void
test_failed(gconstpointer data)
{
    const guint n = GPOINTER_TO_UINT(data);
    const char *const notes[] = {NULL, "1 statement that failed is left out.",
                                 "2 statements that failed are left out."};
    const PgaLogStatement statement = {.text = "SELECT nonsense", .length = 15, .failed = TRUE};
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    take(gatherer, "SELECT a FROM t", NULL, 1);
    for (guint i = 0; i < n; i++)
        g_assert_true(pga_query_gather_logged(gatherer, &statement, NULL));
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->queries->len, ==, 1);
    g_assert_cmpuint(set->notes->len, ==, n > 0 ? 1 : 0);
    if (n > 0)
        g_assert_cmpstr(g_ptr_array_index(set->notes, 0), ==, notes[n]);
}

/* It is not known to be a log. */
static void
test_missing(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(pga_log_looks_like_one("/nowhere/workload.sql", &error));
    g_assert_nonnull(error);
    g_assert_cmpstr(error->message, ==,
                    "could not read \"/nowhere/workload.sql\": No such file or directory");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/query-logged/shapes-that-are-one-query", test_same);
    g_test_add_func("/parse/query-logged/shapes-that-differ", test_different);
    g_test_add_func("/parse/query-logged/calls-and-time-add-up", test_counts);
    for (guint i = 0; i < G_N_ELEMENTS(parameters); i++) {
        g_autofree char *name =
            g_strdup_printf("/parse/query-logged/parameters/%s", parameters[i].name);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_parameters);
    }
    g_test_add_func("/parse/query-logged/five-texts-stand-for-all", test_samples);
    g_test_add_func("/parse/query-logged/values-before-parameters", test_values_over_generic);
    g_test_add_func("/parse/query-logged/not-our-own", test_own);
    g_test_add_func("/parse/query-logged/plans-count-once", test_plans);
    g_test_add_func("/parse/query-logged/long-texts-are-bounded", test_long);
    g_test_add_func("/parse/query-logged/bytes-of-another-encoding", test_foreign_bytes);
    for (guint n = 0; n <= 2; n++) {
        g_autofree char *name = g_strdup_printf("/parse/query-logged/failed/%u", n);

        g_test_add_data_func(name, GUINT_TO_POINTER(n), test_failed);
    }
    g_test_add_func("/parse/query-logged/no-such-file", test_missing);
    return g_test_run();
}
