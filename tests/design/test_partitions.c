/* Which tables are partitioned, by what, and what follows for keys and references. */
#include <string.h>

#include "partition_model.h"

static const char order_columns[] =
    "id bigint!, user_id bigint!, placed_at timestamptz!, status text!, region text!";

/** One table and its statements, and what is to be decided. */
typedef struct {
    const char *name;
    double rows, row_bytes, retention_days;
    const char *columns;
    const char *unique;     /* (nullable) */
    const char *statements; /* "rate sql; …" */
    const char *partition_by;
    const char *values; /* (nullable): of region */
    guint major;
    const char *decision; /* (nullable): "RANGE placed_at monthly 29"; NULL: not */
    const char *verdict;  /* what is in it */
} Case;

#define BY_TIME "90 SELECT * FROM orders WHERE user_id = $1 AND placed_at >= $2"
#define BY_ID   "90 SELECT * FROM orders WHERE id = $1"

static const Case cases[] = {
    {"small", 5e5, 100, 730, order_columns, NULL, BY_TIME, NULL, NULL, 17, NULL, ""},
    {"retention", 5e7, 100, 730.5, order_columns, NULL, BY_TIME, NULL, NULL, 17,
     "RANGE placed_at monthly 29", "9 points (P-01 +5, P-02 +4)"},
    {"retention-without-statements", 5e7, 100, 730.5, order_columns, NULL, "", NULL, NULL, 17,
     "RANGE placed_at monthly 29", "5 points (P-01 +5)"},
    {"days", 5e9, 100, 90, order_columns, NULL, BY_TIME, NULL, NULL, 17, "RANGE placed_at daily 95",
     "P-03 +3, P-04 +3"},
    {"lookups-by-id", 5e7, 100, -1, order_columns, NULL, BY_ID, NULL, NULL, 17, NULL, "P-06"},
    {"statements-enough", 5e7, 100, -1, order_columns, NULL,
     BY_TIME "; 20 SELECT * FROM orders WHERE id = $1", NULL, NULL, 17, "RANGE placed_at yearly 8",
     "4 points (P-02 +4)"},
    {"statements-too-few", 5e7, 100, -1, order_columns, NULL,
     BY_TIME "; 30 SELECT * FROM orders WHERE id = $1", NULL, NULL, 17, NULL,
     "-5 points of the 4 needed (P-06 -5): 25 % of its 120 statements a second look rows up "
     "without placed_at"},
    {"retention-but-lookups-by-id", 5e7, 100, 730.5, order_columns, NULL,
     BY_TIME "; 30 SELECT * FROM orders WHERE id = $1", NULL, NULL, 17, NULL,
     "0 points of the 4 needed (P-01 +5, P-06 -5)"},
    {"retention-and-few-lookups-by-id", 5e7, 100, 730.5, order_columns, NULL,
     BY_TIME "; 10 SELECT * FROM orders WHERE id = $1", NULL, NULL, 17,
     "RANGE placed_at monthly 29", "9 points (P-01 +5, P-02 +4)"},
    {"too-large-for-one-piece", 5e9, 100, 90, order_columns, NULL,
     BY_TIME "; 70 SELECT * FROM orders WHERE id = $1", NULL, NULL, 17, "RANGE placed_at daily 95",
     "P-06 -5"},
    {"too-little-a-year", 2e6, 100, -1, order_columns, NULL, BY_TIME, NULL, NULL, 17, NULL,
     "interval"},
    {"unique-elsewhere", 5e7, 100, 730, order_columns, "status", BY_TIME, NULL, NULL, 17, NULL,
     "P-07 blocks"},
    {"unique-with-key", 5e7, 100, 730.5, order_columns, "placed_at", BY_TIME, NULL, NULL, 17,
     "RANGE placed_at monthly 29", ""},
    {"nullable-time", 5e7, 100, 730, "id bigint!, placed_at timestamptz", NULL, "", NULL, NULL, 17,
     NULL, "M-05 blocks"},
    {"updated-time", 5e7, 100, 730, order_columns, NULL,
     BY_TIME "; 1 UPDATE orders SET placed_at = now() WHERE id = $1", NULL, NULL, 17, NULL,
     "K-05 blocks"},
    {"on-conflict", 5e7, 100, 730, order_columns, NULL,
     BY_TIME "; 1 INSERT INTO orders (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", NULL, NULL, 17,
     NULL, "K-08 blocks"},
    {"on-conflict-anything", 5e7, 100, 730.5, order_columns, NULL,
     BY_TIME "; 1 INSERT INTO orders (id) VALUES ($1) ON CONFLICT DO NOTHING", NULL, NULL, 17,
     "RANGE placed_at monthly 29", ""},
    {"by-region", 5e7, 100, -1, order_columns, NULL,
     "90 SELECT * FROM orders WHERE region = $1 AND user_id = $2", NULL, "EU US APAC", 17,
     "LIST region - 4", "P-02 +4"},
    {"region-too-small", 2e6, 600, -1, order_columns, NULL,
     "90 SELECT * FROM orders WHERE region = $1 AND user_id = $2", NULL,
     "A B C D E F G H I J K L M N O P Q R S T U V", 17, NULL, "interval"},
    {"region-and-time", 5e7, 100, 730.5, order_columns, NULL, BY_TIME, "tenant", "EU US", 17,
     "LIST region/placed_at monthly 58", "P-01 +5"},
    {"hash-too-small", 5e8, 100, -1, "id bigint!, user_id bigint!", NULL,
     "90 SELECT * FROM orders WHERE user_id = $1", NULL, NULL, 17, NULL, "M-03"},
    {"hash", 5e9, 200, -1, order_columns, NULL, "90 SELECT * FROM orders WHERE user_id = $1", NULL,
     NULL, 17, "HASH user_id - 32", "P-02 +4, P-04 +3"},
    {"retention-before-hash", 5e9, 200, 90, order_columns, NULL,
     "90 SELECT * FROM orders WHERE user_id = $1", "placed_at", NULL, 17,
     "RANGE placed_at daily 95", "P-01 +5, P-04 +3, stated +4"},
    {"asked-none", 5e7, 100, 730, order_columns, NULL, BY_TIME, "none", NULL, 17, NULL,
     "partition_by: none"},
    {"asked-for", 5e7, 100, -1, order_columns, NULL,
     BY_TIME "; 30 SELECT * FROM orders WHERE id = $1", "placed_at", NULL, 17,
     "RANGE placed_at yearly 8", "stated +4"},
    {"uuid", 5e7, 100, 730.5, "id uuid!, payload text, placed_at timestamptz!", NULL, BY_ID, NULL,
     NULL, 18, "RANGE id monthly 29", "P-01 +5, P-02 +4"},
    {"bytes-alone", 5e5, 4000, 730, order_columns, NULL, BY_TIME, NULL, NULL, 17, NULL, "interval"},
    {"no-key", 5e7, 100, 730, "id bigint!, note text", NULL, "", NULL, NULL, 17, NULL, "no column"},
};

static void
add_statements(PgaArchitecture *architecture, const char *statements)
{
    g_auto(GStrv) items = g_strsplit(statements, "; ", -1);

    for (guint i = 0; items[i]; i++) {
        char *sql = NULL;
        const double rate = g_ascii_strtod(items[i], &sql);
        g_autofree char *name = g_strdup_printf("statement %u", i + 1);

        if (*items[i])
            pga_test_query(architecture, name, rate, g_strstrip(sql));
    }
}

static char *
decision_of(const PgaDesignPartitioning *partitioning)
{
    if (!partitioning->recommended)
        return NULL;
    return g_strdup_printf("%s %s%s%s %s %u", pga_partition_method_name(partitioning->method),
                           partitioning->column, partitioning->sub_column ? "/" : "",
                           partitioning->sub_column ? partitioning->sub_column : "",
                           partitioning->interval_name ? partitioning->interval_name : "-",
                           partitioning->n_partitions);
}

static void
state(PgaArchitecture *architecture, PgaDesignTable *table, const Case *c)
{
    PgaSpecEntity *entity = (PgaSpecEntity *)table->entity;
    PgaDesignColumn *last = NULL;

    table->retention_days = c->retention_days;
    last = g_ptr_array_index(table->columns, table->columns->len - 1);
    last->shape.width = MAX(8, c->row_bytes - 60);
    if (c->unique)
        pga_test_unique(table, c->unique);
    if (c->values)
        pga_test_values(table, "region", c->values);
    if (g_strcmp0(c->partition_by, "tenant") == 0) {
        entity->tenant = g_strdup("region");
        g_ptr_array_add(architecture->requirements->deployment.tenants_in, g_strdup("EU"));
    } else {
        entity->partition_by = g_strdup(c->partition_by);
    }
    if (pga_design_table_column(table, "payload"))
        pga_design_table_column(table, "id")->default_ = g_strdup("uuidv7()");
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = pga_test_shop(c->major);
    PgaDesignTable *table = pga_test_table(architecture, "orders", c->rows, c->columns);
    const PgaDesignPartitioning *partitioning = NULL;
    g_autofree char *decision = NULL;
    g_autoptr(GError) error = NULL;

    state(architecture, table, c);
    add_statements(architecture, c->statements);
    g_assert_true(pga_design_partitions(architecture, &error));
    if (architecture->partitionings->len == 0) {
        g_assert_null(c->decision);
        g_assert_cmpstr(c->verdict, ==, "");
        return;
    }
    partitioning = g_ptr_array_index(architecture->partitionings, 0);
    decision = decision_of(partitioning);
    g_test_message("%s", partitioning->verdict);
    g_assert_cmpstr(decision, ==, c->decision);
    g_assert_true(!c->verdict || strstr(partitioning->verdict, c->verdict));
    g_assert_true(table->partitioning == (c->decision ? partitioning : NULL));
}

/* What was assumed of old_orders was not assumed of orders. */
static void
test_assumed(void)
{
    static const struct {
        const char *field;
        gboolean assumed;
    } fields[] = {{"entities.old_orders.retention", FALSE}, {"entities.orders.retention", TRUE}};

    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(PgaArchitecture) architecture = pga_test_shop(17);
        PgaDesignTable *table = pga_test_table(architecture, "orders", 5e7, order_columns);

        table->retention_days = 730.5;
        pga_requirements_assume(architecture->requirements, fields[i].field, g_strdup("24 months"),
                                "usual");
        g_assert_true(pga_design_partitions(architecture, NULL));
        g_assert_true(table->partitioning);
        g_assert_cmpint(table->partitioning->retention_is_assumed, ==, fields[i].assumed);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/design/partitions/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/design/partitions/assumed-of-this-table", test_assumed);
    return g_test_run();
}
