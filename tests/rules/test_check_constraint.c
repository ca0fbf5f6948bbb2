/* check-constraint-missing. */
#include "model.h"

/* Twenty values of a column of a table with 5000 rows. */
typedef struct {
    const char *name, *attname, *type;
    const char *pattern; /* NULL: a DDL file, no values */
    Outcome want;
} QuantityCase;

static const QuantityCase quantities[] = {
    {"quantity", "quantity", "integer", "1#", FIRES},
    {"unit-price", "unit_price", "numeric", "1.#", FIRES},
    {"in-camel-case", "unitPrice", "double precision", "1.#", FIRES},
    {"amount", "amount", "bigint", "1#", FIRES},
    {"percent", "tax_percent", "smallint", "#", FIRES},
    {"negative-values", "quantity", "integer", "-1#", SILENT},
    {"not-a-number", "quantity", "numeric", "NaN", SILENT},
    {"text", "quantity", "text", "1#", SILENT},
    {"balance", "balance_amount", "numeric", "1#", SILENT},
    {"delta", "stock_delta", "integer", "1#", SILENT},
    {"change", "price_change", "numeric", "1#", SILENT},
    {"offset", "price_offset", "numeric", "1#", SILENT},
    {"discount", "discount_amount", "numeric", "1#", SILENT},
    {"growth", "growth_percent", "numeric", "1#", SILENT},
    {"temperature", "temperature", "numeric", "1#", SILENT},
    {"latitude", "latitude", "numeric", "1#", SILENT},
    {"key-of-another-table", "price_id", "integer", "1#", SILENT},
    {"kind-of-stock", "stock_type", "integer", "1#", SILENT},
    {"priceless", "priceless", "integer", "1#", SILENT},
    {"ddl-price", "price", "numeric", NULL, FIRES},
    {"ddl-amount-may-be-negative", "amount", "numeric", NULL, SILENT},
    {"ddl-percent-may-be-negative", "percent", "numeric", NULL, SILENT},
};

static void
test_quantity(gconstpointer data)
{
    const QuantityCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaAttribute *attribute = model_column(model_table(model, "orders", 5000), c->attname, c->type);

    if (c->pattern)
        model_numbered_values(attribute, c->pattern, 20);
    else
        model_make_ddl(model);
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, c->want);
    if (c->want == FIRES)
        g_assert_cmpint(model_finding(model)->confidence, ==,
                        c->pattern ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE);
}

/** What there is about the column already. */
static const struct {
    const char *name;
    Outcome want;
} circumstances[] = {
    {"has-a-check", SILENT},     {"has-a-check-with-another", SILENT},
    {"check-on-another", FIRES}, {"primary-key", SILENT},
    {"foreign-key", SILENT},     {"referenced", SILENT},
    {"generated", SILENT},       {"partition", SILENT},
    {"extension", SILENT},       {"too-few-values", SILENT},
    {"nothing-else", FIRES},
};

static void
arrange_keys(Model *model, PgaRelation *orders, const char *what)
{
    PgaRelation *other = model_table(model, "other", 10);

    model_column(other, "ref", "integer");
    if (g_str_equal(what, "has-a-check"))
        model_check(model, orders, "price");
    else if (g_str_equal(what, "has-a-check-with-another"))
        model_check(model, orders, "n price");
    else if (g_str_equal(what, "check-on-another"))
        model_check(model, orders, "n");
    else if (g_str_equal(what, "primary-key"))
        model_primary_key(model, orders, "price");
    else if (g_str_equal(what, "foreign-key"))
        model_foreign_key(model, orders, "price", other, "ref");
    else if (g_str_equal(what, "referenced"))
        model_foreign_key(model, other, "ref", orders, "price");
}

static void
test_circumstance(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    const char *what = circumstances[i].name;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaAttribute *price = model_column(orders, "price", "integer");

    model_column(orders, "n", "integer");
    model_numbered_values(price, "1#", g_str_equal(what, "too-few-values") ? 19 : 20);
    price->attgenerated = g_str_equal(what, "generated") ? 's' : 0;
    orders->relispartition = g_str_equal(what, "partition");
    orders->extension = g_str_equal(what, "extension") ? g_strdup("postgis") : NULL;
    arrange_keys(model, orders, what);
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, circumstances[i].want);
}

static void
test_quantity_finding(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "Order's", 5000);
    const PgaFinding *finding;

    model_numbered_values(model_column(orders, "unit price", "numeric(10,2)"), "1.#", 20);
    model_column(orders, "n", "integer");
    model_check(model, orders, "n")->conname[0] = 'O';
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpstr(finding->object, ==, "public.\"Order's\".\"unit price\"");
    g_assert_cmpstr(finding->evidence, ==,
                    "The column is numeric(10,2) without a CHECK constraint; all 20 values that "
                    "ANALYZE sampled (pg_stats) are 0 or more.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.\"Order's\" ADD CONSTRAINT \"Order's_unit price_check\" "
                    "CHECK (\"unit price\" >= 0) NOT VALID;");
    g_assert_cmpstr(fix_at(finding, 1), ==,
                    "ALTER TABLE public.\"Order's\" VALIDATE CONSTRAINT \"Order's_unit "
                    "price_check\";");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.\"Order's\" DROP CONSTRAINT \"Order's_unit price_check\";");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
    g_assert_cmpstr(finding->fix.duration, ==, "scan");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

/* A name that the table has already, made for another column. */
static void
test_name_taken(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaConstraint *taken;

    model_numbered_values(model_column(orders, "price", "integer"), "1#", 20);
    model_column(orders, "n", "integer");
    taken = model_check(model, orders, "n");
    g_free(taken->conname);
    taken->conname = g_strdup("orders_price_check");
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, FIRES);
    assert_contains(fix_at(model_finding(model), 0), " ADD CONSTRAINT orders_price_check1 CHECK ");
}

/* Values with their shares of the rows, as ANALYZE leaves them when there are no others. */
static PgaAttributeStats *
add_states(PgaAttribute *attribute, const char *values, double share)
{
    PgaAttributeStats *stats = pga_attribute_add_stats(attribute);
    g_auto(GStrv) parts = g_strsplit(values, "|", -1);
    const guint n = g_strv_length(parts);
    const double each = share / n;

    stats->mcv = g_ptr_array_new_with_free_func(g_free);
    stats->mcv_freqs = g_array_new(FALSE, FALSE, sizeof(double));
    stats->n_distinct = n;
    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(stats->mcv, g_strdup(parts[i]));
        g_array_append_val(stats->mcv_freqs, each);
    }
    return stats;
}

#define LONG_VALUE "0123456789012345678901234567890123456789012345678901234567890123"

typedef struct {
    const char *name, *attname, *values;
    double share, rows;
    Outcome want;
} StateCase;

static const StateCase states[] = {
    {"status", "status", "paid|new", 1, 5000, FIRES},
    {"in-a-longer-name", "order_status", "paid|new", 1, 5000, FIRES},
    {"state", "state", "paid|new", 1, 5000, FIRES},
    {"other-text", "colour", "red|green", 1, 5000, SILENT},
    {"ten-values", "kind", "a|b|c|d|e|f|g|h|i|j", 1, 5000, FIRES},
    {"eleven-values", "kind", "a|b|c|d|e|f|g|h|i|j|k", 1, 5000, SILENT},
    {"one-value", "kind", "a", 1, 5000, SILENT},
    {"too-few-rows", "status", "paid|new", 1, 999, SILENT},
    {"others-exist", "status", "paid|new", 0.998, 5000, SILENT},
    {"long-values-are-cut", "status", "new|" LONG_VALUE, 1, 5000, SILENT},
};

static void
test_state(gconstpointer data)
{
    const StateCase *c = data;
    g_autoptr(Model) model = model_new();

    add_states(model_column(model_table(model, "orders", c->rows), c->attname, "text"), c->values,
               c->share);
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, c->want);
    if (c->want == FIRES)
        g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
}

/** Statistics that do not show every value. */
static const struct {
    const char *name;
    Outcome want;
} sights[] = {
    {"with-a-histogram", SILENT},    {"with-an-empty-histogram", FIRES}, {"more-distinct", SILENT},
    {"without-frequencies", SILENT}, {"fewer-frequencies", SILENT},      {"half-null", FIRES},
    {"of-a-foreign-key", SILENT},
};

static void
test_sight(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    const char *what = sights[i].name;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaRelation *states_table = model_table(model, "states", 5);
    PgaAttributeStats *stats = add_states(model_column(orders, "status", "text"), "paid|new",
                                          g_str_equal(what, "half-null") ? 0.5 : 1);

    model_column(states_table, "name", "text");
    if (g_str_has_suffix(what, "histogram"))
        stats->histogram = g_ptr_array_new_with_free_func(g_free);
    if (g_str_equal(what, "with-a-histogram"))
        g_ptr_array_add(stats->histogram, g_strdup("old"));
    if (g_str_equal(what, "without-frequencies"))
        g_clear_pointer(&stats->mcv_freqs, g_array_unref);
    if (g_str_equal(what, "fewer-frequencies"))
        g_array_set_size(stats->mcv_freqs, 1);
    if (g_str_equal(what, "of-a-foreign-key"))
        model_foreign_key(model, orders, "status", states_table, "name");
    stats->n_distinct = g_str_equal(what, "more-distinct") ? 3 : 2;
    stats->null_frac = g_str_equal(what, "half-null") ? 0.5 : 0;
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, sights[i].want);
}

/* The values are sorted for the fix; the statistics keep theirs, in their order. */
static void
test_state_finding(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaAttributeStats *stats =
        add_states(model_column(orders, "Status", "text"), "paid|it's|new|a\\b", 1);

    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "The column is text without a CHECK constraint, and pg_stats knows just 4 "
                    "values in 5,000 rows (pg_class.reltuples).");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ADD CONSTRAINT \"orders_Status_check\" CHECK "
                    "(\"Status\" IN (E'a\\\\b', 'it''s', 'new', 'paid')) NOT VALID;");
    g_assert_cmpstr(g_ptr_array_index(stats->mcv, 0), ==, "paid");
    g_assert_cmpstr(g_ptr_array_index(stats->mcv, 3), ==, "a\\b");
}

/* In an address it is where somebody lives. */
static void
test_state_of_an_address(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *people = model_table(model, "people", 5000);

    add_states(model_column(people, "state", "text"), "CA|NY", 1);
    model_column(people, "city", "text");
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, SILENT);
}

static void
test_without_values(void)
{
    g_autoptr(Model) model = model_new();
    const PgaNotChecked *entry;

    pga_attribute_add_stats(
        model_column(model_table(model, "orders", 5000), "status", "text")); /* --no-values */
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(model->not_checked, 0);
    assert_contains(entry->why, "no sampled values");
}

static void
test_without_need_of_values(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);

    model_column(orders, "note", "text");
    model_column(orders, "balance", "numeric");
    model_column(model_table(model, "empty", 0), "price", "numeric");
    g_assert_cmpint(model_run(model, "check-constraint-missing"), ==, SILENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(quantities); i++) {
        g_autofree char *path =
            g_strconcat("/rules/check-constraint-missing/", quantities[i].name, NULL);

        g_test_add_data_func(path, &quantities[i], test_quantity);
    }
    for (guint i = 0; i < G_N_ELEMENTS(circumstances); i++) {
        g_autofree char *path =
            g_strconcat("/rules/check-constraint-missing/price-", circumstances[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_circumstance);
    }
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *path =
            g_strconcat("/rules/check-constraint-missing/states-", states[i].name, NULL);

        g_test_add_data_func(path, &states[i], test_state);
    }
    for (guint i = 0; i < G_N_ELEMENTS(sights); i++) {
        g_autofree char *path =
            g_strconcat("/rules/check-constraint-missing/status-", sights[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_sight);
    }
    g_test_add_func("/rules/check-constraint-missing/fix-and-undo", test_quantity_finding);
    g_test_add_func("/rules/check-constraint-missing/name-taken", test_name_taken);
    g_test_add_func("/rules/check-constraint-missing/statistics-keep-their-values",
                    test_state_finding);
    g_test_add_func("/rules/check-constraint-missing/state-of-an-address",
                    test_state_of_an_address);
    g_test_add_func("/rules/check-constraint-missing/no-values-is-not-evaluated",
                    test_without_values);
    g_test_add_func("/rules/check-constraint-missing/no-such-column-needs-no-values",
                    test_without_need_of_values);
    return g_test_run();
}
