/* Statements of scripts and of pg_stat_statements, put together by what they are. */
#include <parse/query_set.h>
#include <string.h>

static PgaQuerySet *
gather(const char *sql)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaScript) script = pga_script_parse(sql, strlen(sql), "/tmp/shop.sql", &error);

    g_assert_no_error(error);
    pga_query_gather_script(gatherer, script);
    return pga_query_gatherer_finish(gatherer);
}

static void
add(PgaWorkload *workload, const char *text, gint64 calls, double ms, const char *usename)
{
    PgaWorkloadStatement *statement =
        pga_record_add(workload->statements, &pga_workload_statement_type);

    statement->query = g_strdup(text);
    statement->usename = g_strdup(usename);
    statement->calls = calls;
    statement->total_exec_time = ms;
}

static PgaQuerySet *
gather_recorded(const char *text)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaWorkload) workload = pga_workload_new();

    add(workload, text, 3, 1.5, "clerk");
    pga_query_gather_workload(gatherer, workload);
    return pga_query_gatherer_finish(gatherer);
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

/* The only query's only text. */
static void
assert_text(const PgaQuerySet *set, const char *text)
{
    g_assert_cmpuint(set->queries->len, ==, 1);
    g_assert_null(query_at(set, 0)->not_analysed);
    g_assert_cmpuint(query_at(set, 0)->samples->len, ==, 1);
    g_assert_cmpstr(sample_at(query_at(set, 0), 0)->text, ==, text);
}

static void
test_each_statement(void)
{
    g_autoptr(PgaQuerySet) set = gather("\\set x 1\n"
                                        "BEGIN;\nSELECT * FROM t WHERE a = 1;\n"
                                        "SELECT * FROM t WHERE a = 2; /* twice */\n"
                                        "select * from T where A=2;\n"
                                        "UPDATE t SET b = 1 WHERE a = 3;\nCOMMIT;\n"
                                        "SET work_mem = '1MB';\nSHOW work_mem;\n");
    const PgaQuery *select = query_at(set, 0), *update = query_at(set, 1);

    g_assert_cmpuint(set->queries->len, ==, 2);
    g_assert_cmpuint(set->n_statements, ==, 9);
    g_assert_cmpuint(set->n_skipped, ==, 5);
    g_assert_cmpuint(set->n_unreadable, ==, 0);
    g_assert_cmpfloat(select->calls, ==, 3);
    g_assert_cmpfloat(select->total_ms, <, 0);
    g_assert_true(select->command == 's');
    g_assert_cmpstr(select->origin, ==, "shop.sql:3");
    g_assert_cmpuint(strlen(select->fingerprint), ==, 16);
    g_assert_cmpuint(select->samples->len, ==, 2);
    g_assert_cmpstr(sample_at(select, 0)->text, ==, "SELECT * FROM t WHERE a = 1");
    g_assert_cmpfloat_with_epsilon(sample_at(select, 0)->share, 1.0 / 3, 1e-9);
    g_assert_cmpfloat_with_epsilon(sample_at(select, 1)->share, 2.0 / 3, 1e-9);
    g_assert_true(update->command == 'u');
}

/** A statement and what of it is planned. */
static const struct {
    const char *name, *sql, *text;
    char command;
} held[] = {
    {"explain", "EXPLAIN SELECT 1 FROM t", "SELECT 1 FROM t", 's'},
    {"explain-analyze", "explain analyze verbose update t set a=1", "update t set a=1", 'u'},
    {"explain-options", "EXPLAIN (ANALYZE, FORMAT json) SELECT 1", "SELECT 1", 's'},
    {"explain-parentheses", "EXPLAIN (SELECT 1)", "(SELECT 1)", 's'},
    {"declare", "DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT * FROM t FOR UPDATE",
     "SELECT * FROM t FOR UPDATE", 's'},
    {"create-table-as", "CREATE TABLE IF NOT EXISTS x (a) AS SELECT 1 FROM t WITH NO DATA",
     "SELECT 1 FROM t", 's'},
    {"materialized-view", "CREATE MATERIALIZED VIEW v AS WITH q AS (SELECT 1) TABLE q WITH DATA",
     "WITH q AS (SELECT 1) TABLE q", 's'},
    {"select-into", "SELECT a INTO UNLOGGED TABLE s.x FROM t WHERE a > 1",
     "SELECT a FROM t WHERE a > 1", 's'},
    {"copy-query", "COPY (SELECT a FROM t) TO STDOUT", "SELECT a FROM t", 's'},
    {"insert-select", "INSERT INTO t SELECT * FROM u", "INSERT INTO t SELECT * FROM u", 'i'},
    {"with-delete", "WITH x AS (SELECT 1) DELETE FROM t", "WITH x AS (SELECT 1) DELETE FROM t",
     'd'},
    {"merge", "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
     "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", 'm'},
    {"execute",
     "PREPARE p (int, text) AS SELECT * FROM t WHERE a = $1 AND b = $2;"
     "EXECUTE p(1 + 2, 'x,y')",
     "SELECT * FROM t WHERE a = (1 + 2)::int AND b = ('x,y')::text", 's'},
    {"execute-untyped", "PREPARE \"P\" AS SELECT 1 WHERE $1 > 2; EXPLAIN EXECUTE \"P\"(f(1, 2))",
     "SELECT 1 WHERE f(1, 2) > 2", 's'},
    {"never-executed", "PREPARE p AS SELECT * FROM t WHERE a = $1", "SELECT * FROM t WHERE a = $1",
     's'},
    {"variables", "SELECT a[1:b] FROM t WHERE a = :a AND b > :'b' AND c < :a AND d::int = 1",
     "SELECT a[1:b] FROM t WHERE a = $1 AND b > $2 AND c < $1 AND d::int = 1", 's'},
    {"newer-grammar", "SELECT * FROM JSON_TABLE(x, '$' COLUMNS (a int)) j",
     "SELECT * FROM JSON_TABLE(x, '$' COLUMNS (a int)) j", 's'},
};

static void
test_held(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaQuerySet) set = gather(held[i].sql);

    assert_text(set, held[i].text);
    g_assert_true(query_at(set, 0)->command == held[i].command);
    g_assert_cmpuint(set->n_unreadable, ==, 0);
}

/** A statement that no plan is asked for. */
static const struct {
    const char *name, *sql, *text, *reason;
} others[] = {
    {"vacuum", "VACUUM (FULL) t", "VACUUM", "a utility statement"},
    {"alter", "ALTER ROLE joe PASSWORD 'secret'", "ALTER ROLE", "a utility statement"},
    {"ddl", "CREATE TABLE x (a int GENERATED ALWAYS AS IDENTITY)", "CREATE TABLE",
     "a statement that defines objects"},
    {"view", "CREATE VIEW v AS SELECT 1", "CREATE VIEW", "a statement that defines objects"},
    {"copy", "COPY t FROM '/x'", "COPY", "COPY of a whole table"},
    {"call", "CALL f(1)", "CALL", "a utility statement"},
    {"execute", "EXECUTE gone(1)", "EXECUTE", "EXECUTE of a statement whose PREPARE is not there"},
};

static void
test_other(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaQuerySet) set = gather(others[i].sql);

    g_assert_cmpuint(set->queries->len, ==, 1);
    g_assert_cmpstr(query_at(set, 0)->text, ==, others[i].text);
    g_assert_cmpstr(query_at(set, 0)->not_analysed, ==, others[i].reason);
    g_assert_cmpuint(query_at(set, 0)->samples->len, ==, 0);
    g_assert_cmpfloat(query_at(set, 0)->calls, ==, 1);
}

static void
test_temporary(void)
{
    g_autoptr(PgaQuerySet) set =
        gather("CREATE TEMP TABLE IF NOT EXISTS Stage (a int); SELECT 1 INTO TEMP TABLE other;"
               "SELECT a FROM t; SELECT t.a FROM t JOIN stage USING (a); DELETE FROM other;"
               "SELECT stage FROM t; SELECT * FROM public.stage; SELECT * FROM pg_temp.x;");
    guint n_temporary = 0;

    for (guint i = 0; i < set->queries->len; i++)
        if (g_strcmp0(query_at(set, i)->not_analysed, "on a temporary table") == 0) {
            n_temporary++;
            g_assert_cmpuint(query_at(set, i)->samples->len, ==, 0);
        }
    g_assert_cmpuint(n_temporary, ==, 3);
    g_assert_cmpuint(set->queries->len, ==, 8);
}

static void
test_unreadable(void)
{
    g_autoptr(PgaQuerySet) set = gather("SELEKT 1; FROM t; PREPARE p AS PREPARE q AS SELECT 2;"
                                        "PREPARE p AS EXECUTE q; DECLARE c; SELECT 1");

    g_assert_cmpuint(set->n_unreadable, ==, 5);
    g_assert_cmpuint(set->queries->len, ==, 1);
}

/** What pg_stat_statements made of a statement, and what is made of that. */
static const struct {
    const char *name, *recorded, *text;
} recorded[] = {
    {"date", "select 1 from t where d >= date $1 - interval $2 day",
     "select 1 from t where d >= $1::date - $2::interval day"},
    {"glued", "select 1 from t where d>=date$1 and d<date$2+interval$3month and b like$4",
     "select 1 from t where d>=$1::date  and d<$2::date +$3::interval month and b like $4"},
    {"time-zone", "select 1 from t where d > timestamp(3) with time zone $1 at time zone $2",
     "select 1 from t where d > $1::timestamp(3) with time zone at time zone $2"},
    {"named-types", "select s.typ $1, \"char\" $2, double precision $3, character varying(3) $4",
     "select $1::s.typ, $2::\"char\", $3::double precision, $4::character varying(3)"},
    {"unbounded-types", "select char $1, bit $2, national character $3, numeric(5,2) $4",
     "select $1::pg_catalog.bpchar, $2::pg_catalog.\"bit\", $3::pg_catalog.bpchar, "
     "$4::numeric(5,2)"},
    {"no-types",
     "select case $1 when $2 then $3 else $4 end from t where a between $5 and $6 "
     "limit $7 offset $8",
     "select case $1 when $2 then $3 else $4 end from t where a between $5 and $6 "
     "limit $7 offset $8"},
    {"list", "select 1 from t where a in ($1 /*, ... */) and b = $2",
     "select 1 from t where a in ($1, $2, $3, $4, $5) and b = $6"},
    {"array", "select 1 from t where a = any(array[$1, $2]) and b >= any(array[$3, $4])",
     "select 1 from t where a IN ($1, $2) and b >= any(array[$3, $4])"},
    {"extract", "select extract($1 from d) from t", "select pg_catalog.\"extract\"($1 , d) from t"},
    {"substring", "select substring(a from $1 for $2), substring(a, $3)",
     "select substring(a from $1::integer for $2::integer), substring(a, $3)"},
    {"arguments", "select count($1), jsonb_build_object($2, a), f($3), sum($4 + a)",
     "select count($1::integer), jsonb_build_object($2::text, a), f($3), sum($4 + a)"},
    {"arithmetic", "select 1 from t where a between $1 - $2 and $3 + b and d < current_date - $4",
     "select 1 from t where a between $1::integer - $2 and $3 + b and "
     "d < current_date - $4::integer"},
    {"json", "select a -> $1, a #>> $2 from t where a @> $3",
     "select a -> $1, a #>> $2 from t where a @> $3"},
    {"is-null", "select 1 from t where ($1 is null or a = $1) and $2 is not null",
     "select 1 from t where ($1 is null or a = $1) and $2::text is not null"},
    {"group",
     "select date_trunc($1, d) as m, count(*) from t where a = $2 "
     "group by date_trunc('day', d) order by date_trunc('day', d) desc",
     "select date_trunc('day', d) as m, count(*) from t where a = $1 "
     "group by date_trunc('day', d) order by date_trunc('day', d) desc"},
    {"group-extract", "select extract($1 from d), $2 from t group by extract(year from d), 2",
     "select extract(year from d), $1 from t group by extract(year from d), 2"},
    {"distinct-on", "select distinct on (lower(a) || 'x') lower(a) || $1 from t limit $2",
     "select distinct on (lower(a) || 'x') lower(a) || 'x' from t limit $1"},
    {"group-fraction", "select a / $1 from t where b = $2 group by a / 100.0",
     "select a / 100.0 from t where b = $1 group by a / 100.0"},
    {"series", "select generate_series($1, $2), generate_series(date $3, $4, $5)",
     "select generate_series($1::integer, $2::integer), generate_series($3::date, $4, $5)"},
    {"level",
     "with recursive r as (select $1 as level, $2 as name union all select level + $3, name from "
     "r) "
     "select * from r",
     "with recursive r as (select $1::integer as level, $2 as name union all select level + $3, "
     "name from r) select * from r"},
    {"renumbered", "select $3, $1 from t where a = $3", "select $1, $2 from t where a = $1"},
    {"prepared", "prepare p as select 1 from t where d > date $1",
     "select 1 from t where d > $1::date"},
};

static void
test_recorded(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaQuerySet) set = gather_recorded(recorded[i].recorded);

    assert_text(set, recorded[i].text);
    g_assert_true(sample_at(query_at(set, 0), 0)->is_generic);
    g_assert_cmpfloat(query_at(set, 0)->calls, ==, 3);
    g_assert_cmpfloat(query_at(set, 0)->total_ms, ==, 1.5);
    g_assert_cmpstr(query_at(set, 0)->origin, ==, "pg_stat_statements");
}

static void
test_recorded_counts(void)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    g_autoptr(PgaQuerySet) set = NULL;

    add(workload, "<insufficient privilege>", 9, 9, "other");
    add(workload, "select * from t where a = $1 and b = 'cut off...", 9, 9, "other");
    add(workload, "select * from t where b = $1", 5, 2, "clerk");
    add(workload, "select * from t where b  = $1", 7, 3, "boss");
    add(workload, "select * from t where c = $1", 5, 4, "clerk");
    add(workload, "commit", 5, 4, "clerk");
    pga_query_gather_workload(gatherer, workload);
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->n_statements, ==, 6);
    g_assert_cmpuint(set->n_skipped, ==, 1);
    g_assert_cmpuint(set->n_unreadable, ==, 1);
    g_assert_cmpuint(set->queries->len, ==, 2);
    g_assert_cmpstr(query_at(set, 0)->text, ==, "select * from t where b = $1");
    g_assert_null(query_at(set, 0)->usename);
    g_assert_cmpfloat(query_at(set, 0)->calls, ==, 12);
    g_assert_cmpfloat(query_at(set, 0)->total_ms, ==, 5);
    g_assert_cmpstr(query_at(set, 1)->usename, ==, "clerk");
    g_assert_cmpuint(set->notes->len, ==, 1);
}

/* What a log says behind an EXECUTE counts, not an earlier PREPARE of that name. */
static void
test_preparation(void)
{
    static const char prepare[] = "PREPARE q (int) AS SELECT * FROM t WHERE a = $1";
    const PgaLogStatement statement = {.text = "EXECUTE q (3)",
                                       .length = strlen("EXECUTE q (3)"),
                                       .duration_ms = 2,
                                       .preparation = prepare,
                                       .preparation_length = strlen(prepare),
                                       .line = 7};
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaQuerySet) set = NULL;

    g_assert_true(pga_query_gather_logged(gatherer, &statement, NULL));
    g_assert_true(pga_query_gather_logged(gatherer, &statement, NULL));
    set = pga_query_gatherer_finish(gatherer);
    g_assert_cmpuint(set->n_statements, ==, 2);
    g_assert_cmpfloat(query_at(set, 0)->calls, ==, 2);
    assert_text(set, "SELECT * FROM t WHERE a = (3)::int");
}

/* What makes it so is no list that could be cut: it is named, and the others count. */
static void
test_too_long(void)
{
    g_autoptr(GString) sql = g_string_new("SELECT 1 FROM t WHERE a = 0");
    g_autoptr(PgaQuerySet) set = NULL;
    const PgaQuery *query;

    while (sql->len < 40000)
        g_string_append_printf(sql, " OR a = %u AND b = 1", (guint)sql->len);
    g_string_append(sql, ";\nSELECT 1 FROM t;\n");
    set = gather(sql->str);
    g_assert_cmpuint(set->n_unreadable, ==, 0);
    g_assert_cmpuint(set->notes->len, ==, 0);
    g_assert_cmpuint(set->queries->len, ==, 2);
    query = query_at(set, query_at(set, 0)->not_analysed ? 0 : 1);
    g_assert_nonnull(strstr(query->not_analysed, "longer than 32 kB"));
    g_assert_cmpuint(strlen(query->text), <, 1000);
}

/* To libpg_query the digits of their names say nothing. */
static void
test_numbered_relations(void)
{
    g_autoptr(PgaQuerySet) set = gather("SELECT 1 FROM orders_202401 o WHERE o.id = 1;\n"
                                        "SELECT 1 FROM orders_202402 o WHERE o.id = 1;\n"
                                        "SELECT 1 FROM \"orders_202402\" o WHERE o.id = 2;\n"
                                        "SELECT 1 FROM s.orders_202403 o10 WHERE o10.id = 2;\n"
                                        "SELECT 1 FROM s.Orders_202403 o10 WHERE o10.id = 3;\n");

    g_assert_cmpuint(set->queries->len, ==, 3);
    for (guint i = 0; i < set->queries->len; i++) {
        const PgaQuery *query = query_at(set, i);

        g_assert_cmpuint(strlen(query->fingerprint), ==, 16);
        g_assert_cmpfloat(query->calls, ==, strstr(query->text, "202401") ? 1 : 2);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/query-set/each-statement-counts", test_each_statement);
    g_test_add_func("/parse/query-set/execute-says-what-was-prepared", test_preparation);
    g_test_add_func("/parse/query-set/too-long-a-text-is-named", test_too_long);
    g_test_add_func("/parse/query-set/numbered-relations-are-different", test_numbered_relations);
    for (guint i = 0; i < G_N_ELEMENTS(held); i++) {
        g_autofree char *name = g_strdup_printf("/parse/query-set/held/%s", held[i].name);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_held);
    }
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *name = g_strdup_printf("/parse/query-set/not-analysed/%s", others[i].name);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_other);
    }
    for (guint i = 0; i < G_N_ELEMENTS(recorded); i++) {
        g_autofree char *name = g_strdup_printf("/parse/query-set/repair/%s", recorded[i].name);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_recorded);
    }
    g_test_add_func("/parse/query-set/temporary-tables-are-not-analysed", test_temporary);
    g_test_add_func("/parse/query-set/what-is-no-sql-is-counted", test_unreadable);
    g_test_add_func("/parse/query-set/recorded-statements-are-counted", test_recorded_counts);
    return g_test_run();
}
