/* What a collection says of a relation beyond its shape: sizes, ages, options, counters. On every
 * server version that is installed. */
#include <base/error.h>
#include <string.h>

#include "shop.h"

#define MAJOR GPOINTER_TO_UINT(data)

static const struct {
    guint since; /* major */
    const char *sql;
} statements[] = {
    {9, "CREATE DOMAIN short AS varchar(12)"},
    {9, "CREATE DOMAIN code AS short CHECK (VALUE <> '')"},
    {9, "CREATE TABLE doc (id bigint PRIMARY KEY, small smallint, code code, body text, amount "
        "numeric(10,2)) WITH (toast.autovacuum_enabled = off)"},
    {9, "ALTER TABLE doc ALTER body SET STORAGE EXTERNAL"},
    {14, "ALTER TABLE doc ALTER body SET COMPRESSION pglz"},
    {9, "COMMENT ON TABLE doc IS 'documents'"},
    {9, "COMMENT ON COLUMN doc.code IS 'as printed'"},
    {9, "ALTER TABLE doc ENABLE ROW LEVEL SECURITY"},
    {9, "ALTER TABLE doc FORCE ROW LEVEL SECURITY"},
    {9, "GRANT SELECT ON doc TO PUBLIC"},
    {9, "CREATE INDEX doc_small ON doc (small) WITH (fillfactor = 60)"},
    {9, "CREATE TABLE part (id int REFERENCES doc DEFERRABLE, pair int, other int)"},
    {9, "ALTER TABLE part ADD UNIQUE (pair, other)"},
    {9, "ALTER TABLE part ADD FOREIGN KEY (other, pair) REFERENCES part (pair, other) MATCH FULL"},
    {9, "ALTER TABLE part ADD CONSTRAINT part_own CHECK (id > 0) NO INHERIT"},
    {18, "ALTER TABLE part ADD CONSTRAINT part_loose CHECK (id > 1) NOT ENFORCED"},
    {9, "CREATE MATERIALIZED VIEW later AS SELECT 1 AS one WITH NO DATA"},
    {10, "CREATE SEQUENCE small_numbers AS smallint"},
    {9, "INSERT INTO doc SELECT i, i, 'c' || i, repeat('x', 3000), i FROM generate_series(1, 200) "
        "i"},
    {9, "VACUUM ANALYZE doc"},
    {9, "SELECT count(*) FROM doc"},
};

/* (transfer full): made once for each version. */
static char *
database(guint major)
{
    PgaTestCluster *cluster = pga_test_cluster(major);
    g_autofree char *known =
        pga_test_value(pga_test_cluster_dsn(cluster),
                       "SELECT count(*) FROM pg_database WHERE datname = 'measures'");
    char *dsn;

    if (strcmp(known, "0") != 0)
        return g_strdup_printf("host=%s port=%d user=postgres dbname=measures",
                               pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster));
    dsn = pga_test_cluster_database(cluster, "measures");
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        if (statements[i].since <= major)
            pga_test_sql(dsn, statements[i].sql);
    return dsn;
}

static void
collect(guint major, Collected *got)
{
    g_autofree char *dsn = database(major);

    shop_collect(dsn, NULL, NULL, got);
}

static const PgaRelation *
table(const Collected *got, const char *relname)
{
    return pga_catalog_relation_by_name(got->catalog, "public", relname);
}

static void
test_sizes_and_state(gconstpointer data)
{
    g_auto(Collected) got = {0};
    const PgaRelation *doc, *part;

    collect(MAJOR, &got);
    doc = table(&got, "doc");
    part = table(&got, "part");
    g_assert_cmpint(doc->heap_bytes, >, 0);
    g_assert_cmpint(doc->toast_bytes, >, 600000);
    g_assert_cmpint(doc->table_bytes, >=, doc->heap_bytes + doc->toast_bytes);
    g_assert_cmpint(doc->relallvisible, ==, doc->relpages);
    g_assert_cmpstr(doc->toast_reloptions, ==, "autovacuum_enabled=off");
    g_assert_cmpint(doc->frozenxid_age, >, 0);
    g_assert_cmpint(doc->frozenxid_age, <, 100000);
    g_assert_cmpint(doc->minmxid_age, >=, 0);
    g_assert_cmpint(doc->minmxid_age, <, 100000);
    g_assert_true(doc->relrowsecurity);
    g_assert_true(doc->relforcerowsecurity);
    g_assert_true(doc->commented);
    g_assert_false(doc->being_vacuumed);
    g_assert_cmpstr(doc->acl, ==,
                    MAJOR >= 17 ? "{postgres=arwdDxtm/postgres,=r/postgres}"
                                : "{postgres=arwdDxt/postgres,=r/postgres}");
    g_assert_cmpint(part->toast_bytes, ==, 0);
    g_assert_null(part->toast_reloptions);
    g_assert_null(part->acl);
    g_assert_false(part->commented);
    g_assert_false(part->relrowsecurity);
    g_assert_true(part->relispopulated);
    g_assert_false(table(&got, "later")->relispopulated);
}

static void
test_counters(gconstpointer data)
{
    g_autofree char *dsn = database(MAJOR);
    g_auto(Collected) got = {0};
    const PgaRelationCounters *doc, *part;

    /* Before 15 the collector of statistics may still have messages to read. */
    for (guint i = 0; i < 50; i++) {
        collected_clear(&got);
        shop_collect(dsn, NULL, NULL, &got);
        doc = &table(&got, "doc")->counters;
        if (doc->vacuum_count > 0 && doc->seq_scan > 0 && doc->n_tup_ins > 0)
            break;
        g_usleep(100000);
    }
    part = &table(&got, "part")->counters;
    g_assert_cmpint(doc->vacuum_count, ==, 1);
    g_assert_cmpint(doc->analyze_count, ==, 1);
    g_assert_cmpint(doc->autovacuum_count, ==, 0);
    g_assert_cmpint(doc->heap_blks_read + doc->heap_blks_hit, >, 0);
    g_assert_cmpint(doc->idx_blks_read + doc->idx_blks_hit, >, 0);
    g_assert_cmpfloat(doc->last_vacuum_age, >=, 0);
    g_assert_cmpfloat(doc->last_vacuum_age, <, 3600);
    g_assert_cmpfloat(doc->last_analyze_age, >=, 0);
    g_assert_cmpfloat(doc->last_autovacuum_age, <, 0);
    g_assert_cmpfloat(doc->last_autoanalyze_age, <, 0);
    g_assert_cmpfloat(part->last_vacuum_age, <, 0);
    g_assert_cmpint(part->vacuum_count, ==, 0);
    if (MAJOR >= 16) {
        g_assert_cmpint(doc->n_tup_newpage_upd, ==, 0);
        g_assert_cmpfloat(doc->last_seq_scan_age, >=, 0);
        g_assert_cmpfloat(shop_index(got.catalog, "doc_small")->last_idx_scan_age, <, 0);
    } else {
        g_assert_cmpint(doc->n_tup_newpage_upd, ==, -1);
        g_assert_cmpfloat(doc->last_seq_scan_age, <, 0);
    }
}

static void
test_rows_not_yet_vacuumed(gconstpointer data)
{
    g_autofree char *dsn = database(MAJOR);
    g_auto(Collected) got = {0};
    const PgaRelationCounters *counters;

    pga_test_sql(dsn, "DROP TABLE IF EXISTS filling");
    pga_test_sql(dsn, "CREATE TABLE filling WITH (autovacuum_enabled = off) AS "
                      "SELECT i FROM generate_series(1, 500) i");
    for (guint i = 0; i < 50; i++) {
        collected_clear(&got);
        shop_collect(dsn, NULL, NULL, &got);
        if (table(&got, "filling")->counters.n_tup_ins > 0)
            break;
        g_usleep(100000);
    }
    counters = &table(&got, "filling")->counters;
    g_assert_cmpint(counters->n_mod_since_analyze, ==, 500);
    g_assert_cmpint(counters->n_ins_since_vacuum, ==, MAJOR >= 13 ? 500 : 0);
    g_assert_cmpstr(table(&got, "filling")->reloptions, ==, "autovacuum_enabled=off");
}

static void
test_columns(gconstpointer data)
{
    g_auto(Collected) got = {0};
    const PgaRelation *doc;
    const PgaAttribute *id, *small, *code, *body, *amount;

    collect(MAJOR, &got);
    doc = table(&got, "doc");
    id = pga_relation_attribute(doc, 1);
    small = pga_relation_attribute(doc, 2);
    code = pga_relation_attribute(doc, 3);
    body = pga_relation_attribute(doc, 4);
    amount = pga_relation_attribute(doc, 5);
    assert_char(id->typalign, 'd');
    assert_char(id->attstorage, 'p');
    assert_char(small->typalign, 's');
    g_assert_cmpstr(code->basetype, ==, "character varying(12)");
    g_assert_true(code->commented);
    g_assert_null(body->basetype);
    g_assert_false(body->commented);
    assert_char(body->attstorage, 'e');
    assert_char(body->attcompression, MAJOR >= 14 ? 'p' : 0);
    assert_char(amount->attstorage, 'm');
    assert_char(amount->attcompression, 0);
    g_assert_cmpint(amount->atttypmod, ==, ((10 << 16) | 2) + 4);
    g_assert_cmpint(body->atttypmod, ==, -1);
}

static void
test_indexes(gconstpointer data)
{
    g_auto(Collected) got = {0};
    const PgaIndex *small;

    collect(MAJOR, &got);
    small = shop_index(got.catalog, "doc_small");
    g_assert_cmpstr(small->reloptions, ==, "fillfactor=60");
    g_assert_cmpint(small->relpages, >=, 2);
    g_assert_cmpfloat(small->reltuples, ==, 200);
    g_assert_null(shop_index(got.catalog, "doc_pkey")->reloptions);
}

static void
test_constraints(gconstpointer data)
{
    g_auto(Collected) got = {0};
    const PgaConstraint *simple, *full;

    collect(MAJOR, &got);
    simple = shop_constraint(got.catalog, "part_id_fkey");
    full = shop_constraint(got.catalog, MAJOR >= 12 ? "part_other_pair_fkey" : "part_other_fkey");
    assert_char(simple->confmatchtype, 's');
    assert_char(full->confmatchtype, 'f');
    assert_char(shop_constraint(got.catalog, "doc_pkey")->confmatchtype, 0);
    g_assert_true(simple->condeferrable);
    g_assert_false(full->condeferrable);
    g_assert_true(shop_constraint(got.catalog, "part_own")->connoinherit);
    g_assert_true(shop_constraint(got.catalog, "part_own")->conenforced);
    if (MAJOR >= 18)
        g_assert_false(shop_constraint(got.catalog, "part_loose")->conenforced);
}

static void
test_sequences_extensions_settings(gconstpointer data)
{
    g_auto(Collected) got = {0};
    const PgaExtension *plpgsql;

    collect(MAJOR, &got);
    if (MAJOR >= 10)
        g_assert_cmpstr(shop_sequence(got.catalog, "small_numbers")->type, ==, "smallint");
    g_assert_cmpuint(got.catalog->extensions->len, ==, 1);
    plpgsql = g_ptr_array_index(got.catalog->extensions, 0);
    /* one file in the folder that its server cannot read hides all of them */
    if (shop_not_checked(&got, "available versions of extensions")) {
        g_assert_null(plpgsql->default_version);
        g_assert_null(got.environment->available_extensions);
    } else {
        g_assert_cmpstr(plpgsql->default_version, ==, "1.0");
        g_assert_true(g_ptr_array_find_with_equal_func(got.environment->available_extensions,
                                                       "plpgsql", g_str_equal, NULL));
    }
    g_assert_false(plpgsql->relocatable);
    g_assert_true(g_ptr_array_find_with_equal_func(plpgsql->members, "plpgsql_call_handler",
                                                   g_str_equal, NULL));
    g_assert_nonnull(pga_catalog_setting(got.catalog, "max_connections")->sourcefile);
    g_assert_true(g_str_has_suffix(pga_catalog_setting(got.catalog, "max_connections")->sourcefile,
                                   "postgresql.conf"));
    g_assert_null(pga_catalog_setting(got.catalog, "block_size")->sourcefile);
}

/* VACUUM is stopped in its first phase by a delay that never ends within the test. */
static void
test_being_vacuumed(gconstpointer data)
{
    g_autofree char *dsn = database(MAJOR);
    g_auto(Collected) got = {0};
    PGconn *session = pga_test_session(dsn);

    pga_test_sql(dsn, "DROP TABLE IF EXISTS slow");
    pga_test_sql(dsn, "CREATE TABLE slow WITH (autovacuum_enabled = off) AS "
                      "SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i");
    PQclear(PQexec(session, "SET vacuum_cost_delay = 100"));
    PQclear(PQexec(session, "SET vacuum_cost_limit = 1"));
    g_assert_true(PQsendQuery(session, "VACUUM slow"));
    for (guint i = 0; i < 100; i++) {
        g_autofree char *n =
            pga_test_value(dsn, "SELECT count(*) FROM pg_stat_progress_vacuum WHERE relid = "
                                "'slow'::regclass");

        if (strcmp(n, "1") == 0)
            break;
        g_usleep(20000);
    }
    shop_collect(dsn, NULL, NULL, &got);
    g_assert_true(table(&got, "slow")->being_vacuumed);
    g_assert_false(table(&got, "doc")->being_vacuumed);
    {
        PGcancel *cancel = PQgetCancel(session);
        char why[256];

        g_assert_true(PQcancel(cancel, why, sizeof(why)));
        PQfreeCancel(cancel);
    }
    PQfinish(session);
    pga_test_sql(dsn, "DROP TABLE slow");
}

static const struct {
    const char *name;
    GTestDataFunc run;
} tests[] = {
    {"relations/sizes-ages-and-rights", test_sizes_and_state},
    {"relations/counters-and-maintenance", test_counters},
    {"relations/rows-not-yet-vacuumed", test_rows_not_yet_vacuumed},
    {"relations/being-vacuumed", test_being_vacuumed},
    {"attributes/storage-alignment-and-base-types", test_columns},
    {"indexes/options-and-sizes", test_indexes},
    {"constraints/match-deferral-inheritance", test_constraints},
    {"others/sequences-extensions-settings", test_sequences_extensions_settings},
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
                g_strdup_printf("/collect/measures/%u/%s", server->major, tests[j].name);

            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), tests[j].run);
        }
    }
    if (servers->len == 0)
        g_test_add_func("/collect/measures/no-server", (GTestFunc)pga_test_have_server);
    return g_test_run();
}
