/* Values that stand for parameters: drawn from the statistics of the columns they are compared
 * with.
 */
#include <parse/query_set.h>
#include <string.h>

enum { ORDERS = 100, CUSTOMERS = 101, PARTS = 102 };

/** A column and what is known of its values. */
static const struct {
    guint relation;
    const char *attname, *typname, *mcv, *histogram, *elements;
    gint32 width;
    char typcategory;
} columns[] = {
    {ORDERS, "id", "int4", NULL, "{0,10,20,30,40,50,60,70,80,90,100}", NULL, 4, 'N'},
    {ORDERS, "state", "text", "{paid,open,\"it's\"}", NULL, NULL, 5, 'S'},
    {ORDERS, "day", "date", NULL,
     "{2020-01-01,2020-02-01,2020-03-01,2020-04-01,2020-05-01,2020-06-01,2020-07-01,2020-08-01,"
     "2020-09-01,2020-10-01,2020-11-01}",
     NULL, 4, 'D'},
    {ORDERS, "note", "text", "{hello}", NULL, NULL, 90, 'S'},
    {ORDERS, "tags", "_text", "{\"{a}\"}", NULL, "{red,\"dark blue\",green}", 20, 'A'},
    {ORDERS, "numbers", "_int4", NULL, NULL, "{7,8}", 20, 'A'},
    {ORDERS, "unknown", "int4", NULL, NULL, NULL, 4, 'N'},
    {ORDERS, "size", "numeric", "{7.5,10,9,0.5,8}", NULL, NULL, 4, 'N'},
    {CUSTOMERS, "id", "int4", "{1,2}", "{5,6,7,8,9}", NULL, 4, 'N'},
};

static PgaCatalog *
shop(void)
{
    PgaCatalog *catalog = pga_catalog_new();
    PgaRelation *relations[] = {
        pga_catalog_add_relation(catalog, ORDERS, "public", "orders"),
        pga_catalog_add_relation(catalog, CUSTOMERS, "public", "customers"),
        pga_catalog_add_relation(catalog, PARTS, "public", "parts"),
    };
    PgaAttributeStats *stats;

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        PgaRelation *relation = relations[columns[i].relation - ORDERS];
        PgaAttribute *attribute = pga_relation_add_attribute(
            relation, (gint16)(relation->attributes->len + 1), columns[i].attname);

        attribute->typname = g_strdup(columns[i].typname);
        attribute->typnspname = g_strdup("pg_catalog");
        attribute->typcategory = columns[i].typcategory;
    }
    stats = pga_attribute_add_stats(pga_relation_add_attribute(relations[2], 1, "size"));
    stats->mcv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(stats->mcv, g_strdup("7"));
    ((PgaAttribute *)relations[2]->attributes->pdata[0])->typname = g_strdup("int4");
    relations[0]->relkind = relations[1]->relkind = 'r';
    relations[2]->relkind = 'p';
    pga_catalog_finish(catalog);
    return catalog;
}

static void
put_slot(PgaColumnStatistics *column, guint *n, gint16 kind, const char *values)
{
    if (!values)
        return;
    column->slots[*n].kind = kind;
    column->slots[*n].values = g_strdup(values);
    (*n)++;
}

static PgaPlannerData *
known(void)
{
    PgaPlannerData *data = pga_planner_data_new();

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        PgaColumnStatistics *column = pga_planner_data_add_column(data, columns[i].relation);
        guint n = 0;

        column->attname = g_strdup(columns[i].attname);
        column->width = columns[i].width;
        put_slot(column, &n, 1, columns[i].mcv);
        put_slot(column, &n, 2, columns[i].histogram);
        put_slot(column, &n, 4, columns[i].elements);
    }
    return data;
}

static PgaQuerySet *
represent(const char *text)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    PgaWorkloadStatement *statement =
        pga_record_add(workload->statements, &pga_workload_statement_type);
    g_autoptr(PgaCatalog) catalog = shop();
    g_autoptr(PgaPlannerData) data = known();
    PgaQuerySet *set;

    statement->query = g_strdup(text);
    statement->calls = 1;
    pga_query_gather_workload(gatherer, workload);
    set = pga_query_gatherer_finish(gatherer);
    pga_query_set_represent(set, catalog, data);
    return set;
}

/** A statement, and its guessed texts. */
static const struct {
    const char *name, *recorded, *texts[5];
} cases[] = {
    {"equal",
     "SELECT 1 FROM customers WHERE id = $1",
     {"SELECT 1 FROM customers WHERE id = '1'", "SELECT 1 FROM customers WHERE id = '2'",
      "SELECT 1 FROM customers WHERE id = '8'"}},
    {"quoted",
     "SELECT 1 FROM orders o WHERE $1 = o.state LIMIT $2",
     {"SELECT 1 FROM orders o WHERE 'paid' = o.state LIMIT 10",
      "SELECT 1 FROM orders o WHERE 'open' = o.state LIMIT 10",
      "SELECT 1 FROM orders o WHERE 'it''s' = o.state LIMIT 10"}},
    {"unique",
     "SELECT 1 FROM orders WHERE id = $1 OFFSET $2",
     {"SELECT 1 FROM orders WHERE id = '20' OFFSET 0",
      "SELECT 1 FROM orders WHERE id = '50' OFFSET 0",
      "SELECT 1 FROM orders WHERE id = '80' OFFSET 0"}},
    {"list",
     "SELECT 1 FROM orders WHERE state IN ($1, $2) AND id <> ALL ($3)",
     {"SELECT 1 FROM orders WHERE state IN ('paid', 'open') AND id <> ALL ('{20,30,40}')",
      "SELECT 1 FROM orders WHERE state IN ('open', 'it''s') AND id <> ALL ('{50,60,70}')",
      "SELECT 1 FROM orders WHERE state IN ('it''s', 'open') AND id <> ALL ('{80,90,100}')"}},
    {"range",
     "SELECT 1 FROM orders WHERE id > $1",
     {"SELECT 1 FROM orders WHERE id > '90'", "SELECT 1 FROM orders WHERE id > '100'",
      "SELECT 1 FROM orders WHERE id > '50'"}},
    {"between",
     "SELECT 1 FROM orders WHERE id BETWEEN $1 AND $2",
     {"SELECT 1 FROM orders WHERE id BETWEEN '50' AND '60'",
      "SELECT 1 FROM orders WHERE id BETWEEN '50' AND '50'",
      "SELECT 1 FROM orders WHERE id BETWEEN '30' AND '80'"}},
    {"few-values",
     "SELECT 1 FROM orders WHERE size BETWEEN $1 AND $2",
     {"SELECT 1 FROM orders WHERE size BETWEEN '8' AND '8'",
      "SELECT 1 FROM orders WHERE size BETWEEN '7.5' AND '9'"}},
    {"sums",
     "SELECT 1 FROM orders WHERE size BETWEEN $1 - $2 AND $3 + $4 AND id < $5 * $6",
     {"SELECT 1 FROM orders WHERE size BETWEEN '8'::numeric - 0 AND '8'::numeric + 0 AND "
      "id < $1::integer * $2",
      "SELECT 1 FROM orders WHERE size BETWEEN '7.5'::numeric - 0 AND '9'::numeric + 0 AND "
      "id < $1::integer * $2"}},
    {"dates",
     "SELECT 1 FROM orders WHERE day >= date $1 AND day < date $2 + interval $3 month AND "
     "day <> now() - interval $4",
     {"SELECT 1 FROM orders WHERE day >= '2020-06-01'::date AND day < '2020-06-01'::date + "
      "'1'::interval month AND day <> now() - '1 day'::interval",
      "SELECT 1 FROM orders WHERE day >= '2020-04-01'::date AND day < '2020-04-01'::date + "
      "'1'::interval month AND day <> now() - '1 day'::interval"}},
    {"like",
     "SELECT 1 FROM orders WHERE state LIKE $1 AND note LIKE $2",
     {"SELECT 1 FROM orders WHERE state LIKE 'pai%' AND note LIKE $1",
      "SELECT 1 FROM orders WHERE state LIKE 'ope%' AND note LIKE $1",
      "SELECT 1 FROM orders WHERE state LIKE 'it''%' AND note LIKE $1"}},
    {"elements",
     "SELECT 1 FROM orders WHERE tags @> $1",
     {"SELECT 1 FROM orders WHERE tags @> '{red}'",
      "SELECT 1 FROM orders WHERE tags @> '{\"dark blue\"}'",
      "SELECT 1 FROM orders WHERE tags @> '{green}'"}},
    {"array-of-elements",
     "SELECT 1 FROM orders WHERE tags && ARRAY[$1, $2] AND numbers @> ARRAY[$3]",
     {"SELECT 1 FROM orders WHERE tags && ARRAY['red', 'dark blue'] AND numbers @> ARRAY[7]",
      "SELECT 1 FROM orders WHERE tags && ARRAY['dark blue', 'green'] AND numbers @> ARRAY[7]",
      "SELECT 1 FROM orders WHERE tags && ARRAY['green', 'red'] AND numbers @> ARRAY[8]"}},
    {"catalog",
     "SELECT $1 + size FROM parts WHERE size = $2",
     {"SELECT $1 + size FROM parts WHERE size = '7'"}},
    {"subquery",
     "UPDATE orders SET note = $1 WHERE id = (SELECT max(id) FROM customers WHERE id < $2)",
     {"UPDATE orders SET note = $1 WHERE id = (SELECT max(id) FROM customers WHERE id < '5')",
      "UPDATE orders SET note = $1 WHERE id = (SELECT max(id) FROM customers WHERE id < '7')"}},
    {"days",
     "SELECT 1 FROM orders WHERE day + $1 > now() AND id = $2",
     {"SELECT 1 FROM orders WHERE day + $1::integer > now() AND id = '20'",
      "SELECT 1 FROM orders WHERE day + $1::integer > now() AND id = '50'",
      "SELECT 1 FROM orders WHERE day + $1::integer > now() AND id = '80'"}},
    {"rows",
     "UPDATE orders o SET note = v.note, size = $9 FROM (VALUES ($1, $2), ($3, $4)) AS v (id, "
     "note) "
     "WHERE o.id = v.id AND unknown = $5",
     {NULL}},
    {"nothing", "SELECT 1 FROM orders WHERE unknown = $1 AND lower(state) = $2", {NULL}},
};

static void
test_case(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data), n = g_strv_length((char **)cases[i].texts);
    g_autoptr(PgaQuerySet) set = represent(cases[i].recorded);
    const PgaQuery *query = g_ptr_array_index(set->queries, 0);
    const PgaQuerySample *generic = g_ptr_array_index(query->samples, 0);

    g_assert_cmpuint(set->queries->len, ==, 1);
    g_assert_true(generic->is_generic);
    g_assert_false(generic->is_guess);
    for (guint j = 1; j < query->samples->len; j++) {
        const PgaQuerySample *sample = g_ptr_array_index(query->samples, j);

        g_assert_cmpstr(sample->text, ==, cases[i].texts[j - 1]);
        g_assert_true(sample->is_guess);
        g_assert_cmpint(sample->is_generic, ==, strchr(sample->text, '$') != NULL);
        g_assert_cmpfloat_with_epsilon(sample->share, 1.0 / (n + 1), 1e-9);
    }
    g_assert_cmpuint(query->samples->len, ==, n + 1);
}

/* A LIMIT that nobody knows is not taken for a tenth of the rows, whatever else is unknown. */
static void
test_limit(void)
{
    g_autoptr(PgaQuerySet) set =
        represent("SELECT 1 FROM orders WHERE unknown = $1 ORDER BY id LIMIT $2 OFFSET $3");
    const PgaQuery *query = g_ptr_array_index(set->queries, 0);
    const PgaQuerySample *generic = g_ptr_array_index(query->samples, 0);

    g_assert_cmpuint(query->samples->len, ==, 1);
    g_assert_cmpstr(generic->text, ==,
                    "SELECT 1 FROM orders WHERE unknown = $1 ORDER BY id LIMIT 10 OFFSET 0");
    g_assert_true(generic->is_generic);
}

static void
test_note(void)
{
    g_autoptr(PgaQuerySet) limited = represent("SELECT 1 FROM orders LIMIT $1");
    g_autoptr(PgaQuerySet) other = represent("SELECT 1 FROM orders WHERE id = $1");

    g_assert_cmpuint(limited->notes->len, ==, 1);
    g_assert_cmpuint(other->notes->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/parse/represent/%s", cases[i].name);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_case);
    }
    g_test_add_func("/parse/represent/limit-of-the-generic-text", test_limit);
    g_test_add_func("/parse/represent/what-is-assumed-is-said", test_note);
    return g_test_run();
}
