/* Estimated sizes against tables that were filled. */
#include <cluster.h>
#include <design/design.h>
#include <math.h>
#include <string.h>

#define TOLERANCE 0.15

/* Prose: a piece of this program's own documentation. */
#define PROSE(bytes)                                                                               \
    "(SELECT substr(t, 1 + (i * 7919) %% (length(t) - 16000), " bytes ") FROM prose)"

typedef struct {
    const char *name, *type, *value; /* value: of row i; NULL: the default's */
    double width, null_share;        /* as stated */
    double correlation;
} ColumnCase;

typedef struct {
    const char *name;
    double rows;
    const char *storage_options;
    const char *unique; /* (nullable): column */
    ColumnCase columns[12];
} Case;

static const Case cases[] = {
    {"narrow",
     200000,
     NULL,
     NULL,
     {{"id", "bigint", "i", 8, 0, 1},
      {"a", "integer", "i % 100", 4, 0, 0},
      {"b", "smallint", "1", 2, 0, 0}}},
    {"orders",
     200000,
     NULL,
     NULL,
     {{"id", "bigint", "i", 8, 0, 1},
      {"user_id", "bigint", "(random() * 50000)::bigint", 8, 0, 0},
      {"placed_at", "timestamptz", "now() - i * interval '1 second'", 8, 0, 1},
      {"total", "numeric(12,2)", "(random() * 1000)::numeric(12,2)", 6, 0, 0},
      {"status", "text", "(ARRAY['new','paid','shipped','completed'])[1 + i %% 4]", 8, 0, 0},
      {"note", "text", "repeat('ab ', 5 + (random() * 20)::int)", 46, 0.8, 0}}},
    {"nullable",
     200000,
     NULL,
     NULL,
     {{"id", "integer", "i", 4, 0, 1},
      {"a", "bigint", "i", 8, 0.5, 0},
      {"b", "text", "md5(i::text)", 33, 0.5, 0},
      {"c", "date", "date '2025-01-01' + i %% 1000", 4, 0.9, 0},
      {"d", "boolean", "true", 1, 0.3, 0}}},
    {"users",
     100000,
     "fillfactor = 90",
     "email",
     {{"id", "bigint", "i", 8, 0, 1},
      {"email", "text", "md5(i::text) || '@example.org'", 45, 0, 0},
      {"name", "text", "left(md5(i::text), 6 + (random() * 20)::int)", 17, 0, 0},
      {"country", "character(2)", "'DE'", 3, 0, 0},
      {"created_at", "timestamptz", "now()", 8, 0, 1}}},
    {"uuid_key",
     200000,
     NULL,
     NULL,
     {{"id", "uuid", "md5(i::text)::uuid", 16, 0, 0},
      {"at", "timestamptz", "now()", 8, 0, 1},
      {"v", "double precision", "random()", 8, 0, 0}}},
    {"uuid_in_order",
     100000,
     NULL,
     NULL,
     {{"id", "uuid", "lpad(to_hex(i), 32, '0')::uuid", 16, 0, 1}, {"v", "real", "1", 4, 0, 0}}},
    {"wide",
     8000,
     NULL,
     NULL,
     {{"id", "bigint", "i", 8, 0, 1},
      {"body", "text", PROSE("400 + (random() * 800)::int"), 800, 0, 0}}},
    {"documents",
     2000,
     NULL,
     NULL,
     {{"id", "bigint", "i", 8, 0, 1},
      {"title", "text", PROSE("40"), 41, 0, 0},
      {"body", "text", PROSE("4000 + (random() * 8000)::int"), 8000, 0, 0}}},
    {"images",
     2000,
     NULL,
     NULL,
     {{"id", "bigint", "i", 8, 0, 1},
      {"data", "bytea",
       "(SELECT string_agg(decode(md5(i::text || x::text), 'hex'), '') FROM generate_series(1, "
       "1250) x)",
       20000, 0, 0}}},
    {"settings",
     50000,
     NULL,
     NULL,
     {{"id", "bigint", "i", 8, 0, 1},
      {"data", "jsonb",
       "jsonb_build_object('theme', 'dark', 'language', 'de', 'page_size', i %% 100, 'beta', true, "
       "'seen', now(), 'hash', md5(i::text))",
       180, 0, 0}}},
    {"tagged",
     100000,
     NULL,
     NULL,
     {{"id", "integer", "i", 4, 0, 1},
      {"tags", "text[]", "ARRAY['red', 'green', 'x' || i %% 100]", 49, 0, 0},
      {"ok", "boolean", "true", 1, 0, 0}}},
    {"periods",
     100000,
     NULL,
     NULL,
     {{"id", "integer", "i", 4, 0, 1},
      {"during", "tstzrange", "tstzrange(now(), now() + interval '1 hour')", 22, 0, 0},
      {"address", "inet", "'10.0.0.1'::inet + i", 7, 0, 0}}},
    {"small",
     100,
     NULL,
     NULL,
     {{"id", "integer", "i", 4, 0, 1}, {"name", "text", "md5(i::text)", 33, 0, 0}}},
};

static PgaDesignTable *
build(PgaArchitecture *architecture, const Case *c)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, c->name);
    PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_PRIMARY);

    table->rows = c->rows;
    table->storage_options = g_strdup(c->storage_options);
    g_ptr_array_add(key->columns, g_strdup("id"));
    for (guint i = 0; c->columns[i].name; i++) {
        const ColumnCase *from = &c->columns[i];
        PgaDesignColumn *column = pga_design_table_add_column(table, from->name, from->type);

        column->not_null = from->null_share <= 0;
        column->shape.null_share = from->null_share;
        column->shape.width = from->width;
        column->shape.correlation = from->correlation;
    }
    if (c->unique) {
        key = pga_design_table_add_key(table, PGA_DESIGN_UNIQUE);
        g_ptr_array_add(key->columns, g_strdup(c->unique));
    }
    return table;
}

static void
fill(const char *dsn, const Case *c)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_append_printf(sql, "SELECT setseed(0.5); INSERT INTO %s SELECT ", c->name);
    for (guint i = 0; c->columns[i].name; i++) {
        const ColumnCase *column = &c->columns[i];
        g_auto(GStrv) parts = g_strsplit(column->value, "%%", -1);
        g_autofree char *value = g_strjoinv("%", parts);

        g_string_append(sql, i > 0 ? ", " : "");
        if (column->null_share > 0)
            g_string_append_printf(sql, "CASE WHEN random() >= %d / 100.0 THEN %s END",
                                   (int)(column->null_share * 100), value);
        else
            g_string_append(sql, value);
    }
    g_string_append_printf(sql, " FROM generate_series(1, %d) i; VACUUM ANALYZE %s", (int)c->rows,
                           c->name);
    {
        g_auto(GStrv) statements = g_strsplit(sql->str, "; ", -1);

        for (guint i = 0; statements[i]; i++)
            if (i > 0)
                pga_test_sql(dsn, statements[i]);
    }
}

static void
load_prose(const char *dsn)
{
    static const char *const files[] = {"CHANGELOG.md",     "README.md",    "docs/clone.md",
                                        "docs/snapshot.md", "docs/lint.md", "docs/index.md"};
    g_autoptr(GString) sql = g_string_new("CREATE TABLE prose AS SELECT $prose$");

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(PGA_SOURCE_ROOT, files[i], NULL);
        g_autofree char *text = NULL;

        if (g_file_get_contents(path, &text, NULL, NULL))
            g_string_append(sql, text);
    }
    g_string_append(sql, "$prose$ AS t");
    pga_test_sql(dsn, sql->str);
}

static double
measure(const char *dsn, const char *function, const char *table)
{
    g_autofree char *sql = g_strdup_printf("SELECT %s('%s')", function, table);
    g_autofree char *value = pga_test_value(dsn, sql);

    return g_ascii_strtod(value, NULL);
}

/* Tables of a few blocks are off by whole blocks. */
static void
assert_near(const char *what, double estimated, double measured)
{
    const double error = fabs(estimated - measured) / MAX(measured, 1);

    g_test_message("%s: %.0f estimated, %.0f measured: %+.1f %%", what, estimated, measured,
                   100 * (estimated - measured) / MAX(measured, 1));
    g_assert_true(error <= TOLERANCE || fabs(estimated - measured) <= 5 * 8192);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());
    PgaTestCluster *cluster = NULL;
    g_autofree char *dsn = NULL;
    const PgaDesignTable *table = NULL;

    if (!pga_test_have_server())
        return;
    cluster = pga_test_cluster(0);
    dsn = pga_test_cluster_database(cluster, "sizes");
    load_prose(dsn);
    table = build(architecture, c);
    pga_design_sizes(architecture);
    pga_design_ddl(architecture);
    pga_test_sql(dsn, pga_architecture_file(architecture, "schema.sql")->text);
    fill(dsn, c);
    assert_near("table", table->heap_bytes + table->toast_bytes,
                measure(dsn, "pg_table_size", c->name));
    assert_near("indexes", table->index_bytes, measure(dsn, "pg_indexes_size", c->name));
    g_assert_cmpfloat_with_epsilon(architecture->bytes,
                                   table->heap_bytes + table->toast_bytes + table->index_bytes, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/design/sizes/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
