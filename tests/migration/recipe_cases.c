#include "recipe_cases.h"

#include <base/error.h>

#define ORDERS                                                                                     \
    "CREATE TABLE customer (id bigint PRIMARY KEY, email text);\n"                                 \
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status varchar(20) NOT NULL " \
    "DEFAULT 'new', total numeric(10,2), note text);\n"                                            \
    "CREATE INDEX orders_status ON orders (status DESC, id) INCLUDE (note);\n"
#define EVENTS                                                                                     \
    "CREATE TABLE event (id bigint, at date NOT NULL) PARTITION BY RANGE (at);\n"                  \
    "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n"  \
    "CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\n"  \
    "CREATE TABLE event_3 (id bigint, at date NOT NULL);\n"

const PgaRecipeCase pga_recipe_cases[] = {
    {"index", 0, ORDERS, "CREATE INDEX orders_total ON orders (total) WHERE total > 0"},
    {"unique-index", 0, ORDERS, "CREATE UNIQUE INDEX \"Mail\" ON customer (lower(email))"},
    {"index-without-a-name", 0, ORDERS, "CREATE INDEX ON orders (total)"},
    {"index-if-not-exists", 0, ORDERS, "CREATE INDEX IF NOT EXISTS orders_total ON orders (total)"},
    {"index-of-a-partitioned-table", 0, EVENTS, "CREATE INDEX event_at ON event (at)"},
    {"drop-index", 0, ORDERS, "DROP INDEX orders_status"},
    {"drop-table", 0,
     ORDERS "ALTER TABLE orders ADD CONSTRAINT whose FOREIGN KEY (customer_id) REFERENCES "
            "customer;",
     "DROP TABLE orders"},
    {"reindex", 0, ORDERS, "REINDEX INDEX orders_status"},
    {"refresh", 0,
     ORDERS "CREATE MATERIALIZED VIEW totals AS SELECT status, count(*) FROM orders GROUP BY 1;\n"
            "CREATE UNIQUE INDEX totals_status ON totals (status);",
     "REFRESH MATERIALIZED VIEW totals"},
    {"column-not-null", 0, ORDERS, "ALTER TABLE orders ADD COLUMN kind text NOT NULL"},
    {"column-volatile-default", 0, ORDERS,
     "ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()"},
    {"column-default-of-partitions", 0, EVENTS,
     "ALTER TABLE event ADD COLUMN token uuid DEFAULT gen_random_uuid()"},
    {"column-default-before-14", 130000, ORDERS,
     "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()"},
    {"column-serial-unique", 0, ORDERS, "ALTER TABLE orders ADD COLUMN number bigserial UNIQUE"},
    {"column-unique", 0, ORDERS, "ALTER TABLE orders ADD COLUMN number bigint UNIQUE"},
    {"column-check", 0, ORDERS,
     "ALTER TABLE orders ADD COLUMN qty int NOT NULL DEFAULT 1 CHECK (qty > 0)"},
    {"column-reference", 0, ORDERS,
     "ALTER TABLE orders ADD COLUMN payer_id bigint REFERENCES customer ON DELETE SET NULL"},
    {"not-null", 0, ORDERS, "ALTER TABLE orders ALTER COLUMN total SET NOT NULL"},
    {"not-null-of-18", 180000, ORDERS, "ALTER TABLE orders ALTER COLUMN total SET NOT NULL"},
    {"not-null-half-way", 0,
     ORDERS "ALTER TABLE orders ADD CONSTRAINT there CHECK (total IS NOT NULL) NOT VALID;",
     "ALTER TABLE orders ALTER COLUMN total SET NOT NULL"},
    {"check", 0, ORDERS, "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0)"},
    {"check-without-a-name", 0, ORDERS, "ALTER TABLE orders ADD CHECK (total >= 0)"},
    {"foreign-key", 0, ORDERS,
     "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customer (id)"},
    {"unique", 0, ORDERS, "ALTER TABLE customer ADD UNIQUE (email) DEFERRABLE"},
    {"primary-key", 0, "CREATE TABLE line (order_id bigint, number int, sku text);",
     "ALTER TABLE line ADD PRIMARY KEY (order_id, number)"},
    {"type", 0, ORDERS, "ALTER TABLE orders ALTER COLUMN total TYPE bigint USING round(total)"},
    {"type-with-a-default", 0,
     "CREATE TABLE counter (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);",
     "ALTER TABLE counter ALTER COLUMN n TYPE bigint"},
    {"type-of-a-key", 0, ORDERS, "ALTER TABLE orders ALTER COLUMN id TYPE numeric"},
    {"rename-table", 0, ORDERS, "ALTER TABLE orders RENAME TO purchase"},
    {"rename-column", 0, ORDERS, "ALTER TABLE orders RENAME COLUMN status TO state"},
    {"drop-column", 0, ORDERS, "ALTER TABLE orders DROP COLUMN note"},
    {"attach", 0, EVENTS,
     "ALTER TABLE event ATTACH PARTITION event_3 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"},
    {"attach-beside-a-default", 0, EVENTS "CREATE TABLE event_d PARTITION OF event DEFAULT;",
     "ALTER TABLE event ATTACH PARTITION event_3 FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)"},
    {"detach", 0, EVENTS, "ALTER TABLE event DETACH PARTITION event_1"},
    {"create-partition", 0, EVENTS,
     "CREATE TABLE event_4 PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')"},
    {"update", 0, ORDERS, "UPDATE orders SET total = total * 2 WHERE status = 'new' OR total < 1"},
    {"delete", 0, ORDERS, "DELETE FROM orders AS o"},
    {"several", 0, ORDERS,
     "ALTER TABLE orders ADD COLUMN a int, ALTER COLUMN total SET NOT NULL, ADD CONSTRAINT n CHECK "
     "(note <> ''), ALTER COLUMN note SET DEFAULT ''"},
    /* Fine as they stand, or nothing better is known. */
    {"column", 0, ORDERS, "ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 5"},
    {"concurrently", 0, ORDERS, "CREATE INDEX CONCURRENTLY x ON orders (total)"},
    {"not-valid", 0, ORDERS,
     "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID"},
    {"proven-not-null", 0,
     ORDERS "ALTER TABLE orders ADD CONSTRAINT there CHECK (total IS NOT NULL);",
     "ALTER TABLE orders ALTER COLUMN total SET NOT NULL"},
    {"wider-type", 0, ORDERS, "ALTER TABLE orders ALTER COLUMN status TYPE varchar(40)"},
    {"refresh-without-a-key", 0,
     ORDERS "CREATE MATERIALIZED VIEW totals AS SELECT status, count(*) FROM orders GROUP BY 1;",
     "REFRESH MATERIALIZED VIEW totals"},
    {"detach-beside-a-default", 0, EVENTS "CREATE TABLE event_d PARTITION OF event DEFAULT;",
     "ALTER TABLE event DETACH PARTITION event_1"},
    {"identity", 0, ORDERS, "ALTER TABLE orders ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY"},
};
const guint pga_n_recipe_cases = G_N_ELEMENTS(pga_recipe_cases);
static const PgaRecipeOptions options = {.lock_timeout = "2s", .batch_rows = 10000};

/* Applies the statements but for the last one of @statement, whose recipe it returns. */
static PgaRecipe *
recipe_of(PgaState *state, const char *text, gboolean apply)
{
    PgaMigrationFile file = {.path = (char *)"case.sql", .text = (char *)text};
    const PgaMigrationOptions stated = {.tool = "psql"};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &stated, &error);
    const PgaStep *step;
    PgaRecipe *recipe = NULL;

    g_assert_no_error(error);
    while (pga_migration_reader_next(reader, &step, &error)) {
        if (apply) {
            g_autofree char *refusal = pga_state_apply(state, step);

            g_assert_cmpstr(refusal, ==, NULL);
        } else {
            g_assert_null(recipe);
            recipe = pga_recipe_for_step(state, step, &options);
        }
    }
    g_assert_no_error(error);
    return recipe;
}

PgaRecipe *
pga_recipe_of_case(const PgaRecipeCase *item, guint version)
{
    g_autoptr(PgaState) state = pga_state_new(version);

    g_assert_null(recipe_of(state, item->setup, TRUE));
    state->complete = TRUE;
    pga_state_begin_migration(state);
    return recipe_of(state, item->statement, FALSE);
}
