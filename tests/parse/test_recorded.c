/* What pg_stat_statements of real servers records of TPC-H, and of statements that it is known to
 * mangle, can be planned again once it is repaired. */
#include <cluster.h>
#include <jansson.h>
#include <parse/query_set.h>
#include <string.h>

enum { TPCH_QUERIES = 22, FIRST_MAJOR = 14, MAX_SQL = 1 << 20 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGconn, PQfinish)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* Statements on TPC-H's tables whose constants the grammar wants, or whose types follow from them.
 */
static const char *const mangled[] = {
    "select 1 from orders where o_orderdate >= timestamp '1993-07-01' + interval '3 month'",
    "select 1 from orders where o_orderdate >= timestamp(3) with time zone '1993-07-01'",
    "select 1 from orders where o_orderdate>=date'1993-07-01'and o_orderdate<date'1994-01-01'+"
    "interval'3'month and o_clerk like'x%'",
    "select time '10:00', time with time zone '10:00+00', interval '1' year, interval '1-2' year "
    "to month, interval(3) '1 s', interval '3' second(2) from nation",
    "select numeric '1.5', dec(4,1) '1', float8 '1.5', double precision '1.5', bool 't', "
    "jsonb '{}', \"char\" 'x', char 'x', character varying 'x', bit '101', bit varying(4) '101', "
    "pg_catalog.int4 '1', regclass 'orders', national character varying(3) 'a', N'x'",
    "select extract(year from o_orderdate), extract('month' from o_orderdate) from orders "
    "where extract(year from o_orderdate) = 1995",
    "select extract(year from o_orderdate), count(*) from orders group by extract(year from "
    "o_orderdate) order by 1",
    "select date_trunc('month', o_orderdate) as m, count(1) from orders group by "
    "date_trunc('month', o_orderdate) order by date_trunc('month', o_orderdate) desc limit 5",
    "select substring(c_phone from 1 for 2), position('a' in c_phone), overlay(c_phone placing 'x' "
    "from 1 for 2), trim(both 'x' from c_phone) from customer where c_phone like '13%' escape '!'",
    "select c_nationkey, 1 from customer group by 1, c_nationkey having count(*) > 3 order by 2, 1 "
    "limit 10 offset 20",
    "select c_custkey from customer order by c_custkey fetch first 5 rows only",
    "select * from customer where c_custkey in (1,2,3) and c_nationkey not in (1,2,3) and "
    "c_nationkey = any(array[1,2]) and c_mktsegment = any(array['x','y']) and c_name = any('{a}')",
    "select cast('1' as int), '1'::int, 'a' collate \"C\", array['a']::text[], (5 / 2), +3",
    "select '{\"a\":1}'::jsonb -> 'a', jsonb '{\"a\":1}' @> '{\"a\":1}', "
    "'{\"a\":1}'::jsonb @? '$.a'",
    "select now() at time zone 'UTC' from orders where o_orderdate > current_date - 30 and "
    "o_orderdate < now() - interval '1 day' * 3 and o_orderkey between 1 + 2 and 10 - 3",
    "select jsonb_build_object('a', o_orderkey, 'b', 1), concat('a', 'b') from orders",
    "select * from generate_series(1, 10) g(i), lateral (select * from customer where c_custkey = "
    "i "
    "limit 1) l",
    "select count(*) filter (where o_orderkey > 3) over (order by o_orderdate rows between 1 "
    "preceding and 2 following) from orders",
    "insert into region values (1,'a','b'),(2,'c','d') on conflict (r_regionkey) do update set "
    "r_name = excluded.r_name || 'x' where region.r_regionkey > 5",
    "update customer set (c_phone, c_acctbal) = ('a', 1) where c_custkey = 1 returning c_custkey",
    "delete from orders where (o_orderdate, o_orderdate) overlaps (date '2020-01-01', interval '1' "
    "day)",
    "declare c cursor with hold for select * from orders where o_orderdate = date '1999-01-01'",
    "explain select * from orders where o_orderdate = date '1999-01-01' and o_custkey in (1,2)",
};

static char *
read_shared(const char *name)
{
    const char *shared = g_getenv("PGA_SHARED");
    g_autofree char *path = g_build_filename(shared ? shared : PGA_SOURCE_ROOT "/../shared",
                                             "workloads/tpch", name, NULL);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static void
run_tpch(const char *dsn)
{
    for (guint i = 1; i <= TPCH_QUERIES; i++) {
        g_autofree char *name = g_strdup_printf("queries/%02u.sql", i), *sql = read_shared(name);

        pga_test_sql(dsn, sql);
    }
}

/* (transfer full): the statements of that database. */
static PgaQuerySet *
gather_from(const char *dsn)
{
    g_autoptr(PGconn) conn = pga_test_session(dsn);
    g_autoptr(PGresult) rows = PQexec(
        conn, "SELECT s.query FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
              "WHERE d.datname = current_database() AND s.query !~ 'pg_stat_statements'");
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();

    g_assert_cmpstr(PQresultErrorMessage(rows), ==, "");
    for (int i = 0; i < PQntuples(rows); i++) {
        PgaWorkloadStatement *statement =
            pga_record_add(workload->statements, &pga_workload_statement_type);

        statement->query = g_strdup(PQgetvalue(rows, i, 0));
        statement->calls = 1;
    }
    pga_query_gather_workload(gatherer, workload);
    return pga_query_gatherer_finish(gatherer);
}

/* (transfer full): the tables of that database, as far as names are resolved by them. */
static PgaCatalog *
catalog_of(const char *dsn)
{
    g_autoptr(PGconn) conn = pga_test_session(dsn);
    g_autoptr(PGresult) rows =
        PQexec(conn, "SELECT c.oid, c.relname, a.attnum, a.attname, t.typname FROM pg_class c "
                     "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
                     "JOIN pg_type t ON t.oid = a.atttypid WHERE c.relkind = 'r' AND "
                     "c.relnamespace = 'public'::regnamespace ORDER BY c.oid, a.attnum");
    PgaCatalog *catalog = pga_catalog_new();
    PgaRelation *relation = NULL;

    g_assert_cmpstr(PQresultErrorMessage(rows), ==, "");
    for (int i = 0; i < PQntuples(rows); i++) {
        const PgaOid oid = (PgaOid)g_ascii_strtoull(PQgetvalue(rows, i, 0), NULL, 10);
        PgaAttribute *attribute;

        if (!relation || relation->oid != oid) {
            relation = pga_catalog_add_relation(catalog, oid, "public", PQgetvalue(rows, i, 1));
            relation->relkind = 'r';
        }
        attribute = pga_relation_add_attribute(
            relation, (gint16)g_ascii_strtoll(PQgetvalue(rows, i, 2), NULL, 10),
            PQgetvalue(rows, i, 3));
        attribute->typname = g_strdup(PQgetvalue(rows, i, 4));
        attribute->typnspname = g_strdup("pg_catalog");
    }
    pga_catalog_finish(catalog);
    return catalog;
}

static void
put_slot(PgaStatisticSlot *slot, gint16 kind, const json_t *values)
{
    slot->kind = kind;
    slot->values = g_strdup(json_string_value(values));
}

/* (transfer full): of TPC-H at scale factor 1. */
static PgaPlannerData *
statistics_of(const PgaCatalog *catalog)
{
    g_autofree char *text = read_shared("stats-sf1.columns.jsonl");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    PgaPlannerData *data = pga_planner_data_new();

    for (guint i = 0; lines[i] && *lines[i]; i++) {
        json_t *row = json_loads(lines[i], 0, NULL);
        const PgaRelation *relation = pga_catalog_relation_by_name(
            catalog, "public", json_string_value(json_object_get(row, "tablename")));
        PgaColumnStatistics *column;

        g_assert_nonnull(relation);
        column = pga_planner_data_add_column(data, relation->oid);
        column->attname = g_strdup(json_string_value(json_object_get(row, "attname")));
        column->width = (gint32)json_integer_value(json_object_get(row, "avg_width"));
        put_slot(&column->slots[0], 1, json_object_get(row, "most_common_vals"));
        put_slot(&column->slots[1], 2, json_object_get(row, "histogram_bounds"));
        json_decref(row);
    }
    return data;
}

/* The server prepares all texts of the query. */
static guint
count_samples(PGconn *conn, const PgaQuery *query)
{
    guint n = 0;

    for (guint i = 0; i < query->samples->len; i++) {
        const PgaQuerySample *sample = g_ptr_array_index(query->samples, i);
        g_autoptr(PGresult) done = PQprepare(conn, "", sample->text, 0, NULL);

        n += PQresultStatus(done) == PGRES_COMMAND_OK;
        if (PQresultStatus(done) != PGRES_COMMAND_OK)
            g_test_message("%s: %s", sample->text, PQresultErrorMessage(done));
    }
    return n;
}

/* How many have texts that the server prepares, all of them, out of those that are planned at all.
 */
static guint
count_prepared(const char *dsn, const PgaQuerySet *set, guint *n_planned)
{
    g_autoptr(PGconn) conn = pga_test_session(dsn);
    guint n = 0;

    *n_planned = 0;
    for (guint i = 0; i < set->queries->len; i++) {
        const PgaQuery *query = g_ptr_array_index(set->queries, i);

        if (query->not_analysed)
            continue;
        (*n_planned)++;
        n += count_samples(conn, query) == query->samples->len;
    }
    return n;
}

static char *
fresh_database(gconstpointer major)
{
    PgaTestCluster *cluster = pga_test_cluster(GPOINTER_TO_UINT(major));
    g_autofree char *schema = read_shared("schema.sql"), *loaded = NULL, *dsn = NULL;

    if (!schema) {
        g_test_skip("no TPC-H workload");
        return NULL;
    }
    loaded = pga_test_value(pga_test_cluster_dsn(cluster), "SHOW shared_preload_libraries");
    if (!strstr(loaded, "pg_stat_statements"))
        pga_test_cluster_restart(cluster, "shared_preload_libraries = 'pg_stat_statements'\n");
    dsn = pga_test_cluster_database(cluster, "tpch");
    pga_test_sql(dsn, schema);
    pga_test_sql(dsn, "CREATE EXTENSION pg_stat_statements; ALTER TABLE region ADD PRIMARY KEY "
                      "(r_regionkey); SELECT pg_stat_statements_reset()");
    return g_steal_pointer(&dsn);
}

static void
test_tpch(gconstpointer major)
{
    g_autofree char *dsn = fresh_database(major);
    g_autoptr(PgaQuerySet) set = NULL;
    guint n_planned;

    if (!dsn)
        return;
    run_tpch(dsn);
    set = gather_from(dsn);
    g_assert_cmpuint(count_prepared(dsn, set, &n_planned), ==, TPCH_QUERIES);
    g_assert_cmpuint(n_planned, ==, TPCH_QUERIES);
}

/* Each statement has guesses with values that the server takes. */
static void
test_represented(gconstpointer major)
{
    g_autofree char *dsn = fresh_database(major);
    g_autoptr(PgaQuerySet) set = NULL;
    g_autoptr(PgaCatalog) catalog = NULL;
    g_autoptr(PgaPlannerData) statistics = NULL;
    guint n_planned, n_represented = 0;

    if (!dsn)
        return;
    run_tpch(dsn);
    set = gather_from(dsn);
    catalog = catalog_of(dsn);
    statistics = statistics_of(catalog);
    pga_query_set_represent(set, catalog, statistics);
    for (guint i = 0; i < set->queries->len; i++)
        n_represented += ((PgaQuery *)g_ptr_array_index(set->queries, i))->samples->len > 1;
    g_assert_cmpuint(n_represented, >=, TPCH_QUERIES - 3);
    g_assert_cmpuint(count_prepared(dsn, set, &n_planned), ==, TPCH_QUERIES);
}

/* What only the columns' types can repair. */
static void
test_typed(gconstpointer major)
{
    static const char *const statements[] = {
        ("update customer c set c_acctbal = v.bal from (values (1, 2.5), (2, 3.5)) as v (id, bal) "
         "where c.c_custkey = v.id"),
        "select o_orderdate + 7 from orders where o_orderdate - 30 > current_date",
        "select 1 from lineitem where l_discount between 0.06 - 0.01 and 0.06 + 0.01",
    };
    g_autofree char *dsn = fresh_database(major);
    g_autoptr(PgaQuerySet) set = NULL;
    g_autoptr(PgaCatalog) catalog = NULL;
    guint n_planned;

    if (!dsn)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        pga_test_sql(dsn, statements[i]);
    set = gather_from(dsn);
    catalog = catalog_of(dsn);
    pga_query_set_represent(set, catalog, NULL);
    g_assert_cmpuint(count_prepared(dsn, set, &n_planned), ==, G_N_ELEMENTS(statements));
}

static void
test_mangled(gconstpointer major)
{
    g_autofree char *dsn = fresh_database(major);
    g_autoptr(PgaQuerySet) set = NULL;
    guint n_planned;

    if (!dsn)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(mangled); i++)
        pga_test_sql(dsn, mangled[i]);
    set = gather_from(dsn);
    g_assert_cmpuint(count_prepared(dsn, set, &n_planned), ==, G_N_ELEMENTS(mangled));
    g_assert_cmpuint(n_planned, ==, G_N_ELEMENTS(mangled));
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *tpch = g_strdup_printf("/parse/recorded/tpch/%u", server->major);
        g_autofree char *values = g_strdup_printf("/parse/recorded/values/%u", server->major);
        g_autofree char *typed = g_strdup_printf("/parse/recorded/typed/%u", server->major);
        g_autofree char *other = g_strdup_printf("/parse/recorded/mangled/%u", server->major);

        if (server->major < FIRST_MAJOR)
            continue;
        g_test_add_data_func(tpch, GUINT_TO_POINTER(server->major), test_tpch);
        g_test_add_data_func(values, GUINT_TO_POINTER(server->major), test_represented);
        g_test_add_data_func(typed, GUINT_TO_POINTER(server->major), test_typed);
        g_test_add_data_func(other, GUINT_TO_POINTER(server->major), test_mangled);
    }
    return g_test_run();
}
