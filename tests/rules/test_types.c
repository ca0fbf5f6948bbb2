/* type-text-overuse: values, names, and where text is meant. */
#include "model.h"

#define UUID "6f9619ff-8b86-d011-b42d-00c04fc9#64"

/* Twenty values and more of one shape, or what is to be taken for text all the same. */
typedef struct {
    const char *name, *attname, *pattern;
    guint n;
    const char *type; /* NULL: silent */
} ValuesCase;

static const ValuesCase values[] = {
    {"dates", "born", "2024-01-#", 20, "date"},
    {"no-such-date", "born", "2024-13-#", 20, NULL},
    {"date-and-more", "born", "2024-01-#x", 20, NULL},
    {"timestamps", "seen", "2024-01-02 03:04:#", 20, "timestamptz"},
    {"timestamps-to-the-minute", "seen", "2024-01-02T03:#", 20, "timestamptz"},
    {"timestamps-in-zulu", "seen", "2024-01-02T03:04:05.#Z", 20, "timestamptz"},
    {"timestamps-with-an-offset", "seen", "2024-01-02 03:04:#+02", 20, "timestamptz"},
    {"timestamps-with-a-long-offset", "seen", "2024-01-02 03:04:#-05:30", 20, "timestamptz"},
    {"timestamps-with-four-digits-of-offset", "seen", "2024-01-02 03:04:#+0200", 20, "timestamptz"},
    {"timestamps-with-a-zone-name", "seen", "2024-01-02 03:04:# CET", 20, NULL},
    {"timestamps-with-half-an-offset", "seen", "2024-01-02 03:04:#+2", 20, NULL},
    {"no-such-hour", "seen", "2024-01-02 33:04:#", 20, NULL},
    {"no-such-minute", "seen", "2024-01-02 03:#:00", 60, NULL},
    {"no-such-second", "seen", "2024-01-02 03:04:#", 60, NULL},
    {"a-dash-instead-of-a-time", "seen", "2024-01-02 -#", 20, NULL},
    {"integers", "rank", "1#", 20, "integer"},
    {"negative-integers", "rank", "-1#", 20, "integer"},
    {"bigints", "rank", "12345678#", 20, "bigint"},
    {"too-many-digits", "rank", "12345678901234567#", 20, NULL},
    {"numerics", "total", "1.#", 20, "numeric"},
    {"versions", "app",
     "1.0|1.1|1.2|1.3|1.4|1.5|1.6|1.7|1.8|1.9|1.10|1.11|1.12|1.13|1.14|1.15|1.16|"
     "1.17|1.18|1.19",
     1, NULL},
    {"numerics-and-whole-ones", "total", "-0.50|0.00|3|1.#", 20, "numeric"},
    {"equal-numbers-written-apart", "app", "1.10|2.00|2|1.#", 20, NULL},
    {"zeros-written-apart", "rank", "0|-0|1#", 20, NULL},
    {"leading-zeros", "rank", "0#", 20, NULL},
    {"minus-alone", "rank", "-", 20, NULL},
    {"point-without-digits", "total", "#.", 20, NULL},
    {"addresses", "client", "10.0.0.#", 20, "inet"},
    {"addresses-of-six", "client", "2001:db8::#", 20, "inet"},
    {"objects", "payload", "{\"a\": #}", 20, "jsonb"},
    {"objects-with-blanks", "payload", "{ \"a\\\"b\" : #}", 20, "jsonb"},
    {"empty-objects", "payload", "{}", 20, "jsonb"},
    {"empty-arrays", "payload", "[]", 20, "jsonb"},
    {"arrays", "payload", "[\"#\"]", 20, "jsonb"},
    {"arrays-of-objects", "payload", "[ {\"a\": #}]", 20, "jsonb"},
    {"arrays-of-numbers-may-be-anything", "payload", "[#]", 20, NULL},
    {"arrays-of-postgresql", "payload", "{\"a\",\"#\"}", 20, NULL},
    {"array-of-one-of-postgresql", "payload", "{\"#\"}", 20, NULL},
    {"objects-of-python", "payload", "{'a': #}", 20, NULL},
    {"objects-without-their-end", "payload", "{\"a\": #", 20, NULL},
    {"object-with-a-key-without-its-end", "payload", "{\"a#", 20, NULL},
    {"objects-cut-in-the-value", "payload",
     "{\"a\": \"0123456789012345678901234567890123456789012345678901234#", 20, "jsonb"},
    {"objects-cut-in-the-key", "payload",
     "{\"#0123456789012345678901234567890123456789012345678901234567890", 20, "jsonb"},
    {"objects-cut-behind-the-key", "payload",
     "{\"#0123456789012345678901234567890123456789012345678901234567\\\"\"", 20, "jsonb"},
    {"arrays-cut", "payload", "[\"#012345678901234567890123456789012345678901234567890123456789",
     20, "jsonb"},
    {"words", "note", "a#", 20, NULL},
    {"uuids-are-another-rules", "note", UUID, 20, NULL},
    {"too-few", "born", "2024-01-#", 19, NULL},
    {"phone", "phone", "491#", 20, NULL},
    {"phone-in-one-word", "homephone", "491#", 20, NULL},
    {"phone-in-camel-case", "phoneNumber", "491#", 20, NULL},
    {"postal-code", "zip", "501#", 20, NULL},
    {"code", "country_code", "2#", 20, NULL},
    {"version", "app_version", "1.#", 20, NULL},
    {"year", "year", "19#", 20, NULL},
    {"external-id", "external_id", "77#", 20, NULL},
    {"date-in-a-code", "code_date", "2024-01-#", 20, "date"},
};

static void
test_values(gconstpointer data)
{
    const ValuesCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    const Outcome want = c->type ? FIRES : SILENT;

    model_numbered_values(model_column(orders, c->attname, "text"), c->pattern, c->n);
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, want);
    if (want == FIRES) {
        g_autofree char *part = g_strdup_printf(" TYPE %s USING ", c->type);

        assert_contains(fix_at(model_finding(model), 0), part);
        g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_LIKELY);
    }
}

/* Two values, as ANALYZE stores them when there are no others. */
typedef struct {
    const char *name, *first, *second;
    double n_distinct, rows, null_frac;
    Outcome want;
} BooleanCase;

static const BooleanCase booleans[] = {
    {"true-false", "true", "false", 2, 5000, 0, FIRES},
    {"false-true", "false", "true", 2, 5000, 0, FIRES},
    {"Y-N", "Y", "N", 2, 5000, 0, FIRES},
    {"no-yes", "no", "yes", 2, 20, 0, FIRES},
    {"a-third-value", "yes", "no", 3, 5000, 0, SILENT},
    {"too-few-rows", "yes", "no", 2, 19, 0, SILENT},
    {"too-few-rows-with-a-value", "yes", "no", 2, 5000, 0.999, SILENT},
    {"rows-unknown", "yes", "no", 2, -1, 0, SILENT},
    {"zero-and-one-may-be-codes", "0", "1", 2, 5000, 0, SILENT},
    {"of-two-pairs", "yes", "n", 2, 5000, 0, SILENT},
    {"spelled-twice", "true", "TRUE", 2, 5000, 0, SILENT},
    {"genders", "m", "f", 2, 5000, 0, SILENT},
};

static PgaAttributeStats *
add_two_values(PgaAttribute *attribute, const BooleanCase *c)
{
    PgaAttributeStats *stats = pga_attribute_add_stats(attribute);

    stats->mcv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(stats->mcv, g_strdup(c->first));
    g_ptr_array_add(stats->mcv, g_strdup(c->second));
    stats->n_distinct = c->n_distinct;
    stats->null_frac = c->null_frac;
    stats->avg_width = 4;
    return stats;
}

static void
test_boolean(gconstpointer data)
{
    const BooleanCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", c->rows);

    add_two_values(model_column(orders, "paid", "text"), c);
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, c->want);
}

static void
test_boolean_way_back(void)
{
    static const BooleanCase no_first = {"", "N", "Y", 2, 5000, 0, FIRES};
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaAttribute *paid = model_column(orders, "Paid", "character varying(1)");

    add_two_values(paid, &no_first);
    paid->default_expr = g_strdup("'N'::character varying");
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN \"Paid\" DROP DEFAULT, ALTER COLUMN "
                    "\"Paid\" TYPE boolean USING \"Paid\"::boolean, ALTER COLUMN \"Paid\" SET "
                    "DEFAULT ('N'::character varying)::boolean;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN \"Paid\" DROP DEFAULT, ALTER COLUMN "
                    "\"Paid\" TYPE character varying(1) USING (CASE \"Paid\" WHEN true THEN 'Y' "
                    "WHEN false THEN 'N' END)::character varying(1), ALTER COLUMN \"Paid\" SET "
                    "DEFAULT ('N'::character varying);");
    g_assert_cmpfloat(model_finding(model)->gain->before, ==, 20000);
    g_assert_cmpfloat(model_finding(model)->gain->after, ==, 5000);
}

static void
test_text_finding(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaAttribute *client = model_column(orders, "client", "text");
    const PgaFinding *finding;

    client->collation = g_strdup("\"C\"");
    model_numbered_values(client, "10.0.0.#", 20);
    orders->table_bytes = 5000000;
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpstr(finding->evidence, ==,
                    "The column is text; all 20 values that ANALYZE sampled (pg_stats) are valid "
                    "inet.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN client TYPE inet USING client::inet;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN client TYPE text COLLATE \"C\" USING "
                    "pg_catalog.host(client)::text;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
    g_assert_cmpstr(finding->fix.duration, ==, "rewrite");
    assert_contains(finding->fix.note, "The table (5 MB) and its indexes are rewritten");
    g_assert_null(finding->gain);
}

static void
test_text_notes(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);

    model_numbered_values(model_column(orders, "seen", "text"), "2024-01-02 03:04:#", 20);
    model_numbered_values(model_column(orders, "body", "text"), "{\"a\": #}", 20);
    model_run(model, "type-text-overuse");
    g_assert_cmpuint(model->findings->len, ==, 2);
    assert_contains(model_finding_at(model, 0)->fix.note, "read in the session's TimeZone");
    assert_contains(model_finding_at(model, 1)->fix.note, "jsonb drops blanks");
}

/** Where a text column of numbers, or one of dates, is not meant to change. */
static const struct {
    const char *name, *key;
    Outcome numbers, dates;
} uses[] = {
    {"primary-key", "p", SILENT, FIRES},        {"unique-constraint", "u", SILENT, FIRES},
    {"foreign-key", "f", SILENT, FIRES},        {"referenced", "r", SILENT, FIRES},
    {"searched-by-gin", "gin", SILENT, SILENT}, {"searched-by-gist", "gist", SILENT, SILENT},
    {"ordinary-index", "btree", FIRES, FIRES},  {"generated", "generated", SILENT, SILENT},
};

static void
use_column(Model *model, PgaRelation *relation, PgaAttribute *attribute, const char *use)
{
    PgaRelation *other = model_table(model, "other", 10);

    model_column(other, "ref", "text");
    if (g_str_equal(use, "p")) {
        model_primary_key(model, relation, attribute->attname);
    } else if (g_str_equal(use, "f")) {
        model_foreign_key(model, relation, attribute->attname, other, "ref");
    } else if (g_str_equal(use, "r")) {
        model_foreign_key(model, other, "ref", relation, attribute->attname);
    } else if (g_str_equal(use, "u")) {
        model_check(model, relation, attribute->attname)->contype = 'u';
    } else if (g_str_equal(use, "generated")) {
        attribute->attgenerated = 's';
    } else {
        PgaIndex *index = model_index(model, relation, "by", attribute->attname);

        g_free(index->amname);
        index->amname = g_strdup(use);
    }
}

static void
test_use(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data) / 2;
    const gboolean dates = GPOINTER_TO_UINT(data) % 2;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);
    PgaAttribute *attribute = model_column(orders, "a", "text");

    model_numbered_values(model_column(orders, "other", "text"), "word #", 20);
    model_index(model, orders, "other_idx", "other");
    model_numbered_values(attribute, dates ? "2024-01-#" : "1#", 20);
    use_column(model, orders, attribute, uses[i].key);
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==,
                    dates ? uses[i].dates : uses[i].numbers);
}

/* By the name alone, in a DDL file. */
static const struct {
    const char *attname, *type, *want;
} names[] = {
    {"created_at", "text", "timestamptz"},
    {"birth_date", "character varying(10)", "date"},
    {"is_open", "character(1)", "boolean"},
    {"meta_json", "text", "jsonb"},
    {"total_amount", "text", "numeric"},
    {"client_ip", "text", "inet"},
    {"ip", "text", "inet"},
    {"ip_address", "text", "inet"},
    {"client_ip_address", "text", "inet"},
    {"ship_address", "text", NULL},
    {"zip_address", "text", NULL},
    {"candidate", "text", NULL},
    {"flat", "text", NULL},
    {"note", "text", NULL},
    {"created_at", "date", NULL},
};

static void
test_name(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", -1);

    model_make_ddl(model);
    model_column(orders, names[i].attname, names[i].type);
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, names[i].want ? FIRES : SILENT);
    if (!names[i].want)
        return;
    assert_contains(model_finding(model)->evidence, "and its name suggests ");
    assert_contains(model_finding(model)->evidence, names[i].want);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    assert_contains(model_finding(model)->fix.note, "The table and its indexes are rewritten");
}

static void
test_text_without_values(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5000);

    pga_attribute_add_stats(model_column(orders, "created_at", "text")); /* --no-values */
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, NOT_EVALUATED);
}

static void
test_text_of_empty_tables(void)
{
    g_autoptr(Model) model = model_new();

    model_column(model_table(model, "orders", 0), "note", "text");
    g_assert_cmpint(model_run(model, "type-text-overuse"), ==, SILENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *path = g_strconcat("/rules/type-text-overuse/", values[i].name, NULL);

        g_test_add_data_func(path, &values[i], test_values);
    }
    for (guint i = 0; i < G_N_ELEMENTS(booleans); i++) {
        g_autofree char *path =
            g_strconcat("/rules/type-text-overuse/boolean-", booleans[i].name, NULL);

        g_test_add_data_func(path, &booleans[i], test_boolean);
    }
    for (guint i = 0; i < 2 * G_N_ELEMENTS(uses); i++) {
        g_autofree char *path = g_strdup_printf("/rules/type-text-overuse/%s-of-%s",
                                                uses[i / 2].name, i % 2 ? "dates" : "numbers");

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_use);
    }
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("/rules/type-text-overuse/named-%s-as-%s",
                                                names[i].attname, names[i].type);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_name);
    }
    g_test_add_func("/rules/type-text-overuse/boolean-finds-its-way-back", test_boolean_way_back);
    g_test_add_func("/rules/type-text-overuse/fix-and-undo", test_text_finding);
    g_test_add_func("/rules/type-text-overuse/notes-by-type", test_text_notes);
    g_test_add_func("/rules/type-text-overuse/no-values-is-not-evaluated",
                    test_text_without_values);
    g_test_add_func("/rules/type-text-overuse/empty-tables-need-no-values",
                    test_text_of_empty_tables);
    return g_test_run();
}
