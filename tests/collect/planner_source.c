#include "planner_source.h"

#include <string.h>

static const struct {
    guint since; /* major */
    const char *sql;
} statements[] = {
    {9, "CREATE SCHEMA plan"},
    {9, "CREATE TYPE plan.mood AS ENUM ('sad', 'it''s ok', 'happy')"},
    {9, "CREATE DOMAIN plan.amount AS numeric(10,2) CHECK (VALUE >= 0)"},
    {9, "CREATE TYPE plan.pair AS (a int, b text)"},
    {9,
     "CREATE TABLE plan.kinds (gone int, id int PRIMARY KEY, at timestamptz, name text, key uuid, "
     "price numeric, state plan.mood, amount plan.amount, tags text[], words tsvector, span "
     "int4range, short float4, long float8, bytes bytea, took interval, pair plan.pair, nothing "
     "int, doc jsonb, fee money)"},
    {9, "ALTER TABLE plan.kinds DROP COLUMN gone"},
    {9, "INSERT INTO plan.kinds SELECT i, timestamptz '2024-03-01 00:00:00.5+02' + i * interval '1 "
        "hour', CASE WHEN i % 3 = 0 THEN 'Often, \"quoted\" {and} \\' WHEN i % 97 <> 0 THEN 'N' || "
        "i END, md5(i::text)::uuid, i / 7.0, (ARRAY['sad', 'it''s ok', 'happy'])[1 + i % "
        "3]::plan.mood, i % 50, ARRAY['t' || i % 5, 'u' || i % 11], to_tsvector('simple', 'a' || i "
        "% 7 || ' b' || i % 3), int4range(i, i + i % 9), i / 3.0::float4, i / 3.0::float8, "
        "decode(md5(i::text), 'hex'), i * interval '1 minute', ROW(i % 5, CASE WHEN i % 2 = 0 THEN "
        "'x' END)::plan.pair, NULL, '{\"a\": 1}', i::money FROM generate_series(1, 3000) i"},
    {9, "CREATE INDEX kinds_at ON plan.kinds (at DESC)"},
    {9, "CREATE INDEX kinds_name ON plan.kinds (name)"},
    {9, "CREATE INDEX kinds_name_again ON plan.kinds (name, id)"},
    {9, "CREATE INDEX kinds_pattern ON plan.kinds (name text_pattern_ops)"},
    {9, "CREATE INDEX kinds_posix ON plan.kinds (name COLLATE \"POSIX\" DESC)"},
    {9, "CREATE INDEX kinds_key ON plan.kinds (key)"},
    {9, "CREATE INDEX kinds_price ON plan.kinds (price DESC NULLS LAST)"},
    {9, "CREATE INDEX kinds_state ON plan.kinds (state)"},
    {9, "CREATE INDEX kinds_amount ON plan.kinds (amount)"},
    {9, "CREATE INDEX kinds_lower ON plan.kinds (lower(name))"},
    {9, "CREATE INDEX kinds_lower_posix ON plan.kinds (lower(name) COLLATE \"POSIX\")"},
    {9, "CREATE INDEX kinds_nothing ON plan.kinds (nothing)"},
    {9, "CREATE INDEX kinds_short ON plan.kinds (short NULLS FIRST)"},
    {9, "CREATE INDEX kinds_took ON plan.kinds (took)"},
    {9, "CREATE INDEX kinds_bytes ON plan.kinds (bytes)"},
    {9, "CREATE INDEX kinds_pair ON plan.kinds (pair)"},
    {9, "CREATE INDEX kinds_span ON plan.kinds (span)"},
    {9, "CREATE INDEX kinds_fee ON plan.kinds (fee)"},
    {9, "CREATE INDEX kinds_sum ON plan.kinds ((id + 1))"},
    {9, "CREATE INDEX kinds_partial ON plan.kinds (long) WHERE id > 10"},
    {9, "CREATE INDEX kinds_tags ON plan.kinds USING gin (tags)"},
    {9, "CREATE INDEX kinds_brin ON plan.kinds USING brin (at)"},
    {9, "CREATE INDEX kinds_hash ON plan.kinds USING hash (id)"},
    {9, "CREATE TABLE plan.empty (a int PRIMARY KEY)"},
    {9, "CREATE TABLE plan.\"We\"\"ird $1 t\u00e4ble\n\" (\"a $2 b\" int, \"C'\" text)"},
    {9, "INSERT INTO plan.\"We\"\"ird $1 t\u00e4ble\n\" SELECT i, 'c' || i FROM generate_series(1, "
        "500) i"},
    {9, "CREATE INDEX \"od'd\" ON plan.\"We\"\"ird $1 t\u00e4ble\n\" (\"a $2 b\")"},
    {9, "CREATE INDEX \"od\"\"der\" ON plan.\"We\"\"ird $1 t\u00e4ble\n\" (upper(\"C'\"))"},
    {9, "CREATE FUNCTION plan.twice(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN IF "
        "current_setting('transaction_read_only') = 'on' THEN RAISE 'called'; END IF; RETURN 2 * "
        "a; END$$"},
    {9, "CREATE TABLE plan.own (a int, b int)"},
    {9, "INSERT INTO plan.own SELECT i, i FROM generate_series(1, 100) i"},
    {9, "CREATE INDEX own_twice ON plan.own ((b + plan.twice(4)))"},
    {9, "CREATE INDEX own_a ON plan.own (a)"},
    {9, "DO $$BEGIN IF to_regrole('plan_stranger') IS NULL THEN CREATE ROLE plan_stranger; END "
        "IF; END$$"},
    {9, "ALTER FUNCTION plan.twice(int) OWNER TO plan_stranger"},
    {9, "CREATE TABLE plan.ruled (a int PRIMARY KEY)"},
    {9, "INSERT INTO plan.ruled SELECT generate_series(1, 100)"},
    {9, "CREATE POLICY upper_half ON plan.ruled USING (a > 50)"},
    {9, "ALTER TABLE plan.ruled ENABLE ROW LEVEL SECURITY"},
    {9, "CREATE TABLE plan.base (a int)"},
    {9, "CREATE TABLE plan.child () INHERITS (plan.base)"},
    {9, "INSERT INTO plan.base SELECT i % 20 FROM generate_series(1, 400) i"},
    {9, "INSERT INTO plan.child SELECT i % 30 FROM generate_series(1, 400) i"},
    {9, "CREATE TABLE plan.grouped (drop_me int, a int, b int, c text, d plan.mood)"},
    {9, "ALTER TABLE plan.grouped DROP COLUMN drop_me"},
    {9,
     "INSERT INTO plan.grouped SELECT i % 10, i % 20, CASE WHEN i % 5 > 0 THEN 'v' || i % 5 END, "
     "(ARRAY['sad', 'it''s ok', 'happy'])[1 + i % 3]::plan.mood FROM generate_series(1, 2000) i"},
    {10, "CREATE STATISTICS plan.ab (ndistinct, dependencies) ON a, b FROM plan.grouped"},
    {12, "CREATE STATISTICS plan.acd (mcv) ON a, c, d FROM plan.grouped"},
    {14, "CREATE STATISTICS plan.expressions ON (a + b), c, (lower(c)) FROM plan.grouped"},
    {14, "CREATE STATISTICS plan.never ON (a * 2), (a + 3) FROM plan.empty"},
    {9, "ANALYZE"},
};

static void
create(const char *dsn, guint major)
{
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        if (statements[i].since <= major)
            pga_test_sql(dsn, statements[i].sql);
}

char *
planner_source_dsn(guint major)
{
    PgaTestCluster *cluster = pga_test_cluster(major);
    g_autofree char *known =
        pga_test_value(pga_test_cluster_dsn(cluster),
                       "SELECT count(*) FROM pg_database WHERE datname = 'planner'");
    char *dsn;

    if (strcmp(known, "0") != 0)
        return g_strdup_printf("host=%s port=%d user=postgres dbname='planner'",
                               pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster));
    dsn = pga_test_cluster_database(cluster, "planner");
    create(dsn, major);
    return dsn;
}

void
planned_clear(Planned *planned)
{
    collected_clear(&planned->base);
    g_clear_pointer(&planned->data, pga_planner_data_free);
    g_clear_pointer(&planned->not_checked, g_ptr_array_unref);
}

void
planner_source_collect(const char *dsn, const char *user, const PgaCollectOptions *options,
                       Planned *out)
{
    g_autofree char *whole = g_strdup_printf("%s user=%s", dsn, user ? user : "postgres");
    const PgaConnectionOptions where = {.dbname = whole};
    const PgaCollectOptions defaults = {.ram_bytes = -1};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&where, &error);

    g_assert_no_error(error);
    shop_collect(dsn, NULL, NULL, &out->base);
    out->data = pga_planner_data_new();
    out->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_collect_planner(connection, options ? options : &defaults, out->base.catalog, NULL,
                        out->data, out->not_checked, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < out->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(out->not_checked, i);

        g_test_message("not checked: %s: %s", entry->what, entry->why);
    }
}

void
planner_source_role(const char *dsn, const char *name, const char *grants)
{
    g_autofree char *count =
        g_strdup_printf("SELECT count(*) FROM pg_roles WHERE rolname = '%s'", name);
    g_autofree char *known = pga_test_value(dsn, count);
    g_autofree char *sql = NULL;
    g_auto(GStrv) parts = g_strsplit(grants, "%s", -1);
    g_autofree char *all = g_strjoinv(name, parts);

    if (strcmp(known, "0") != 0)
        return;
    sql = g_strdup_printf("CREATE ROLE %s LOGIN; %s", name, all);
    pga_test_sql(dsn, sql);
}

static void
append_column(GString *text, const PgaColumnStatistics *column)
{
    g_string_append_printf(text, "%u|%d|%s|%d|%s|%d|%s", column->relation, column->attnum,
                           column->attname ? column->attname : "-", column->inherited,
                           column->null_frac, column->width, column->n_distinct);
    for (guint i = 0; i < PGA_STATISTIC_SLOTS && column->slots[i].kind; i++)
        g_string_append_printf(text, "|%d %s %s", column->slots[i].kind,
                               column->slots[i].numbers ? column->slots[i].numbers : "-",
                               column->slots[i].values ? column->slots[i].values : "-");
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes @lines. */
static char *
join_sorted(GPtrArray *lines)
{
    char *text;

    g_ptr_array_sort(lines, compare_lines);
    g_ptr_array_add(lines, NULL);
    text = g_strjoinv("\n", (char **)lines->pdata);
    g_ptr_array_unref(lines);
    return text;
}

char *
planner_source_columns(const Planned *planned)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < planned->data->columns->len; i++) {
        GString *line = g_string_new(NULL);

        append_column(line, g_ptr_array_index(planned->data->columns, i));
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
    return join_sorted(lines);
}

char *
planner_source_extended(const Planned *planned)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < planned->data->extended->len; i++) {
        const PgaExtendedStatistics *extended = g_ptr_array_index(planned->data->extended, i);
        GString *line = g_string_new(NULL);

        g_string_append_printf(line, "%u|%d", extended->oid, extended->inherited);
        for (guint j = 0; j < extended->attnums->len; j++)
            g_string_append_printf(line, "|%d %s", g_array_index(extended->attnums, gint16, j),
                                   (char *)g_ptr_array_index(extended->attnames, j));
        g_string_append_printf(line, "|%s|%s|%s|%s|%s|%s", extended->ndistinct,
                               extended->dependencies, extended->mcv_values, extended->mcv_nulls,
                               extended->mcv_freqs, extended->mcv_base_freqs);
        for (guint j = 0; j < extended->expressions->len; j++)
            append_column(g_string_append(line, "\n  "),
                          g_ptr_array_index(extended->expressions, j));
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
    return join_sorted(lines);
}

PgaOid
planner_source_oid(const char *dsn, const char *name)
{
    g_autofree char *sql = g_strdup_printf("SELECT COALESCE(to_regclass($n$%s$n$)::oid, 0)", name);
    g_autofree char *value = pga_test_value(dsn, sql);

    return (PgaOid)g_ascii_strtoull(value, NULL, 10);
}

const PgaRelationSize *
planner_source_size(const Planned *planned, PgaOid oid)
{
    for (guint i = 0; i < planned->data->sizes->len; i++) {
        const PgaRelationSize *size = g_ptr_array_index(planned->data->sizes, i);

        if (size->oid == oid)
            return size;
    }
    return NULL;
}

const PgaExtremes *
planner_source_extremes(const Planned *planned, PgaOid index)
{
    for (guint i = 0; i < planned->data->extremes->len; i++) {
        const PgaExtremes *extremes = g_ptr_array_index(planned->data->extremes, i);

        if (extremes->index == index)
            return extremes;
    }
    return NULL;
}

const PgaMetapage *
planner_source_metapage(const Planned *planned, PgaOid index)
{
    for (guint i = 0; i < planned->data->metapages->len; i++) {
        const PgaMetapage *metapage = g_ptr_array_index(planned->data->metapages, i);

        if (metapage->index == index)
            return metapage;
    }
    return NULL;
}

const PgaNotChecked *
planner_source_note(const Planned *planned, const char *text)
{
    for (guint i = 0; i < planned->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(planned->not_checked, i);

        g_autofree char *whole = g_strdup_printf("%s: %s", entry->what, entry->why);

        if (strstr(whole, text))
            return entry;
    }
    return NULL;
}
