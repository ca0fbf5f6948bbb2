#include "shop.h"

#include <base/error.h>
#include <string.h>

static const struct {
    guint since; /* major */
    const char *sql;
} statements[] = {
    {9, "CREATE SCHEMA shop"},
    {9, "CREATE TYPE shop.state AS ENUM ('new', 'it''s paid', 'sent')"},
    {9, "CREATE DOMAIN shop.price AS numeric(10,2) DEFAULT 1 NOT NULL CONSTRAINT positive CHECK "
        "(VALUE > 0)"},
    {9, "CREATE TYPE shop.address AS (street text COLLATE \"C\", house int, state shop.state[])"},
    {9, "CREATE TYPE shop.prices AS RANGE (SUBTYPE = numeric)"},
    {9, "CREATE TABLE shop.customers (id serial PRIMARY KEY, email text NOT NULL, address "
        "shop.address, CONSTRAINT customers_email_key UNIQUE (email))"},
    {9, "CREATE TABLE shop.orders (id bigserial PRIMARY KEY, customer_id int REFERENCES "
        "shop.customers ON DELETE CASCADE, state shop.state DEFAULT 'new', price shop.price, range "
        "shop.prices, note varchar(40) COLLATE \"C\" DEFAULT 'none', total numeric, CHECK (total > "
        "0)) "
        "WITH (fillfactor = 70)"},
    {9, "CREATE INDEX orders_note_idx ON shop.orders (lower(note) DESC, total) WHERE total > 10"},
    {9, "CREATE TABLE shop.\"We\"\"ird t\u00e4ble\n\" (\"a b\" int, \"C\" text)"},
    {9, "CREATE TABLE shop.base (a int)"},
    {9, "CREATE TABLE shop.child () INHERITS (shop.base)"},
    {9, "CREATE UNLOGGED TABLE shop.scratch (a int)"},
    {9, "CREATE MATERIALIZED VIEW shop.totals AS SELECT 1 AS one"},
    {9, "CREATE SEQUENCE shop.tickets MINVALUE 5 MAXVALUE 20 INCREMENT 5 START 10 CYCLE"},
    {9, "CREATE TABLE shop.member (a int)"},
    {9, "ALTER EXTENSION plpgsql ADD TABLE shop.member"},
    {9, "CREATE TABLE shop.empty (a int)"},
    {10, "CREATE TABLE shop.events (at timestamptz NOT NULL, id int GENERATED ALWAYS AS IDENTITY) "
         "PARTITION BY RANGE (at)"},
    {10,
     "CREATE TABLE shop.events_1 PARTITION OF shop.events FOR VALUES FROM ('2024-01-01 00:00+00') "
     "TO ('2025-01-01 00:00+00')"},
    {10, "CREATE PUBLICATION changes FOR TABLE shop.customers WITH (publish = 'update')"},
    {10, "CREATE PUBLICATION additions FOR TABLE shop.orders WITH (publish = 'insert')"},
    {11, "CREATE INDEX events_at_idx ON shop.events (at)"},
    {11, "CREATE INDEX orders_include_idx ON shop.orders (customer_id) INCLUDE (note)"},
    {12, "CREATE TABLE shop.made (a int, b int GENERATED ALWAYS AS (a * 2) STORED)"},
    {13, "CREATE PUBLICATION tree FOR TABLE shop.events"},
    {15,
     "CREATE UNIQUE INDEX orders_total_key ON shop.orders (total) NULLS NOT DISTINCT WHERE id < 0"},
    {18, "CREATE TABLE shop.virtual (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)"},
    {9, "INSERT INTO shop.customers (email) SELECT 'c' || i FROM generate_series(1, 100) i"},
    {9, "INSERT INTO shop.orders (customer_id, total, note) SELECT 1 + i % 10, 5 + i, CASE WHEN i "
        "< 300 "
        "THEN 'often, \"quoted\" {and} \\ more' || repeat('x', 5) ELSE 'n' || i END FROM "
        "generate_series(1, 1000) i"},
    {10, "INSERT INTO shop.events SELECT timestamptz '2024-03-01 00:00+00' + i * interval '1 hour' "
         "FROM "
         "generate_series(1, 50) i"},
    {9, "SELECT nextval('shop.tickets')"},
    {9, "SELECT nextval('shop.tickets')"},
    {9, "ANALYZE"},
};

char *
shop_create(const PgaTestCluster *cluster, const char *name)
{
    char *dsn = pga_test_cluster_database(cluster, name);

    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        if (statements[i].since <= pga_test_cluster_major(cluster))
            pga_test_sql(dsn, statements[i].sql);
    return dsn;
}

void
collected_clear(Collected *collected)
{
    g_clear_pointer(&collected->catalog, pga_catalog_free);
    g_clear_pointer(&collected->environment, pga_environment_free);
    g_clear_pointer(&collected->not_checked, g_ptr_array_unref);
}

void
shop_collect(const char *dsn, const char *user, const PgaCollectOptions *options, Collected *out)
{
    g_autofree char *whole = g_strdup_printf("%s user=%s", dsn, user ? user : "postgres");
    const PgaConnectionOptions where = {.dbname = whole};
    const PgaCollectOptions defaults = {.ram_bytes = -1};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&where, &error);

    g_assert_no_error(error);
    out->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_collect(connection, options ? options : &defaults, &out->catalog, &out->environment,
                out->not_checked, &error);
    if (error && pga_error_get_detail(error))
        g_test_message("%s", pga_error_get_detail(error));
    g_assert_no_error(error);
}

const PgaIndex *
shop_index(const PgaCatalog *catalog, const char *relname)
{
    for (guint i = 0; i < catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        if (strcmp(index->relname, relname) == 0)
            return index;
    }
    return NULL;
}

const PgaConstraint *
shop_constraint(const PgaCatalog *catalog, const char *conname)
{
    for (guint i = 0; i < catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(catalog->constraints, i);

        if (strcmp(constraint->conname, conname) == 0)
            return constraint;
    }
    return NULL;
}

const PgaSequence *
shop_sequence(const PgaCatalog *catalog, const char *relname)
{
    for (guint i = 0; i < catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        if (strcmp(sequence->relname, relname) == 0)
            return sequence;
    }
    return NULL;
}

const PgaType *
shop_type(const PgaCatalog *catalog, const char *typname)
{
    for (guint i = 0; i < catalog->types->len; i++) {
        const PgaType *type = g_ptr_array_index(catalog->types, i);

        if (strcmp(type->typname, typname) == 0)
            return type;
    }
    return NULL;
}

const PgaNotChecked *
shop_not_checked(const Collected *collected, const char *what)
{
    for (guint i = 0; i < collected->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(collected->not_checked, i);

        if (strcmp(entry->what, what) == 0)
            return entry;
    }
    return NULL;
}

static void
describe_relation(GString *text, const PgaRelation *relation)
{
    g_string_append_printf(text, "%s %c %s %s %.0f %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                           relation->relname, relation->relkind, relation->partkey,
                           relation->reloptions, relation->reltuples, relation->table_bytes,
                           relation->index_bytes);
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        g_string_append_printf(text, "  %d %s %s %s\n", attribute->attnum, attribute->attname,
                               attribute->type, attribute->default_expr);
    }
    for (guint i = 0; i < relation->indexes->len; i++)
        g_string_append_printf(text, "  %s\n",
                               ((PgaIndex *)g_ptr_array_index(relation->indexes, i))->definition);
    for (guint i = 0; i < relation->constraints->len; i++)
        g_string_append_printf(
            text, "  %s\n",
            ((PgaConstraint *)g_ptr_array_index(relation->constraints, i))->definition);
}

char *
shop_describe(const Collected *collected)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < collected->catalog->relations->len; i++)
        describe_relation(text, g_ptr_array_index(collected->catalog->relations, i));
    for (guint i = 0; i < collected->catalog->settings->len; i++) {
        const PgaSetting *setting = g_ptr_array_index(collected->catalog->settings, i);

        g_string_append_printf(text, "%s = %s (%s)\n", setting->name, setting->setting,
                               setting->source);
    }
    for (guint i = 0; i < collected->not_checked->len; i++)
        g_string_append_printf(
            text, "%s\n", ((PgaNotChecked *)g_ptr_array_index(collected->not_checked, i))->what);
    return g_string_free(text, FALSE);
}
