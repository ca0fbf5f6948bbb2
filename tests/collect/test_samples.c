/* Rows that are read on request: which tables', how many, and what stands in the way. */
#include <string.h>

#include "planner_source.h"

#define MAJOR GPOINTER_TO_UINT(data)

static const PgaCollectOptions with_sample = {.sample = TRUE, .ram_bytes = -1};

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): a statement may take several lines */
static const char *const statements[] = {
    "CREATE SCHEMA sampled",
    "CREATE TABLE sampled.doc (gone int, id int, \"t\" text, at timestamptz, body json)",
    "ALTER TABLE sampled.doc DROP COLUMN gone",
    "INSERT INTO sampled.doc SELECT i, 'tea \"' || i || '\"', timestamptz '2024-03-01 00:00+00', "
    "'{\"a\": 1}' FROM generate_series(1, 60000) i",
    "CREATE TABLE sampled.long (id int, body text)",
    "INSERT INTO sampled.long SELECT i, repeat(md5(i::text), CASE WHEN i % 2 = 0 THEN 1000 ELSE 2 "
    "END) FROM generate_series(1, 20) i",
    "CREATE TABLE sampled.short (id int, name varchar(5))",
    "INSERT INTO sampled.short SELECT i, 'n' FROM generate_series(1, 100) i",
    "CREATE TABLE sampled.ruled (id int, body json)",
    "INSERT INTO sampled.ruled VALUES (1, '{}')",
    "ALTER TABLE sampled.ruled ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE sampled.secret (id int, body json)",
    "INSERT INTO sampled.secret VALUES (1, '{}')",
    "CREATE TABLE sampled.own (id int, body json)",
    "INSERT INTO sampled.own VALUES (1, '{}')",
    "CREATE INDEX own_twice ON sampled.own ((id + plan.twice(4)))",
    /* a cast of the row type is nobody's business here */
    "CREATE FUNCTION sampled.cast_it(sampled.doc) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE "
    "'called'; END$$",
    "CREATE CAST (sampled.doc AS text) WITH FUNCTION sampled.cast_it(sampled.doc)",
    "ANALYZE",
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

static char *
sampled_dsn(guint major)
{
    char *dsn = planner_source_dsn(major);
    g_autofree char *known =
        pga_test_value(dsn, "SELECT count(*) FROM pg_namespace WHERE nspname = 'sampled'");

    for (guint i = 0; g_str_equal(known, "0") && i < G_N_ELEMENTS(statements); i++)
        pga_test_sql(dsn, statements[i]);
    return dsn;
}

/* (nullable) */
static const PgaSample *
sample_of(const Planned *got, const char *dsn, const char *table)
{
    const PgaOid oid = planner_source_oid(dsn, table);

    for (guint i = 0; i < got->data->samples->len; i++) {
        const PgaSample *sample = g_ptr_array_index(got->data->samples, i);

        if (sample->relation == oid)
            return sample;
    }
    return NULL;
}

static void
test_only_on_request(gconstpointer data)
{
    g_autofree char *dsn = sampled_dsn(MAJOR);
    const PgaCollectOptions no_values = {.sample = TRUE, .no_values = TRUE, .ram_bytes = -1};
    g_auto(Planned) got = {0};
    g_auto(Planned) without_values = {0};

    planner_source_collect(dsn, NULL, NULL, &got);
    g_assert_cmpuint(got.data->samples->len, ==, 0);
    planner_source_collect(dsn, NULL, &no_values, &without_values);
    g_assert_cmpuint(without_values.data->samples->len, ==, 0);
}

static void
test_rows(gconstpointer data)
{
    g_autofree char *dsn = sampled_dsn(MAJOR);
    g_auto(Planned) got = {0};
    g_auto(Planned) again = {0};
    const PgaSample *sample, *same;
    const char *row;

    planner_source_collect(dsn, NULL, &with_sample, &got);
    sample = sample_of(&got, dsn, "sampled.doc");
    g_assert_nonnull(sample);
    g_assert_cmpuint(sample->rows->len, >, 3000);
    g_assert_cmpuint(sample->rows->len, <=, 4000);
    row = g_ptr_array_index(sample->rows, 0);
    g_assert_true(g_str_has_suffix(row, "\"\"\",\"2024-03-01 00:00:00+00\",\"{\"\"a\"\": 1}\")"));
    g_assert_nonnull(strstr(row, ",\"tea \"\""));
    g_assert_null(sample_of(&got, dsn, "sampled.short"));
    planner_source_collect(dsn, NULL, &with_sample, &again);
    same = sample_of(&again, dsn, "sampled.doc");
    g_assert_cmpuint(same->rows->len, ==, sample->rows->len);
    for (guint i = 0; i < same->rows->len; i++)
        g_assert_cmpstr(same->rows->pdata[i], ==, sample->rows->pdata[i]);
}

static void
test_long_rows(gconstpointer data)
{
    g_autofree char *dsn = sampled_dsn(MAJOR);
    g_auto(Planned) got = {0};

    planner_source_collect(dsn, NULL, &with_sample, &got);
    g_assert_cmpuint(sample_of(&got, dsn, "sampled.long")->rows->len, ==, 10);
    g_assert_nonnull(planner_source_note(
        &got, "sampled rows of more than 16 kB: left out: 10, the first of sampled.long"));
}

static void
test_obstacles(gconstpointer data)
{
    g_autofree char *dsn = sampled_dsn(MAJOR);
    g_auto(Planned) got = {0};

    planner_source_role(dsn, "sample_reader",
                        "GRANT USAGE ON SCHEMA sampled TO %s; GRANT SELECT ON sampled.doc, "
                        "sampled.ruled, sampled.own TO %s");
    planner_source_collect(dsn, "sample_reader", &with_sample, &got);
    g_assert_nonnull(sample_of(&got, dsn, "sampled.doc"));
    g_assert_null(sample_of(&got, dsn, "sampled.ruled"));
    g_assert_null(sample_of(&got, dsn, "sampled.secret"));
    g_assert_null(sample_of(&got, dsn, "sampled.own"));
    g_assert_nonnull(
        planner_source_note(&got, "sampled rows of sampled.ruled: row-level security"));
    g_assert_nonnull(planner_source_note(&got, "sampled rows of sampled.own: an index"));
    g_assert_nonnull(planner_source_note(&got, "no SELECT privilege: sizes of GIN and GiST"));
}

static const struct {
    const char *name;
    GTestDataFunc run;
} tests[] = {
    {"are-read-on-request-only", test_only_on_request},
    {"are-the-same-rows-each-time", test_rows},
    {"leave-long-rows-out", test_long_rows},
    {"respect-what-stands-in-the-way", test_obstacles},
};

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path =
                g_strdup_printf("/collect/samples/%u/%s", server->major, tests[j].name);

            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), tests[j].run);
        }
    }
    if (servers->len == 0)
        g_test_add_func("/collect/samples/no-server", (GTestFunc)pga_test_have_server);
    return g_test_run();
}
