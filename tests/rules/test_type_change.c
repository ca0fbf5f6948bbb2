/* uuid-as-text, type-json-not-jsonb, type-timestamp-without-tz, and what stands in the way of a
 * column's new type. */
#include "column_internal.h"
#include "model.h"

#define UUIDS "6f9619ff-8b86-d011-b42d-00c04fc9a#6"

/* Of a server by the values, of a DDL file by the name. */
typedef struct {
    const char *name, *attname, *type;
    const char *pattern; /* NULL: DDL file */
    Outcome want;
} UuidCase;

static const UuidCase uuids[] = {
    {"text", "id", "text", UUIDS, FIRES},
    {"upper-case", "id", "text", "6F9619FF-8B86-D011-B42D-00C04FC9A#6", FIRES},
    {"char-36", "ref", "character(36)", UUIDS, FIRES},
    {"prefixed", "id", "text", "u_6f9619ff-8b86-d011-b42d-00c04fc9a#6", SILENT},
    {"of-36-other-characters", "id", "text", "xx9619ff-8b86-d011-b42d-00c04fc9a#6", SILENT},
    {"uuid-already", "id", "uuid", UUIDS, SILENT},
    {"ddl-named", "order_uuid", "text", NULL, FIRES},
    {"ddl-named-guid", "OrderGuid", "character varying(64)", NULL, FIRES},
    {"ddl-without-hyphens", "order_uuid", "character(32)", NULL, FIRES},
    {"ddl-too-short", "order_uuid", "character varying(20)", NULL, SILENT},
    {"ddl-char-of-one", "order_uuid", "character", NULL, SILENT},
    {"ddl-id-of-36", "order_id", "character varying(36)", NULL, FIRES},
    {"ddl-id-of-char-36", "order_id", "character(36)", NULL, FIRES},
    {"ddl-id-of-40", "order_id", "character varying(40)", NULL, SILENT},
    {"ddl-other-of-36", "title", "character varying(36)", NULL, SILENT},
};

static void
test_uuid(gconstpointer data)
{
    const UuidCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaAttribute *attribute = model_column(orders, c->attname, c->type);

    if (g_str_equal(c->type, "character")) {
        g_free(attribute->typname);
        g_free(attribute->typnspname);
        attribute->typname = g_strdup("bpchar");
        attribute->typnspname = g_strdup("pg_catalog");
    }
    if (c->pattern)
        model_numbered_values(attribute, c->pattern, 20)->avg_width = 37;
    else
        model_make_ddl(model);
    g_assert_cmpint(model_run(model, "uuid-as-text"), ==, c->want);
    if (c->want == FIRES)
        g_assert_cmpint(model_finding(model)->confidence, ==,
                        c->pattern ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE);
}

static void
test_uuid_near_misses(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaAttribute *generated = model_column(orders, "a", "text");

    generated->attgenerated = 's';
    model_numbered_values(generated, UUIDS, 20);
    model_numbered_values(model_column(orders, "too_wide", "text"), UUIDS, 20)->avg_width = 38;
    model_numbered_values(model_column(orders, "too_narrow", "text"), UUIDS, 20)->avg_width = 35;
    model_column(orders, "order_uuid", "text");
    g_assert_cmpint(model_run(model, "uuid-as-text"), ==, SILENT);
}

static void
test_uuid_finding(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "Order's", 1000);
    PgaAttribute *id = model_column(orders, "select", "character varying(36)");
    PgaAttributeStats *stats = model_numbered_values(id, UUIDS, 20);
    const PgaFinding *finding;

    stats->avg_width = 37;
    stats->null_frac = 0.5;
    id->default_expr = g_strdup("(gen_random_uuid())::text");
    g_assert_cmpint(model_run(model, "uuid-as-text"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.\"Order's\".\"select\"");
    g_assert_cmpstr(finding->evidence, ==,
                    "All 20 values that ANALYZE sampled are UUIDs, 37 bytes each on average "
                    "(pg_stats.avg_width); uuid takes 16.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.\"Order's\" ALTER COLUMN \"select\" DROP DEFAULT, ALTER "
                    "COLUMN \"select\" TYPE uuid USING \"select\"::uuid, ALTER COLUMN \"select\" "
                    "SET DEFAULT ((gen_random_uuid())::text)::uuid;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.\"Order's\" ALTER COLUMN \"select\" DROP DEFAULT, ALTER "
                    "COLUMN \"select\" TYPE character varying(36) USING \"select\"::character "
                    "varying(36), ALTER COLUMN \"select\" SET DEFAULT "
                    "((gen_random_uuid())::text);");
    g_assert_cmpfloat(finding->gain->before, ==, 500 * 37);
    g_assert_cmpfloat(finding->gain->after, ==, 500 * 16);
}

static void
test_uuid_without_rows(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", -1);

    model_numbered_values(model_column(orders, "id", "text"), UUIDS, 20)->avg_width = 37;
    g_assert_cmpint(model_run(model, "uuid-as-text"), ==, FIRES);
    g_assert_null(model_finding(model)->gain);
    g_assert_cmpfloat(model_finding(model)->weight, ==, 0);
}

static void
test_json(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaRelation *other = model_table(model, "other", 1000);
    PgaAttribute *body = model_column(orders, "body", "json");
    const PgaFinding *finding;

    body->default_expr = g_strdup("'{}'::json");
    model_check(model, orders, "body")->definition =
        g_strdup("CHECK (((body ->> 'a') IS NOT NULL))");
    model_column(orders, "generated", "json")->attgenerated = 's';
    model_column(orders, "fine", "jsonb");
    model_column(other, "body", "json");
    other->extension = g_strdup("postgis");
    g_assert_cmpint(model_run(model, "type-json-not-jsonb"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "The column is json (pg_attribute.atttypid) in a table of 1,000 rows "
                    "(pg_class.reltuples).");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN body TYPE jsonb USING body::jsonb;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN body TYPE json USING body::json;");
    assert_contains(finding->fix.note, "jsonb drops blanks");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
}

static void
test_json_function(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    model_column(orders, "body", "json");
    model_check(model, orders, "body")->definition =
        g_strdup("CHECK ((json_typeof(body) = 'object'::text))");
    g_assert_cmpint(model_run(model, "type-json-not-jsonb"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    assert_contains(model_finding(model)->fix.note,
                    "CHECK constraint orders_body_check was written for json");
}

/** What makes one ALTER TABLE impossible. */
static const struct {
    const char *name, *note;
} obstacles[] = {
    {"foreign-key", "The column is part of a foreign key: in one transaction drop the constraint, "
                    "change both sides to uuid, add it again NOT VALID; then VALIDATE CONSTRAINT."},
    {"referenced", "The column is part of a foreign key"},
    {"partition-key", "The column is in the partition key, whose type PostgreSQL does not change"},
    {"check", "CHECK constraint orders_ref_check was written for text"},
    {"expression", "Index public.lower_ref has an expression or a WHERE clause written for text"},
    {"predicate", "Index public.lower_ref has an expression or a WHERE clause written for text"},
};

static void
put_in_the_way(Model *model, PgaRelation *orders, const char *what)
{
    PgaRelation *other = model_table(model, "other", 10);
    PgaIndex *index;

    model_column(other, "ref", "text");
    if (g_str_equal(what, "foreign-key"))
        model_foreign_key(model, orders, "ref", other, "ref");
    else if (g_str_equal(what, "referenced"))
        model_foreign_key(model, other, "ref", orders, "ref");
    else if (g_str_equal(what, "partition-key"))
        orders->partkey = g_strdup("LIST (ref)");
    else if (g_str_equal(what, "check"))
        model_check(model, orders, "ref")->definition = g_strdup("CHECK ((ref <> ''::text))");
    if (!g_str_equal(what, "expression") && !g_str_equal(what, "predicate"))
        return;
    index = model_index(model, orders, "lower_ref", "other");
    if (g_str_equal(what, "expression"))
        index->exprs = g_strdup("lower(ref)");
    else
        index->pred = g_strdup("(ref <> ''::text)");
}

static PgaAttribute *
add_uuid_column(PgaRelation *relation)
{
    PgaAttribute *attribute = model_column(relation, "ref", "text");

    model_numbered_values(attribute, UUIDS, 20)->avg_width = 37;
    return attribute;
}

static void
test_obstacle(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    add_uuid_column(orders);
    model_column(orders, "other", "integer");
    model_check(model, orders, "other"); /* these are about another column */
    model_index(model, orders, "other_idx", "other")->exprs = g_strdup("lower(preref || ref_)");
    put_in_the_way(model, orders, obstacles[i].name);
    g_assert_cmpint(model_run(model, "uuid-as-text"), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, obstacles[i].note);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    g_assert_cmpuint(model_finding(model)->fix.undo->len, ==, 0);
    g_assert_cmpint(model_finding(model)->proof.kind, ==, PGA_PROOF_NONE);
}

static void
redefine(PgaIndex *index, const char *definition)
{
    g_free(index->definition);
    index->definition = g_strdup(definition);
}

/* Django's "_like" index goes with the text; an ordinary one, one named like an operator class and
 * one on another column stay. */
static void
test_pattern_indexes(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    const PgaFinding *finding;

    add_uuid_column(orders);
    model_column(orders, "other", "text");
    redefine(model_index(model, orders, "dev_ops", "ref"),
             "CREATE INDEX dev_ops ON public.orders USING btree (ref)");
    redefine(model_index(model, orders, "orders_like", "ref"),
             "CREATE INDEX orders_like ON public.orders USING btree (ref text_pattern_ops)");
    redefine(model_index(model, orders, "other_like", "other"),
             "CREATE INDEX other_like ON public.orders USING btree (other text_pattern_ops)");
    g_assert_cmpint(model_run(model, "uuid-as-text"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 2);
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX public.orders_like;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 2);
    g_assert_cmpstr(undo_at(finding, 1), ==,
                    "CREATE INDEX CONCURRENTLY orders_like ON public.orders USING btree (ref "
                    "text_pattern_ops);");
    assert_contains(finding->fix.note, "Index public.orders_like is for pattern matching on text");
}

/* Columns of a table and what is made of them. */
static const struct {
    const char *name, *attname, *type;
    Outcome want;
    guint n_sql;
} times[] = {
    {"timestamp", "at", "timestamp without time zone", FIRES, 4},
    {"timestamp-of-three-digits", "at", "timestamp(3) without time zone", FIRES, 4},
    {"timetz", "at", "time with time zone", FIRES, 0},
    {"timestamptz", "at", "timestamp with time zone", SILENT, 0},
    {"date", "at", "date", SILENT, 0},
    {"local-by-its-name", "local_start", "timestamp without time zone", SILENT, 0},
    {"opening-hours", "opening_time", "timestamp without time zone", SILENT, 0},
    {"closed-at-is-an-instant", "closed_at", "timestamp without time zone", FIRES, 4},
};

static void
test_time(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    model_column(orders, times[i].attname, times[i].type);
    g_assert_cmpint(model_run(model, "type-timestamp-without-tz"), ==, times[i].want);
    if (times[i].want == FIRES)
        g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, times[i].n_sql);
}

static void
test_times_gathered(void)
{
    for (guint n = 5; n <= 6; n++) {
        g_autoptr(Model) model = model_new();

        for (guint i = 0; i < n; i++) {
            g_autofree char *name = g_strdup_printf("t%u", i);

            model_column(model_table(model, name, 10), "at", "timestamp without time zone");
        }
        g_assert_cmpint(model_run(model, "type-timestamp-without-tz"), ==, FIRES);
        g_assert_cmpuint(model->findings->len, ==, n == 5 ? 5 : 1);
        if (n == 6) {
            g_assert_cmpstr(model_finding(model)->object, ==, "public");
            assert_contains(model_finding(model)->evidence, "6 tables have times without");
        }
    }
}

static void
test_time_finding(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "Orders", 1000);
    PgaAttribute *at = model_column(orders, "at", "timestamp(3) without time zone");
    const PgaFinding *finding;

    at->default_expr = g_strdup("timezone('utc'::text, now())");
    model_column(orders, "Seen", "timestamp without time zone")->default_expr =
        g_strdup("(now() AT TIME ZONE 'utc'::text)");
    model_column(orders, "sent", "timestamp without time zone")->default_expr = g_strdup("now()");
    model_column(orders, "made", "timestamp without time zone")->attgenerated = 's';
    model_column(orders, "door", "time with time zone");
    model_column(orders, "n", "integer");
    model_index(model, orders, "n_idx", "n");
    g_assert_cmpint(model_run(model, "type-timestamp-without-tz"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.\"Orders\"");
    g_assert_cmpstr(finding->evidence, ==,
                    "5 columns of type timestamp without time zone or time with time zone: at, "
                    "\"Seen\", sent, made, door.");
    g_assert_cmpstr(fix_at(finding, 1), ==, "SET LOCAL TimeZone TO 'UTC';");
    g_assert_cmpstr(fix_at(finding, 2), ==,
                    "ALTER TABLE public.\"Orders\" ALTER COLUMN at TYPE timestamp(3) with time "
                    "zone, ALTER COLUMN at SET DEFAULT now(), ALTER COLUMN \"Seen\" TYPE timestamp "
                    "with time zone, ALTER COLUMN \"Seen\" SET DEFAULT now(), ALTER COLUMN sent "
                    "TYPE timestamp with time zone;");
    g_assert_cmpstr(undo_at(finding, 2), ==,
                    "ALTER TABLE public.\"Orders\" ALTER COLUMN at TYPE timestamp(3) without time "
                    "zone, ALTER COLUMN at SET DEFAULT timezone('utc'::text, now()), ALTER COLUMN "
                    "\"Seen\" TYPE timestamp without time zone, ALTER COLUMN \"Seen\" SET DEFAULT "
                    "(now() AT TIME ZONE 'utc'::text), ALTER COLUMN sent TYPE timestamp without "
                    "time zone;");
    g_assert_cmpstr(finding->fix.duration, ==, "instant");
    assert_contains(finding->fix.note, "Not in the statement: columns of type time with time zone");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
}

/* No statement: the note must not speak of one. */
static void
test_time_without_a_statement(void)
{
    static const struct {
        const char *type, *partkey, *note, *evidence;
    } cases[] = {
        {"timestamp without time zone", "RANGE (at)",
         "The type of a partition key column cannot be changed in place: make a new partitioned "
         "table with timestamp with time zone, move the rows, and swap the names.",
         "1 column of type timestamp without time zone: at."},
        {"time with time zone", NULL,
         "No statement can change these in place: instead of a time with time zone keep a "
         "timestamptz, or a time and the zone's name; make a generated column anew.",
         "1 column of type time with time zone: at."},
        {"time with time zone", "RANGE (at)",
         "No statement can change these in place: instead of a time with time zone keep a "
         "timestamptz, or a time and the zone's name; make a generated column anew.",
         "1 column of type time with time zone: at."},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = model_table(model, "orders", 1000);

        orders->relkind = cases[i].partkey ? 'p' : 'r';
        orders->partkey = g_strdup(cases[i].partkey);
        model_column(orders, "at", cases[i].type);
        g_assert_cmpint(model_run(model, "type-timestamp-without-tz"), ==, FIRES);
        g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
        g_assert_cmpstr(model_finding(model)->fix.note, ==, cases[i].note);
        g_assert_cmpstr(model_finding(model)->evidence, ==, cases[i].evidence);
    }
}

static void
test_time_duration(gconstpointer data)
{
    static const struct {
        guint version_num;
        gboolean indexed;
        const char *want;
    } cases[] = {{110002, FALSE, "rewrite"}, {120001, FALSE, "instant"}, {170002, TRUE, "scan"}};
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    model->environment->version_num = cases[i].version_num;
    model_column(orders, "at", "timestamp without time zone");
    if (cases[i].indexed)
        model_index(model, orders, "at_idx", "at");
    model_run(model, "type-timestamp-without-tz");
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "1 column of type timestamp without time zone: at.");
    g_assert_cmpstr(model_finding(model)->fix.duration, ==, cases[i].want);
}

static void
test_time_in_partition_key(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaRelation *partition;

    orders->relkind = 'p';
    orders->partkey = g_strdup("RANGE (\"at\", created_at)");
    model_column(orders, "created_at", "timestamp without time zone");
    model_column(orders, "created", "timestamp without time zone");
    partition = model_partition(model, orders, "orders_1", 1000);
    g_assert_true(partition->relispartition);
    model_run(model, "type-timestamp-without-tz");
    g_assert_cmpstr(fix_at(model_finding(model), 2), ==,
                    "ALTER TABLE public.orders ALTER COLUMN created TYPE timestamp with time "
                    "zone;");
}

static void
test_many_columns(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    for (guint i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf("t%u", i);

        model_column(orders, name, "timestamp without time zone");
    }
    model_run(model, "type-timestamp-without-tz");
    assert_contains(model_finding(model)->evidence, ": t0, t1, t2, t3, t4, t5, t6, t7 and 2 more.");
}

static void
test_words(void)
{
    static const char *const words[] = {"price", "qty", NULL};
    static const struct {
        const char *name;
        gboolean want;
    } cases[] = {
        {"price", TRUE},      {"unit_price", TRUE}, {"unitPrice", TRUE},  {"UNIT_PRICE", TRUE},
        {"Unit Price", TRUE}, {"priceless", FALSE}, {"unitprice", FALSE}, {"__qty__", TRUE},
        {"", FALSE},          {"prIce", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(pga_name_has_word(cases[i].name, words), ==, cases[i].want);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(uuids); i++) {
        g_autofree char *path = g_strconcat("/rules/uuid-as-text/", uuids[i].name, NULL);

        g_test_add_data_func(path, &uuids[i], test_uuid);
    }
    for (guint i = 0; i < G_N_ELEMENTS(obstacles); i++) {
        g_autofree char *path =
            g_strconcat("/rules/type-change/one-statement-cannot-", obstacles[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_obstacle);
    }
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autofree char *path =
            g_strconcat("/rules/type-timestamp-without-tz/", times[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_time);
    }
    for (guint i = 0; i < 3; i++) {
        g_autofree char *path = g_strdup_printf("/rules/type-timestamp-without-tz/duration-%u", i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_time_duration);
    }
    g_test_add_func("/rules/uuid-as-text/near-misses", test_uuid_near_misses);
    g_test_add_func("/rules/uuid-as-text/fix-and-undo", test_uuid_finding);
    g_test_add_func("/rules/uuid-as-text/no-gain-without-rows", test_uuid_without_rows);
    g_test_add_func("/rules/type-json-not-jsonb/fix-and-undo", test_json);
    g_test_add_func("/rules/type-json-not-jsonb/function-in-a-check", test_json_function);
    g_test_add_func("/rules/type-change/indexes-on-patterns-go", test_pattern_indexes);
    g_test_add_func("/rules/type-timestamp-without-tz/gathered", test_times_gathered);
    g_test_add_func("/rules/type-timestamp-without-tz/fix-and-undo", test_time_finding);
    g_test_add_func("/rules/type-timestamp-without-tz/not-in-the-partition-key",
                    test_time_in_partition_key);
    g_test_add_func("/rules/type-timestamp-without-tz/eight-names-at-most", test_many_columns);
    g_test_add_func("/rules/column/words-of-a-name", test_words);
    g_test_add_func("/rules/type-timestamp-without-tz/without-a-statement",
                    test_time_without_a_statement);
    return g_test_run();
}
