/* pk-int-exhaustion. */
#include <string.h>

#include "model.h"

#define INT4_70 1503238554 /* 70 % of an integer and one more */
#define INT4_90 1932735284

/* One table with one numbered column. */
typedef struct {
    const char *name, *type;
    gint64 last_value, max_value;
    Outcome want;
    PgaSeverity severity;
} ShareCase;

static const ShareCase shares[] = {
    {"integer-at-70-percent", "integer", INT4_70, G_MAXINT32, FIRES, PGA_SEVERITY_WARNING},
    {"integer-just-below", "integer", INT4_70 - 2, G_MAXINT32, SILENT, 0},
    {"integer-at-90-percent", "integer", INT4_90, G_MAXINT32, FIRES, PGA_SEVERITY_ERROR},
    {"integer-full", "integer", G_MAXINT32, G_MAXINT32, FIRES, PGA_SEVERITY_ERROR},
    {"column-narrower-than-sequence", "integer", INT4_70, G_MAXINT64, FIRES, PGA_SEVERITY_WARNING},
    {"sequence-past-the-column", "integer", G_MAXINT32 + 1LL, G_MAXINT64, FIRES,
     PGA_SEVERITY_ERROR},
    {"smallint", "smallint", 30000, G_MAXINT16, FIRES, PGA_SEVERITY_ERROR},
    {"bigint-far-away", "bigint", INT4_90, G_MAXINT64, SILENT, 0},
    {"bigint-with-a-sequence-of-integer", "bigint", INT4_90, G_MAXINT32, FIRES, PGA_SEVERITY_ERROR},
    {"unused", "integer", 0, G_MAXINT32, SILENT, 0},
    {"no-integer", "text", INT4_90, G_MAXINT32, SILENT, 0},
};

static void
test_share(gconstpointer data)
{
    const ShareCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaAttribute *id = model_column(orders, "id", c->type);

    model_serial(model, orders, id, c->last_value)->max_value = c->max_value;

    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, c->want);
    if (c->want == FIRES)
        g_assert_cmpint(model_finding(model)->severity, ==, c->severity);
}

/** What keeps a sequence that is nearly used up from being reported. */
typedef enum {
    CYCLES,
    DESCENDS,
    STANDS,
    UNREADABLE,
    UNUSED_BUT_STARTS_HIGH,
    SET_BUT_NOT_CALLED,
    OF_A_PARTITION,
    OF_AN_EXTENSION,
    TEMPORARY,
    NOT_OWNED,
    NOT_OWNED_NOR_CALLED,
    OWNER_LOST,
} Circumstance;

static const struct {
    const char *name;
    Circumstance circumstance;
    Outcome want;
} circumstances[] = {
    {"cycling-never-ends", CYCLES, SILENT},
    {"descending-far-from-its-end", DESCENDS, SILENT},
    {"standing-still", STANDS, SILENT},
    {"unreadable-is-not-evaluated", UNREADABLE, NOT_EVALUATED},
    {"unused-sequence-that-starts-high", UNUSED_BUT_STARTS_HIGH, SILENT},
    {"setval-not-yet-called", SET_BUT_NOT_CALLED, FIRES},
    {"partition-is-its-parents-matter", OF_A_PARTITION, SILENT},
    {"extension-is-not-ours", OF_AN_EXTENSION, SILENT},
    {"temporary-table", TEMPORARY, SILENT},
    {"sequence-by-default-only", NOT_OWNED, FIRES},
    {"sequence-of-nobody", NOT_OWNED_NOR_CALLED, SILENT},
    {"sequence-not-collected", OWNER_LOST, SILENT},
};

static void
apply(Circumstance circumstance, PgaRelation *relation, PgaAttribute *attribute,
      PgaSequence *sequence)
{
    sequence->cycle = circumstance == CYCLES;
    sequence->increment = circumstance == DESCENDS ? -1 : circumstance != STANDS;
    sequence->min_value = circumstance == DESCENDS ? G_MININT32 : sequence->min_value;
    sequence->readable = circumstance != UNREADABLE;
    if (circumstance == UNUSED_BUT_STARTS_HIGH || circumstance == SET_BUT_NOT_CALLED)
        sequence->is_called = FALSE;
    if (circumstance == UNUSED_BUT_STARTS_HIGH)
        sequence->start_value = sequence->last_value;
    if (circumstance == OF_AN_EXTENSION)
        relation->extension = g_strdup("postgis");
    if (circumstance == TEMPORARY)
        relation->relpersistence = 't';
    if (circumstance == OF_A_PARTITION)
        relation->relispartition = TRUE;
    if (circumstance == NOT_OWNED || circumstance == NOT_OWNED_NOR_CALLED ||
        circumstance == OWNER_LOST) {
        attribute->owned_sequence = 0;
        sequence->owner_relid = 0;
    }
    if (circumstance == NOT_OWNED_NOR_CALLED)
        g_clear_pointer(&attribute->default_expr, g_free);
    if (circumstance == OWNER_LOST)
        attribute->owned_sequence = 4711;
}

static void
test_circumstance(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaAttribute *id = model_column(orders, "id", "integer");
    PgaSequence *sequence = model_serial(model, orders, id, INT4_90);

    apply(circumstances[i].circumstance, orders, id, sequence);
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, circumstances[i].want);
}

/* One entry for all of them. */
static void
test_unreadable_says_which(void)
{
    static const char *const whys[] = {
        "last_value of 1 sequence cannot be read (public.\"Order \"\"x\"\"_a_seq\"): the role "
        "needs "
        "SELECT on the sequences and USAGE on their schemas",
        "last_value of 4 sequences cannot be read (public.\"Order \"\"x\"\"_a_seq\", "
        "public.\"Order "
        "\"\"x\"\"_b_seq\", public.\"Order \"\"x\"\"_c_seq\" and 1 more): the role needs SELECT on "
        "the "
        "sequences and USAGE on their schemas",
    };
    static const char *const columns[] = {"a", "b", "c", "d"};

    for (guint many = 0; many < 2; many++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = model_table(model, "Order \"x\"", 1000);
        const PgaNotChecked *entry;

        for (guint i = 0; i < (many ? 4 : 1); i++)
            model_serial(model, orders, model_column(orders, columns[i], "integer"), 1)->readable =
                FALSE;
        g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, NOT_EVALUATED);
        g_assert_cmpuint(model->not_checked->len, ==, 1);
        entry = g_ptr_array_index(model->not_checked, 0);
        g_assert_cmpstr(entry->what, ==, "Numbered column is running out of values");
        g_assert_cmpstr(entry->why, ==, whys[many]);
    }
}

/* Down to the least value, of the type or of the sequence's own. */
static void
test_descending(gconstpointer data)
{
    static const struct {
        const char *type;
        gint64 last_value, min_value, max_value;
        const char *evidence, *fix, *undo;
    } cases[] = {
        {"integer", -INT4_90, G_MININT32, -1,
         "is at -1932735284 of -2147483648 (90.0 %); the limit is that of the integer. After it "
         "every INSERT fails. At the rate of inserts of the last 40 days the rest lasts 21 days.",
         "ALTER SEQUENCE public.t_id_seq AS bigint NO MINVALUE;",
         "ALTER SEQUENCE public.t_id_seq AS integer;"},
        {"smallint", -30000, G_MININT16, -1, "the limit is that of the smallint.",
         "ALTER SEQUENCE public.t_id_seq AS bigint NO MINVALUE;",
         "ALTER SEQUENCE public.t_id_seq AS smallint;"},
        {"bigint", 100, 1, 1000, "is at 100 of 1 (90.1 %); the limit is that of the sequence.",
         "ALTER SEQUENCE public.t_id_seq AS bigint NO MINVALUE;",
         "ALTER SEQUENCE public.t_id_seq MINVALUE 1;"},
        {"integer", -INT4_90, G_MININT64, -1, "the limit is that of the integer.",
         "ALTER TABLE public.t ALTER COLUMN id TYPE bigint;",
         "ALTER TABLE public.t ALTER COLUMN id TYPE integer;"},
        {"bigint", 900, 1, 1000, NULL, "", ""},
        {"bigint", 900, 1000, 1000, NULL, "", ""},
    };
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *table = model_table(model, "t", 1000);
    PgaSequence *sequence =
        model_serial(model, table, model_column(table, "id", cases[i].type), cases[i].last_value);

    sequence->is_called = TRUE;
    sequence->increment = -1;
    sequence->min_value = cases[i].min_value;
    sequence->max_value = sequence->start_value = cases[i].max_value;
    table->has_counters = TRUE;
    table->counters.n_tup_ins = 400000000;
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, cases[i].evidence ? FIRES : SILENT);
    if (!cases[i].evidence)
        return;
    assert_contains(model_finding(model)->evidence, cases[i].evidence);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].fix);
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==, cases[i].undo);
}

/* Referencing columns, over two steps, in a circle, and one that is wide enough. */
static void
test_widens_the_referencing_columns(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 5e6);
    PgaRelation *lines = model_table(model, "lines", 1000);
    PgaRelation *notes = model_table(model, "notes", 1000);
    const PgaFinding *finding;

    model_serial(model, orders, model_column(orders, "id", "integer"), INT4_90)->max_value =
        G_MAXINT32;
    model_column(orders, "replaces", "integer");
    model_column(lines, "order_id", "integer");
    model_column(lines, "tenant", "integer");
    model_column(notes, "order_id", "integer");
    model_column(notes, "wide_id", "bigint");
    model_foreign_key(model, lines, "order_id", orders, "id");
    model_foreign_key(model, lines, "tenant order_id", orders, "replaces id");
    model_foreign_key(model, notes, "order_id", lines, "order_id");
    model_foreign_key(model, notes, "wide_id", orders, "id");
    model_foreign_key(model, orders, "replaces", orders, "id");
    model_foreign_key(model, notes, "order_id", orders, "id")->conparentid = 1;
    orders->table_bytes = 700000000;
    orders->has_counters = TRUE;
    orders->counters.n_tup_ins = 400000000;

    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders.id");
    g_assert_cmpstr(finding->evidence, ==,
                    "Sequence public.orders_id_seq is at 1932735284 of 2147483647 (90.0 %); the "
                    "limit is that of the integer. After it every INSERT fails. At the rate of "
                    "inserts of the last 40 days the rest lasts 21 days.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 6);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER SEQUENCE public.orders_id_seq AS bigint NO MAXVALUE;");
    g_assert_cmpstr(fix_at(finding, 1), ==,
                    "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint;");
    g_assert_cmpstr(fix_at(finding, 2), ==,
                    "ALTER TABLE public.lines ALTER COLUMN order_id TYPE bigint;");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER SEQUENCE public.orders_id_seq AS integer;");
    g_assert_cmpstr(undo_at(finding, 1), ==,
                    "ALTER TABLE public.orders ALTER COLUMN id TYPE integer;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
    g_assert_cmpstr(finding->fix.lock, ==, "ACCESS EXCLUSIVE");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
    assert_contains(finding->fix.note, "The table (700 MB) and its indexes are rewritten");
    assert_contains(finding->fix.note, "4 more to widen");
    assert_contains(finding->fix.note, "Without the long lock");
    assert_contains(finding->fix.note, "Views that use the columns");
}

static void
test_small_table_is_rewritten_in_passing(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaSequence *sequence =
        model_serial(model, orders, model_column(orders, "id", "smallint"), 30000);

    sequence->max_value = G_MAXINT16;
    orders->has_counters = TRUE; /* no insert since the reset: nothing to forecast by */
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "Sequence public.orders_id_seq is at 30000 of 32767 (91.6 %); the limit is "
                    "that of the smallint. After it every INSERT fails.");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER SEQUENCE public.orders_id_seq AS smallint;");
    g_assert_null(strstr(model_finding(model)->fix.note, "Without the long lock"));
    g_assert_null(strstr(model_finding(model)->fix.note, "reference"));
}

static void
test_sequence_alone(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    const PgaFinding *finding;

    model_serial(model, orders, model_column(orders, "id", "bigint"), 950)->max_value = 1000;
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);

    finding = model_finding(model);
    assert_contains(finding->evidence, "the limit is that of the sequence.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER SEQUENCE public.orders_id_seq AS bigint NO MAXVALUE;");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER SEQUENCE public.orders_id_seq MAXVALUE 1000;");
    /* nextval() takes ROW EXCLUSIVE on the sequence until its transaction ends */
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
    g_assert_cmpstr(finding->fix.lock, ==, "SHARE ROW EXCLUSIVE");
}

static void
test_identity_follows_its_column(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaAttribute *id = model_column(orders, "id", "integer");
    PgaSequence *sequence = model_serial(model, orders, id, INT4_90);

    sequence->max_value = G_MAXINT32;
    sequence->owner_deptype = 'i';
    id->attidentity = 'd';
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint;");
}

static void
test_partition_key_cannot_be_widened(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaRelation *lines = model_table(model, "lines", 1000);
    const PgaFinding *finding;

    model_serial(model, orders, model_column(orders, "id", "integer"), INT4_90)->max_value =
        G_MAXINT32;
    model_column(lines, "order_id", "integer");
    model_foreign_key(model, lines, "order_id", orders, "id");
    lines->relkind = 'p';
    lines->partkey = g_strdup("RANGE (order_id)");
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    g_assert_cmpuint(finding->fix.undo->len, ==, 0);
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
    assert_contains(finding->fix.note, "public.lines.order_id is in a partition key");
}

static void
test_of_a_ddl_file(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", -1);

    model_make_ddl(model);
    model_serial(model, orders, model_column(orders, "id", "integer"), INT4_90)->max_value =
        G_MAXINT32;
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, "Without the long lock");
    g_assert_null(strstr(model_finding(model)->evidence, "At the rate"));
}

/* setval() stands in a dump of the rows only. */
static void
test_of_a_schema_dump(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", -1);
    PgaSequence *sequence;

    model_make_ddl(model);
    sequence = model_serial(model, orders, model_column(orders, "id", "integer"), 0);
    sequence->last_value = sequence->start_value;
    model_serial(model, orders, model_column(orders, "no", "integer"), 0)->last_value =
        sequence->start_value;
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, NOT_EVALUATED);
    g_assert_cmpuint(model->not_checked->len, ==, 1);
    g_assert_cmpstr(((const PgaNotChecked *)g_ptr_array_index(model->not_checked, 0))->why, ==,
                    "a schema dump has no sequence positions");
}

static void
test_of_a_schema_dump_without_sequences(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    model_column(model_table(model, "orders", -1), "id", "integer");
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, SILENT);
}

static void
test_configured_severity_stays(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaRuleSetting *setting = pga_configuration_set_rule(model->configuration, "pk-int-exhaustion");

    setting->has_severity = TRUE;
    setting->severity = PGA_SEVERITY_INFO;
    pga_rule_setting_set_threshold(setting, "warn", 0.1);
    model_serial(model, orders, model_column(orders, "id", "integer"), 300000000)->max_value =
        G_MAXINT32;
    g_assert_cmpint(model_run(model, "pk-int-exhaustion"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(shares); i++) {
        g_autofree char *path = g_strconcat("/rules/pk-int-exhaustion/", shares[i].name, NULL);

        g_test_add_data_func(path, &shares[i], test_share);
    }
    for (guint i = 0; i < G_N_ELEMENTS(circumstances); i++) {
        g_autofree char *path =
            g_strconcat("/rules/pk-int-exhaustion/", circumstances[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_circumstance);
    }
    g_test_add_func("/rules/pk-int-exhaustion/says-which-sequence-is-unreadable",
                    test_unreadable_says_which);
    g_test_add_func("/rules/pk-int-exhaustion/widens-the-referencing-columns",
                    test_widens_the_referencing_columns);
    g_test_add_func("/rules/pk-int-exhaustion/small-table-is-rewritten-in-passing",
                    test_small_table_is_rewritten_in_passing);
    g_test_add_func("/rules/pk-int-exhaustion/sequence-alone-ends-early", test_sequence_alone);
    g_test_add_func("/rules/pk-int-exhaustion/identity-follows-its-column",
                    test_identity_follows_its_column);
    g_test_add_func("/rules/pk-int-exhaustion/partition-key-cannot-be-widened",
                    test_partition_key_cannot_be_widened);
    g_test_add_func("/rules/pk-int-exhaustion/of-a-ddl-file", test_of_a_ddl_file);
    for (guint i = 0; i < 6; i++) {
        g_autofree char *path = g_strdup_printf("/rules/pk-int-exhaustion/descending-%u", i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_descending);
    }
    g_test_add_func("/rules/pk-int-exhaustion/of-a-schema-dump", test_of_a_schema_dump);
    g_test_add_func("/rules/pk-int-exhaustion/of-a-schema-dump-without-sequences",
                    test_of_a_schema_dump_without_sequences);
    g_test_add_func("/rules/pk-int-exhaustion/configured-severity-stays",
                    test_configured_severity_stays);
    return g_test_run();
}
