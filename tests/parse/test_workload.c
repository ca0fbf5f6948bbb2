/* What is read out of statements as pg_stat_statements writes them. */
#include <parse/workload.h>
#include <string.h>

static PgaCatalog *
shop(void)
{
    static const struct {
        const char *nspname, *relname, *columns;
    } tables[] = {
        {"public", "orders", "id customer_id created_at state Total"},
        {"public", "customers", "id name email"},
        {"audit", "events", "id at payload"},
        {"a", "twice", "x"},
        {"b", "twice", "x"},
        {"clerk", "notes", "note"},
    };
    PgaCatalog *catalog = pga_catalog_new();

    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        PgaRelation *relation =
            pga_catalog_add_relation(catalog, 100 + i, tables[i].nspname, tables[i].relname);
        g_auto(GStrv) names = g_strsplit(tables[i].columns, " ", -1);

        relation->relkind = 'r';
        for (guint j = 0; names[j]; j++) {
            PgaAttribute *attribute =
                pga_relation_add_attribute(relation, (gint16)(j + 1), names[j]);

            attribute->typname = g_strdup(g_str_equal(names[j], "name") ? "varchar" : "int4");
        }
    }
    pga_catalog_finish(catalog);
    return catalog;
}

static PgaWorkloadStatement *
add(PgaWorkload *workload, const char *query)
{
    PgaWorkloadStatement *statement =
        pga_record_add(workload->statements, &pga_workload_statement_type);

    statement->query = g_strdup(query);
    statement->usename = g_strdup("clerk");
    return statement;
}

static void
write_column(const PgaCatalog *catalog, PgaOid oid, gint16 attnum, GString *text)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, oid);
    const PgaAttribute *attribute = pga_relation_attribute(relation, attnum);

    g_string_append_printf(text, "%s.%s", relation->relname, attribute ? attribute->attname : "?");
}

static void
write_relations(const PgaCatalog *catalog, const char *label, const GArray *oids, GString *text)
{
    for (guint i = 0; oids && i < oids->len; i++)
        g_string_append_printf(
            text, "%s%s", i ? "," : label,
            pga_catalog_relation(catalog, g_array_index(oids, PgaOid, i))->relname);
}

static void
write_predicate(const PgaCatalog *catalog, const PgaPredicate *predicate, GString *text)
{
    if (predicate->expression)
        g_string_append_printf(text, "[%s] ", predicate->expression);
    else
        write_column(catalog, predicate->relation, predicate->attnum, text);
    g_string_append_printf(text, "%s%s", predicate->expression ? "" : " ", predicate->operator_);
    if (predicate->with_relation) {
        g_string_append(text, " ");
        write_column(catalog, predicate->with_relation, predicate->with_attnum, text);
    }
    if (predicate->constant)
        g_string_append_printf(text, " '%s'", predicate->constant);
    if (predicate->disjunct)
        g_string_append(text, " or");
}

/* (transfer full): "s limit of orders: orders.id =; orders.state IN" */
static char *
describe(const PgaCatalog *catalog, const PgaWorkloadStatement *statement)
{
    GString *text = g_string_new(NULL);

    if (!statement->parsed)
        return g_string_free(g_string_append(text, "unparsed"), FALSE);
    g_string_append_c(text, statement->command);
    g_string_append(text, statement->has_aggregate ? " aggregate" : "");
    g_string_append(text, statement->has_order ? " order" : "");
    g_string_append(text, statement->has_limit ? " limit" : "");
    write_relations(catalog, " star ", statement->star_relations, text);
    write_relations(catalog, " of ", statement->relations, text);
    for (guint i = 0; i < statement->predicates->len; i++) {
        g_string_append(text, i ? "; " : ": ");
        write_predicate(catalog, g_ptr_array_index(statement->predicates, i), text);
    }
    return g_string_free(text, FALSE);
}

static const struct {
    const char *query, *expected;
} cases[] = {
    {"SELECT * FROM orders WHERE customer_id = $1 LIMIT $2",
     "s limit star orders of orders: orders.customer_id ="},
    {"SELECT o.*, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id",
     "s order star orders of orders,customers: customers.id = orders.customer_id; "
     "orders.customer_id = customers.id"},
    {"SELECT count(*) FROM public.orders WHERE created_at > now() - interval $1",
     "s aggregate of orders: orders.created_at >"},
    {"SELECT state FROM orders GROUP BY state", "s aggregate of orders"},
    {"SELECT count(*) OVER () FROM orders", "s of orders"},
    {"SELECT id FROM orders WHERE $1 < created_at AND state IN ($2 /*, ... */)",
     "s of orders: orders.created_at >; orders.state IN"},
    {"SELECT id FROM orders WHERE state = ANY($1) AND customer_id IS NULL",
     "s of orders: orders.state = ANY; orders.customer_id IS NULL"},
    {"SELECT 1 FROM customers WHERE name LIKE $1 OR NOT email ILIKE $2",
     "s of customers: customers.name LIKE or; customers.email ILIKE or"},
    {"SELECT 1 FROM customers WHERE name LIKE 'x%'", "s of customers: customers.name LIKE 'x%'"},
    {"SELECT 1 FROM customers WHERE upper(name::text) LIKE upper($1)",
     "s of customers: [upper((name)::text)] LIKE"},
    {"SELECT 1 FROM customers WHERE name::text = $1", "s of customers: customers.name ="},
    {"SELECT 1 FROM customers WHERE id::text = $1", "s of customers: [(id)::text] ="},
    {"SELECT 1 FROM audit.events WHERE payload ->> $1 = $2 AND at BETWEEN $3 AND $4",
     "s of events: [(payload ->> $1)] =; events.at BETWEEN"},
    {"SELECT 1 FROM events e WHERE e.at < date $1", "s of events: events.at <"},
    {"SELECT 1 FROM twice WHERE x = $1", "s"},
    {"SELECT 1 FROM b.twice WHERE x = $1", "s of twice: twice.x ="},
    {"SELECT note FROM notes WHERE note = 7", "s of notes: notes.note = '7'"},
    {"SELECT \"Total\" FROM orders WHERE \"Total\" >= $1", "s of orders: orders.Total >="},
    {"UPDATE orders SET state = $1 WHERE id = $2", "u of orders: orders.id ="},
    {"DELETE FROM orders USING customers c WHERE customer_id = c.id AND c.email = $1",
     "d of orders,customers: orders.customer_id = customers.id; customers.id = "
     "orders.customer_id; customers.email ="},
    {"INSERT INTO orders (id) SELECT id FROM customers WHERE name = $1 RETURNING *",
     "i of customers,orders: customers.name ="},
    {"MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED THEN DELETE",
     "m of orders,customers: orders.customer_id = customers.id; customers.id = "
     "orders.customer_id"},
    {"WITH orders AS (SELECT * FROM customers WHERE id = $1) SELECT * FROM orders WHERE id = $2",
     "s of customers: customers.id ="},
    {"SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id)",
     "s of orders,customers: customers.id = orders.customer_id; orders.customer_id = "
     "customers.id"},
    {"SELECT 1 FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE name = $1)",
     "s of orders,customers: orders.customer_id IN; customers.name ="},
    {"SELECT (SELECT name FROM customers WHERE id = customer_id) FROM orders",
     "s of orders,customers: customers.id = orders.customer_id; orders.customer_id = "
     "customers.id"},
    {"SELECT * FROM (SELECT * FROM orders) q WHERE state = $1", "s of orders"},
    {"SELECT q.id FROM view_of_orders q, orders o WHERE q.id = $1 AND state = $2",
     "s of orders: orders.state ="},
    {"SELECT * FROM orders UNION ALL SELECT * FROM orders LIMIT $1", "s limit of orders"},
    {"SELECT 1 FROM orders LEFT JOIN customers USING (id) WHERE state IS NOT NULL AND \"Total\"",
     "s of orders,customers: orders.state IS NOT NULL; orders.Total IS"},
    {"SELECT 1 FROM orders WHERE (id = $1) IS NOT TRUE", "s of orders: [(id = $1)] IS"},
    {"SELECT 1 FROM orders TABLESAMPLE system ($1) WHERE id <> ALL ($2)",
     "s of orders: orders.id <> ALL"},
    {"SELECT 1 FROM generate_series($1, $2) g, LATERAL (SELECT 1 FROM orders WHERE id = g) l",
     "s of orders: orders.id ="},
    {"COPY (SELECT * FROM orders WHERE id = 1) TO STDOUT", "x of orders: orders.id = '1'"},
    {"CREATE TABLE copy AS SELECT * FROM orders", "x of orders"},
    {"TRUNCATE orders", "x"},
    {"SELECT 1; SELECT 2", "unparsed"},
    {"SELECT FROM WHERE", "unparsed"},
    {"", "unparsed"},
};

static void
test_statements(void)
{
    g_autoptr(PgaCatalog) catalog = shop();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaWorkload) workload = pga_workload_new();
        PgaWorkloadStatement *statement = add(workload, cases[i].query);
        g_autofree char *got = NULL;

        g_assert_true(pga_workload_analyse(catalog, workload, NULL));
        got = describe(catalog, statement);
        if (strcmp(got, cases[i].expected) != 0)
            g_test_message("%s", cases[i].query);
        g_assert_cmpstr(got, ==, cases[i].expected);
        g_assert_cmpuint(workload->n_unparsed, ==, !statement->parsed);
        g_assert_cmpuint(strlen(statement->fingerprint), ==, 16);
    }
}

/* Nothing that a file says of a statement is believed. */
static void
test_forgets(void)
{
    g_autoptr(PgaCatalog) catalog = shop();
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    PgaWorkloadStatement *statement = add(workload, "SELECT FROM WHERE");

    statement->parsed = statement->selects_star = TRUE;
    statement->fingerprint = g_strdup("of somebody");
    statement->relations = g_array_new(FALSE, TRUE, sizeof(PgaOid));
    g_array_set_size(statement->relations, 3);
    pga_record_add(statement->predicates, &pga_predicate_type);
    g_assert_true(pga_workload_analyse(catalog, workload, NULL));
    g_assert_false(statement->parsed);
    g_assert_false(statement->selects_star);
    g_assert_cmpstr(statement->fingerprint, !=, "of somebody");
    g_assert_cmpuint(statement->relations->len, ==, 0);
    g_assert_cmpuint(statement->star_relations->len, ==, 0);
    g_assert_cmpuint(statement->predicates->len, ==, 0);
}

static void
count(PgaWorkloadStatement *statement, gint64 calls, double mean, double stddev)
{
    statement->calls = statement->rows = calls;
    statement->plans = calls;
    statement->mean_exec_time = statement->max_exec_time = mean;
    statement->total_exec_time = (double)calls * mean;
    statement->total_plan_time = (double)calls;
    statement->stddev_exec_time = stddev;
    statement->shared_blks_read = calls;
}

/* Lists of any length, and the same text of several roles, are one statement. */
static void
test_puts_together(void)
{
    g_autoptr(PgaCatalog) catalog = shop();
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    g_autoptr(GString) list = g_string_new("SELECT 1 FROM orders WHERE id IN ($1");
    PgaWorkloadStatement *last;
    const PgaWorkloadStatement *first;

    for (guint i = 2; i < 20000; i++)
        g_string_append_printf(list, ", $%u", i);
    count(add(workload, "SELECT 1"), 1, 30, 0);
    count(add(workload, "SELECT 1 FROM orders WHERE id IN ($1, $2)"), 10, 1, 0);
    last = add(workload, g_string_append(list, ")")->str);
    count(last, 30, 3, 0);
    last->shared_blks_read = G_MAXINT64;
    g_free(last->usename);
    last->usename = g_strdup("other");
    g_assert_true(pga_workload_analyse(catalog, workload, NULL));
    g_assert_cmpuint(workload->n_unparsed, ==, 0);
    g_assert_cmpuint(workload->statements->len, ==, 2);
    first = g_ptr_array_index(workload->statements, 0);
    g_assert_cmpint(first->calls, ==, 40);
    g_assert_cmpfloat(first->total_exec_time, ==, 100);
    g_assert_cmpfloat(first->mean_exec_time, ==, 2.5);
    g_assert_cmpfloat(first->max_exec_time, ==, 3);
    g_assert_cmpfloat_with_epsilon(first->stddev_exec_time, 0.866, 0.001);
    g_assert_cmpfloat(first->mean_plan_time, ==, 1);
    g_assert_cmpint(first->shared_blks_read, ==, G_MAXINT64);
    g_assert_null(first->usename);
}

static char *
nested(const char *before, const char *piece, guint n, const char *after)
{
    GString *text = g_string_new(before);

    for (guint i = 0; i < n; i++)
        g_string_append(text, piece);
    return g_string_free(g_string_append(text, after), FALSE);
}

/* As deep as a grammar goes, and deeper than anybody reads. */
static void
test_deep(void)
{
    static const struct {
        const char *before, *piece, *after;
    } forms[] = {
        {"SELECT 1", "+1", ""},
        {"SELECT ", "(", "1"},
        {"SELECT ", "- ", "1"},
        {"SELECT ", "NOT ", "1"},
        {"SELECT a", "::a", ""},
        {"SELECT 1", " UNION SELECT 1", ""},
        {"SELECT 1 FROM a", " NATURAL JOIN a", ""},
        {"SELECT ", "(SELECT ", "1"},
        {"SELECT a", " IS NULL", ""},
        {"SELECT 1 WHERE id", " AND (id = 1 OR id", ""},
        {"SELECT ", "f(", "1"},
        {"SELECT ", "\"", ""},
    };
    g_autoptr(PgaCatalog) catalog = shop();

    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        for (guint n = 100; n < 1000000; n *= 10) {
            g_autoptr(PgaWorkload) workload = pga_workload_new();
            g_autofree char *text = nested(forms[i].before, forms[i].piece, n, forms[i].after);

            add(workload, text);
            g_assert_true(pga_workload_analyse(catalog, workload, NULL));
        }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/workload/statements", test_statements);
    g_test_add_func("/parse/workload/forgets", test_forgets);
    g_test_add_func("/parse/workload/puts-together", test_puts_together);
    g_test_add_func("/parse/workload/deep", test_deep);
    return g_test_run();
}
