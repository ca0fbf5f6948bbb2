/* Whole collections, on every server version that is installed. */
#include <base/error.h>
#include <string.h>

#include "shop.h"

#define MAJOR GPOINTER_TO_UINT(data)

/* (transfer full): made once for each version. */
static char *
shop_dsn(guint major)
{
    PgaTestCluster *cluster = pga_test_cluster(major);
    g_autofree char *known = NULL;

    known = pga_test_value(pga_test_cluster_dsn(cluster),
                           "SELECT count(*) FROM pg_database WHERE datname = 'shop'");
    if (strcmp(known, "0") == 0)
        return shop_create(cluster, "shop");
    return g_strdup_printf("host=%s port=%d user=postgres dbname=shop",
                           pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster));
}

static void
test_relations(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaRelation *orders, *child, *empty;

    shop_collect(dsn, NULL, NULL, &got);
    orders = pga_catalog_relation_by_name(got.catalog, "shop", "orders");
    assert_char(orders->relkind, 'r');
    assert_char(orders->relpersistence, 'p');
    g_assert_cmpfloat(orders->reltuples, ==, 1000);
    g_assert_cmpint(orders->rows_source, ==, PGA_ROWS_ANALYZED);
    g_assert_cmpint(orders->table_bytes, >, 8192);
    g_assert_cmpint(orders->index_bytes, >, 8192);
    g_assert_cmpint(orders->relpages, >, 0);
    g_assert_cmpstr(orders->owner, ==, "postgres");
    g_assert_cmpstr(orders->reloptions, ==, "fillfactor=70");
    g_assert_true(orders->has_counters);
    g_assert_false(orders->published_updates);
    assert_char(pga_catalog_relation_by_name(got.catalog, "shop", "scratch")->relpersistence, 'u');
    assert_char(pga_catalog_relation_by_name(got.catalog, "shop", "totals")->relkind, 'm');
    child = pga_catalog_relation_by_name(got.catalog, "shop", "child");
    g_assert_true(child->inherits);
    g_assert_cmpuint(child->parent, ==, 0);
    g_assert_cmpstr(pga_catalog_relation_by_name(got.catalog, "shop", "member")->extension, ==,
                    "plpgsql");
    empty = pga_catalog_relation_by_name(got.catalog, "shop", "empty");
    g_assert_cmpfloat(empty->reltuples, ==, 0);
    g_assert_null(pga_catalog_relation_by_name(got.catalog, "pg_catalog", "pg_class"));
    g_assert_null(pga_catalog_relation_by_name(got.catalog, "information_schema", "sql_features"));
}

static void
test_attributes(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaRelation *orders;
    const PgaAttribute *note, *price;

    shop_collect(dsn, NULL, NULL, &got);
    orders = pga_catalog_relation_by_name(got.catalog, "shop", "orders");
    g_assert_cmpuint(orders->attributes->len, ==, 7);
    g_assert_cmpstr(pga_relation_attribute(orders, 1)->default_expr, ==,
                    "nextval('shop.orders_id_seq'::regclass)");
    g_assert_cmpuint(pga_relation_attribute(orders, 1)->owned_sequence, !=, 0);
    g_assert_true(pga_relation_attribute(orders, 1)->attnotnull);
    g_assert_cmpstr(pga_relation_attribute(orders, 3)->default_expr, ==, "'new'::shop.state");
    price = pga_relation_attribute(orders, 4);
    assert_char(price->typtype, 'd');
    g_assert_cmpstr(price->type, ==, "shop.price");
    note = pga_relation_attribute(orders, 6);
    g_assert_cmpstr(note->attname, ==, "note");
    g_assert_cmpstr(note->type, ==, "character varying(40)");
    g_assert_cmpstr(note->typname, ==, "varchar");
    g_assert_cmpstr(note->typnspname, ==, "pg_catalog");
    assert_char(note->typcategory, 'S');
    g_assert_cmpint(note->typlen, ==, -1);
    g_assert_cmpstr(note->collation, ==, "pg_catalog.\"C\"");
    g_assert_false(note->attnotnull);
    if (MAJOR >= 12) {
        const PgaRelation *made = pga_catalog_relation_by_name(got.catalog, "shop", "made");

        assert_char(pga_relation_attribute(made, 2)->attgenerated, 's');
        g_assert_cmpstr(pga_relation_attribute(made, 2)->default_expr, ==, "(a * 2)");
    }
    if (MAJOR >= 18) {
        const PgaRelation *made = pga_catalog_relation_by_name(got.catalog, "shop", "virtual");

        assert_char(pga_relation_attribute(made, 2)->attgenerated, 'v');
    }
}

static void
make_role(const char *dsn, const char *name, const char *grant)
{
    g_autofree char *sql = g_strdup_printf("DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE "
                                           "rolname = '%s') THEN CREATE ROLE %s LOGIN; "
                                           "%s END IF; END$$",
                                           name, name, grant);

    pga_test_sql(dsn, sql);
}

static void
check_statistics(const PgaCatalog *catalog)
{
    const PgaRelation *orders = pga_catalog_relation_by_name(catalog, "shop", "orders");
    const PgaAttributeStats *note = pga_relation_attribute(orders, 6)->stats;
    const PgaAttributeStats *total = pga_relation_attribute(orders, 7)->stats;

    g_assert_cmpuint(note->mcv->len, ==, note->mcv_freqs->len);
    g_assert_cmpstr(g_ptr_array_index(note->mcv, 0), ==, "often, \"quoted\" {and} \\ morexxxxx");
    g_assert_cmpfloat_with_epsilon(g_array_index(note->mcv_freqs, double, 0), 0.299, 0.001);
    g_assert_cmpfloat(total->n_distinct, ==, -1);
    g_assert_cmpfloat(total->null_frac, ==, 0);
    g_assert_cmpint(total->avg_width, >, 0);
    g_assert_cmpfloat_with_epsilon(total->correlation, 1, 0.001);
    g_assert_null(total->mcv);
    g_assert_cmpuint(total->histogram->len, ==, 101);
    g_assert_cmpstr(g_ptr_array_index(total->histogram, 0), ==, "6");
    g_assert_cmpstr(g_ptr_array_index(total->histogram, 100), ==, "1005");
    /* of an enum no values are read */
    g_assert_null(pga_relation_attribute(orders, 3)->stats->mcv);
    orders = pga_catalog_relation_by_name(catalog, "shop", "empty");
    g_assert_null(pga_relation_attribute(orders, 1)->stats);
}

/* A superuser reads pg_statistic, anybody else pg_stats: both are told the same. */
static void
test_statistics(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0}, seen = {0};

    shop_collect(dsn, NULL, NULL, &got);
    check_statistics(got.catalog);
    make_role(dsn, "reader",
              "GRANT USAGE ON SCHEMA shop TO reader;"
              "GRANT SELECT ON ALL TABLES IN SCHEMA shop TO reader;");
    shop_collect(dsn, "reader", NULL, &seen);
    check_statistics(seen.catalog);
    g_assert_null(shop_not_checked(&seen, "column statistics (pg_stats)"));
}

static void
test_no_values(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    const PgaCollectOptions no_values = {.no_values = TRUE, .ram_bytes = -1};
    g_auto(Collected) got = {0};
    const PgaAttributeStats *note;

    shop_collect(dsn, NULL, &no_values, &got);
    note = pga_relation_attribute(pga_catalog_relation_by_name(got.catalog, "shop", "orders"), 6)
               ->stats;
    g_assert_nonnull(note);
    g_assert_null(note->mcv);
    g_assert_null(note->mcv_freqs);
    g_assert_null(note->histogram);
}

static void
test_indexes(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaIndex *index, *key;

    shop_collect(dsn, NULL, NULL, &got);
    index = shop_index(got.catalog, "orders_note_idx");
    g_assert_cmpstr(index->amname, ==, "btree");
    g_assert_cmpuint(index->indkey->len, ==, 2);
    g_assert_cmpuint(index->n_key_atts, ==, 2);
    g_assert_cmpint(g_array_index(index->indkey, gint16, 0), ==, 0);
    g_assert_cmpint(g_array_index(index->indkey, gint16, 1), ==, 7);
    g_assert_cmpint(g_array_index(index->indoption, gint16, 0), ==, 3);
    g_assert_cmpuint(index->indclass->len, ==, 2);
    g_assert_cmpuint(index->indcollation->len, ==, 2);
    g_assert_cmpstr(index->exprs, ==, "lower((note)::text)");
    g_assert_cmpstr(index->pred, ==, "(total > (10)::numeric)");
    g_assert_true(g_str_has_prefix(index->definition,
                                   "CREATE INDEX orders_note_idx ON shop.orders USING btree"));
    g_assert_true(index->indisvalid && index->indisready && index->indislive);
    g_assert_false(index->indisunique);
    g_assert_cmpint(index->bytes, >=, 8192);
    g_assert_cmpint(index->idx_scan, >=, 0);
    g_assert_cmpuint(index->constraint, ==, 0);
    key = shop_index(got.catalog, "customers_email_key");
    g_assert_true(key->indisunique && !key->indisprimary);
    g_assert_cmpuint(key->constraint, ==, shop_constraint(got.catalog, "customers_email_key")->oid);
    g_assert_true(shop_index(got.catalog, "orders_pkey")->indisprimary);
    if (MAJOR >= 11) {
        index = shop_index(got.catalog, "orders_include_idx");
        g_assert_cmpuint(index->indkey->len, ==, 2);
        g_assert_cmpuint(index->n_key_atts, ==, 1);
        g_assert_cmpuint(index->indoption->len, ==, 1);
        key = shop_index(got.catalog, "events_at_idx");
        index = shop_index(got.catalog, "events_1_at_idx");
        g_assert_cmpuint(index->parent, ==, key->indexrelid);
        g_assert_cmpint(key->bytes, ==, index->bytes);
    }
    if (MAJOR >= 15)
        g_assert_true(shop_index(got.catalog, "orders_total_key")->indnullsnotdistinct);
}

static void
test_constraints(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaConstraint *foreign_key, *check;

    shop_collect(dsn, NULL, NULL, &got);
    foreign_key = shop_constraint(got.catalog, "orders_customer_id_fkey");
    assert_char(foreign_key->contype, 'f');
    assert_char(foreign_key->confdeltype, 'c');
    assert_char(foreign_key->confupdtype, 'a');
    g_assert_true(foreign_key->convalidated);
    g_assert_cmpint(g_array_index(foreign_key->conkey, gint16, 0), ==, 2);
    g_assert_cmpint(g_array_index(foreign_key->confkey, gint16, 0), ==, 1);
    g_assert_cmpuint(foreign_key->confrelid, ==,
                     pga_catalog_relation_by_name(got.catalog, "shop", "customers")->oid);
    g_assert_cmpuint(foreign_key->conparentid, ==, 0);
    check = shop_constraint(got.catalog, "orders_total_check");
    assert_char(check->contype, 'c');
    assert_char(check->confdeltype, 'a');
    g_assert_cmpstr(check->definition, ==, "CHECK ((total > (0)::numeric))");
}

static void
test_sequences(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaSequence *tickets, *serial;

    shop_collect(dsn, NULL, NULL, &got);
    tickets = shop_sequence(got.catalog, "tickets");
    g_assert_true(tickets->readable && tickets->is_called && tickets->cycle);
    g_assert_cmpint(tickets->last_value, ==, 15);
    g_assert_cmpint(tickets->min_value, ==, 5);
    g_assert_cmpint(tickets->max_value, ==, 20);
    g_assert_cmpint(tickets->increment, ==, 5);
    g_assert_cmpint(tickets->start_value, ==, 10);
    assert_char(tickets->owner_deptype, 0);
    serial = shop_sequence(got.catalog, "orders_id_seq");
    assert_char(serial->owner_deptype, 'a');
    g_assert_cmpint(serial->owner_attnum, ==, 1);
    g_assert_cmpint(serial->last_value, ==, 1000);
    if (MAJOR >= 10)
        assert_char(shop_sequence(got.catalog, "events_id_seq")->owner_deptype, 'i');
}

/* The definitions make the same types again. */
static void
test_types(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    g_autoptr(GString) sql = g_string_new("CREATE SCHEMA again; SET search_path = again;");
    const PgaType *state;

    shop_collect(dsn, NULL, NULL, &got);
    g_assert_cmpuint(got.catalog->types->len, ==, 4);
    state = shop_type(got.catalog, "state");
    assert_char(state->typtype, 'e');
    g_assert_cmpuint(state->labels->len, ==, 3);
    g_assert_cmpstr(g_ptr_array_index(state->labels, 1), ==, "it's paid");
    g_assert_cmpstr(shop_type(got.catalog, "price")->definition, ==,
                    "AS numeric(10,2) DEFAULT 1 NOT NULL CONSTRAINT positive CHECK ((VALUE > "
                    "(0)::numeric))");
    g_assert_cmpstr(shop_type(got.catalog, "address")->definition, ==,
                    "AS (street text COLLATE pg_catalog.\"C\", house integer, state shop.state[])");
    g_assert_cmpstr(shop_type(got.catalog, "prices")->definition, ==,
                    "AS RANGE (SUBTYPE = numeric)");
    for (guint i = 0; i < got.catalog->types->len; i++) {
        const PgaType *type = g_ptr_array_index(got.catalog->types, i);

        if (type->definition)
            g_string_append_printf(sql, "CREATE %s %s %s;",
                                   type->typtype == 'd' ? "DOMAIN" : "TYPE", type->typname,
                                   type->definition);
    }
    g_string_append(sql, "DROP SCHEMA again CASCADE");
    pga_test_sql(dsn, sql->str);
}

static void
test_partitions(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaRelation *events, *partition;

    if (MAJOR < 10) {
        g_test_skip("declarative partitioning came with PostgreSQL 10");
        return;
    }
    shop_collect(dsn, NULL, NULL, &got);
    events = pga_catalog_relation_by_name(got.catalog, "shop", "events");
    partition = pga_catalog_relation_by_name(got.catalog, "shop", "events_1");
    g_assert_cmpstr(events->partkey, ==, "RANGE (at)");
    assert_char(events->relkind, 'p');
    g_assert_true(partition->relispartition && !partition->inherits);
    g_assert_cmpuint(partition->parent, ==, events->oid);
    g_assert_cmpstr(partition->partbound, ==,
                    "FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00')");
    g_assert_cmpfloat(events->reltuples, ==, 50);
    g_assert_cmpint(events->table_bytes, ==, partition->table_bytes);
    g_assert_true(
        pga_catalog_relation_by_name(got.catalog, "shop", "customers")->published_updates);
    g_assert_cmpint(partition->published_updates, ==, MAJOR >= 13);
}

static void
test_names(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaRelation *weird;

    shop_collect(dsn, NULL, NULL, &got);
    weird = pga_catalog_relation_by_name(got.catalog, "shop", "We\"ird t\u00e4ble\n");
    g_assert_nonnull(weird);
    g_assert_cmpstr(pga_relation_attribute(weird, 1)->attname, ==, "a b");
}

static void
test_environment(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    const PgaCollectOptions stated = {.ram_bytes = 1 << 30};
    g_auto(Collected) got = {0}, told = {0};
    const PgaEnvironment *environment;
    const PgaSetting *setting;

    shop_collect(dsn, NULL, NULL, &got);
    environment = got.environment;
    g_assert_cmpuint(environment->version_num / 10000, ==, MAJOR);
    g_assert_cmpstr(environment->source_name, ==, "shop");
    g_assert_cmpstr(environment->role, ==, "postgres");
    g_assert_true(environment->is_superuser);
    g_assert_false(environment->is_standby);
    g_assert_false(environment->is_pooled);
    g_assert_null(environment->provider);
    g_assert_cmpint(environment->database_bytes, >, 1000000);
    g_assert_cmpfloat(environment->uptime, >, 0);
    g_assert_cmpfloat(environment->stats_age, >=, 0);
    g_assert_cmpfloat(environment->stats_age, <, 3600);
    g_assert_cmpint(environment->temp_bytes, >=, 0);
    g_assert_cmpint(environment->ram_bytes, >, 16 << 20);
    g_assert_true(environment->ram_shared);
    setting = pga_catalog_setting(got.catalog, "shared_buffers");
    g_assert_cmpstr(setting->setting, ==, "2048");
    g_assert_cmpstr(setting->unit, ==, "8kB");
    g_assert_cmpstr(setting->source, ==, "configuration file");
    g_assert_cmpstr(pga_catalog_setting(got.catalog, "lock_timeout")->source, ==, "default");
    g_assert_cmpint(shop_not_checked(&got, "features of newer versions") != NULL, ==, MAJOR < 14);
    shop_collect(dsn, NULL, &stated, &told);
    g_assert_cmpint(told.environment->ram_bytes, ==, 1 << 30);
    g_assert_cmpstr(told.environment->ram_method, ==, "stated with --ram");
}

static void
test_same_again(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR), *first = NULL, *second = NULL;
    g_auto(Collected) one = {0}, two = {0};

    shop_collect(dsn, NULL, NULL, &one);
    pga_test_sql(dsn, "UPDATE pg_catalog.pg_class SET relname = relname WHERE oid > 16383");
    shop_collect(dsn, NULL, NULL, &two);
    first = shop_describe(&one);
    second = shop_describe(&two);
    g_assert_cmpstr(first, ==, second);
}

static void
test_locked(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    const PgaCollectOptions impatient = {.ram_bytes = -1, .lock_timeout = 50};
    PGconn *holder = pga_test_session(dsn), *waiter = pga_test_session(dsn);
    PGconn *reader = pga_test_session(dsn), *builder = pga_test_session(dsn);
    g_auto(Collected) got = {0};
    const PgaNotChecked *entry;

    PQclear(PQexec(holder, "BEGIN; LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE"));
    PQclear(
        PQexec(reader, "BEGIN; LOCK TABLE shop.\"We\"\"ird t\u00e4ble\n\" IN ACCESS SHARE MODE"));
    PQsendQuery(waiter,
                "BEGIN; LOCK TABLE shop.\"We\"\"ird t\u00e4ble\n\" IN ACCESS EXCLUSIVE MODE");
    PQflush(waiter);
    PQclear(PQexec(builder, "BEGIN; REINDEX INDEX shop.customers_email_key"));
    PQclear(PQexec(builder, "LOCK TABLE shop.empty IN ACCESS EXCLUSIVE MODE"));
    PQclear(PQexec(builder, "ALTER TABLE shop.scratch ALTER a SET DATA TYPE bigint"));
    PQclear(PQexec(builder, "DROP SEQUENCE shop.tickets"));
    for (guint i = 0; i < 200; i++) {
        g_autofree char *n = pga_test_value(dsn, "SELECT count(*) FROM pg_locks WHERE NOT granted");

        if (strcmp(n, "1") == 0)
            break;
        g_usleep(10000);
    }
    shop_collect(dsn, NULL, &impatient, &got);
    g_assert_null(pga_catalog_relation_by_name(got.catalog, "shop", "orders"));
    g_assert_null(shop_index(got.catalog, "orders_note_idx"));
    g_assert_null(shop_constraint(got.catalog, "orders_total_check"));
    g_assert_null(pga_catalog_relation_by_name(got.catalog, "shop", "We\"ird t\u00e4ble\n"));
    entry = shop_not_checked(&got, "table shop.orders");
    g_assert_true(g_str_has_prefix(entry->why, "held under ACCESS EXCLUSIVE by backend PID "));
    g_assert_nonnull(shop_not_checked(&got, "table shop.\"We\"\"ird t\u00e4ble\n\""));
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "customers"));
    g_assert_nonnull(shop_not_checked(&got, "size of index shop.customers_email_key"));
    g_assert_cmpint(shop_index(got.catalog, "customers_email_key")->bytes, ==, -1);
    g_assert_cmpint(pga_catalog_relation_by_name(got.catalog, "shop", "customers")->index_bytes, ==,
                    -1);
    g_assert_nonnull(shop_not_checked(&got, "table shop.scratch"));
    g_assert_nonnull(shop_not_checked(&got, "sequence shop.tickets"));
    g_assert_false(shop_sequence(got.catalog, "tickets")->readable);
    g_assert_true(shop_sequence(got.catalog, "customers_id_seq")->readable);
    PQfinish(holder);
    PQfinish(reader);
    PQfinish(waiter);
    PQfinish(builder);
}

static void
test_plain_role(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};
    const PgaNotChecked *entry;
    const PgaRelation *orders;

    make_role(dsn, "plain", "");
    shop_collect(dsn, "plain", NULL, &got);
    g_assert_false(got.environment->is_superuser);
    g_assert_false(got.environment->is_monitor);
    orders = pga_catalog_relation_by_name(got.catalog, "shop", "orders");
    g_assert_cmpint(orders->table_bytes, >, 0);
    g_assert_nonnull(shop_index(got.catalog, "orders_note_idx"));
    g_assert_null(pga_relation_attribute(orders, 6)->stats);
    g_assert_false(shop_sequence(got.catalog, "tickets")->readable);
    entry = shop_not_checked(&got, "column statistics (pg_stats)");
    g_assert_nonnull(strstr(entry->why, "tables of schema shop (no SELECT privilege)"));
    g_assert_nonnull(strstr(entry->why, MAJOR >= 14 ? "pg_read_all_data" : "GRANT SELECT"));
    entry = shop_not_checked(&got, "last values of sequences");
    g_assert_nonnull(strstr(entry->why, "GRANT SELECT ON ALL SEQUENCES"));
}

static void
test_monitor_role(gconstpointer data)
{
    g_autofree char *dsn = shop_dsn(MAJOR);
    g_auto(Collected) got = {0};

    if (MAJOR < 10) {
        g_test_skip("pg_monitor came with PostgreSQL 10");
        return;
    }
    make_role(dsn, "watcher", "GRANT pg_monitor TO watcher;");
    pga_test_sql(dsn,
                 "GRANT USAGE ON SCHEMA shop TO watcher; GRANT SELECT ON shop.orders TO watcher;"
                 "GRANT SELECT ON SEQUENCE shop.tickets TO watcher");
    shop_collect(dsn, "watcher", NULL, &got);
    g_assert_true(got.environment->is_monitor);
    g_assert_true(shop_sequence(got.catalog, "tickets")->readable);
    g_assert_nonnull(
        pga_relation_attribute(pga_catalog_relation_by_name(got.catalog, "shop", "orders"), 6)
            ->stats);
    g_assert_nonnull(shop_not_checked(&got, "column statistics (pg_stats)"));
}

static void
test_no_tables(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(pga_test_cluster(MAJOR), "nothing");
    g_auto(Collected) got = {0};

    shop_collect(dsn, NULL, NULL, &got);
    g_assert_cmpuint(got.catalog->relations->len, ==, 0);
    g_assert_cmpuint(got.catalog->settings->len, >, 200);
    g_assert_cmpuint(got.catalog->extensions->len, ==, 1);
    g_assert_cmpuint(got.not_checked->len, ==,
                     (MAJOR < 14) +
                         (shop_not_checked(&got, "available versions of extensions") != NULL));
}

static const struct {
    const char *name;
    GTestDataFunc run;
} tests[] = {
    {"relations/kinds-rows-and-sizes", test_relations},
    {"attributes/types-defaults-and-collations", test_attributes},
    {"statistics/same-for-superuser-and-reader", test_statistics},
    {"statistics/no-values-if-asked", test_no_values},
    {"indexes/keys-expressions-and-sizes", test_indexes},
    {"constraints/keys-and-actions", test_constraints},
    {"sequences/parameters-and-owners", test_sequences},
    {"types/can-be-made-again", test_types},
    {"partitions/bounds-sums-and-publications", test_partitions},
    {"names/anything-between-quotes", test_names},
    {"environment/server-role-and-host", test_environment},
    {"order/same-state-same-model", test_same_again},
    {"locks/held-and-awaited-are-left-out", test_locked},
    {"privileges/plain-role-is-told-what-it-lacks", test_plain_role},
    {"privileges/monitor-sees-what-is-granted", test_monitor_role},
    {"empty/database-without-tables", test_no_tables},
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
            g_autofree char *path = g_strdup_printf("/collect/%u/%s", server->major, tests[j].name);

            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), tests[j].run);
        }
    }
    if (servers->len == 0)
        g_test_add_func("/collect/no-server", (GTestFunc)pga_test_have_server);
    return g_test_run();
}
