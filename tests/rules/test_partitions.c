/* Default partitions that fill, ranges that end, partitions without number. */
#include "schema.h"

#define DAY 86400

/* 2026-01-15 00:00 UTC */
#define NOW G_GINT64_CONSTANT(1768435200)

static PgaRelation *
add_table(Model *model, const char *partkey, const char *type)
{
    PgaRelation *events = model_table(model, "events", 100000);

    model->environment->now = NOW;
    events->relkind = 'p';
    events->partkey = g_strdup(partkey);
    model_column(events, "at", type);
    return events;
}

static PgaRelation *
add_partition(Model *model, const PgaRelation *parent, const char *bound, double rows)
{
    g_autofree char *name = g_strdup_printf("%s_%u", parent->relname, model->next_oid);
    PgaRelation *partition = model_partition(model, parent, name, rows);

    partition->partbound = g_strdup(bound);
    return partition;
}

static const struct {
    const char *partkey, *bound;
    double rows;
    Outcome want;
    PgaSeverity severity;
} defaults[] = {
    {"RANGE (at)", "DEFAULT", 5000, FIRES, PGA_SEVERITY_WARNING},
    {"LIST (at)", "DEFAULT", 5000, FIRES, PGA_SEVERITY_INFO},
    {"RANGE (at)", "DEFAULT", 0, SILENT, 0},
    {"RANGE (at)", "DEFAULT", 5, SILENT, 0},
    {"RANGE (at)", "DEFAULT", -1, NOT_EVALUATED, 0},
    {"RANGE (at)", "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", 5000, SILENT, 0},
};

static void
test_default(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, defaults[i].partkey, "date");

    add_partition(model, events, "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", 100000);
    add_partition(model, events, defaults[i].bound, defaults[i].rows);
    g_assert_cmpint(schema_run(model, "partition-default-filling"), ==, defaults[i].want);
    if (defaults[i].want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, defaults[i].severity);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.events");
}

static void
test_default_of_extension(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date");

    add_partition(model, events, "DEFAULT", 5000);
    events->extension = g_strdup("ext");
    g_assert_cmpint(schema_run(model, "partition-default-filling"), ==, SILENT);
}

/** The last bound of a table as of 2026-01-15. */
static const struct {
    const char *partkey, *type, *bound;
    Outcome want;
    const char *fix; /* (nullable): its bounds */
} futures[] = {
    {"RANGE (at)", "date", "FOR VALUES FROM ('2025-12-01') TO ('2026-01-16')", FIRES,
     "FROM ('2026-01-16') TO ('2026-03-03')"},
    {"RANGE (at)", "timestamp with time zone",
     "FOR VALUES FROM ('2025-10-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')", FIRES,
     "FROM ('2026-01-01') TO ('2026-04-01')"},
    {"RANGE (at)", "timestamp without time zone",
     "FOR VALUES FROM ('2026-01-08 00:00:00') TO ('2026-01-15 00:00:00')", FIRES,
     "FROM ('2026-01-15') TO ('2026-01-22')"},
    {"RANGE (at)", "date", "FOR VALUES FROM (MINVALUE) TO ('2025-01-01')", FIRES, NULL},
    {"RANGE (at)", "timestamp with time zone",
     "FOR VALUES FROM ('2026-01-14 01:00:00') TO ('2026-01-14 02:00:00')", FIRES, NULL},
    {"RANGE (at)", "date", "FOR VALUES FROM ('2026-01-16') TO ('2026-01-17')", SILENT, NULL},
    {"RANGE (at)", "date", "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')", SILENT, NULL},
    {"RANGE (at)", "date", "FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)", SILENT, NULL},
    {"RANGE (at)", "date", "FOR VALUES FROM ('2026-01-01') TO ('infinity')", SILENT, NULL},
    {"RANGE (at)", "date", "FOR VALUES FROM ('2026-01-01') TO ('2026-13-41')", SILENT, NULL},
    {"RANGE (at)", "bigint", "FOR VALUES FROM ('1') TO ('100')", SILENT, NULL},
    {"RANGE (at, b)", "date", "FOR VALUES FROM ('2024-01-01', 1) TO ('2025-01-01', 1)", SILENT,
     NULL},
    {"RANGE (lower(x))", "date", "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", SILENT, NULL},
    {"LIST (at)", "date", "FOR VALUES IN ('2024-01-01')", SILENT, NULL},
};

static void
test_future(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, futures[i].partkey, futures[i].type);

    add_partition(model, events, futures[i].bound, 10);
    if (futures[i].want == FIRES) /* an older one changes nothing */
        add_partition(model, events, "FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')", 10);
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, futures[i].want);
    if (futures[i].want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_ERROR);
    if (futures[i].fix)
        assert_contains(fix_at(model_finding(model), 0), futures[i].fix);
    else
        g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
}

static void
test_future_fix(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date");
    const PgaFinding *finding;

    add_partition(model, events, "FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')", 10);
    model_table(model, "events_p20260101", 1);
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE TABLE public.events_p202601011 PARTITION OF public.events FOR VALUES "
                    "FROM ('2026-01-01') TO ('2026-02-01');");
    g_assert_cmpstr(undo_at(finding, 0), ==, "DROP TABLE public.events_p202601011;");
    assert_contains(finding->evidence, "ended on 2026-01-01.");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

static void
test_future_with_default(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date");

    add_partition(model, events, "FOR VALUES FROM ('2025-12-01') TO ('2026-01-18')", 10);
    add_partition(model, events, "DEFAULT", 0);
    g_clear_pointer(&add_partition(model, events, "DEFAULT", 0)->partbound, g_free);
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_WARNING);
    assert_contains(model_finding(model)->evidence, "ends on 2026-01-18; rows after that go");
    assert_contains(model_finding(model)->fix.note, "The default partition is scanned");
    assert_contains(model_finding(model)->fix.verify, "pg_partition_tree('public.events');");
}

static const struct {
    const char *bound;
    double rest; /* rows of the default partition; below -1 there is none */
    const char *from, *note;
} ended[] = {
    /* 2026-01-15: one that is over helps nobody */
    {"FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')", -2,
     "FROM ('2026-01-01') TO ('2026-02-01')",
     "Rows from the last partition's end to 2026-01-01 are still refused"},
    {"FOR VALUES FROM ('2025-01-01') TO ('2025-01-08')", -2,
     "FROM ('2026-01-14') TO ('2026-01-21')", "are still refused"},
    /* rows of today's range are in the default partition already */
    {"FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')", 10,
     "FROM ('2026-02-01') TO ('2026-03-01')", "stay in the default partition"},
    {"FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')", -1,
     "FROM ('2026-02-01') TO ('2026-03-01')", "stay in the default partition"},
    {"FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')", 0, "FROM ('2026-01-01') TO ('2026-02-01')",
     "fails if there are any"},
};

static void
test_range_to_make(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date");

    add_partition(model, events, ended[i].bound, 10);
    if (ended[i].rest > -2)
        add_partition(model, events, "DEFAULT", ended[i].rest);
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
    assert_contains(fix_at(model_finding(model), 0), ended[i].from);
    assert_contains(model_finding(model)->fix.note, ended[i].note);
}

/* Rows that came after the last ANALYZE are in the default partition as well. */
static void
test_counted_rows(void)
{
    static const char *const from[] = {"FROM ('2026-01-01')", "FROM ('2026-02-01')"};

    for (guint i = 0; i < G_N_ELEMENTS(from); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *events = add_table(model, "RANGE (at)", "date"), *rest = NULL;

        add_partition(model, events, "FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')", 10);
        rest = add_partition(model, events, "DEFAULT", 0);
        rest->has_counters = TRUE;
        rest->counters.n_live_tup = i;
        g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
        assert_contains(fix_at(model_finding(model), 0), from[i]);
    }
}

/* A stranger's snapshot may be of any year; there is none after 9999 to name. */
static void
test_end_of_time(void)
{
    static const char *const bounds[] = {"FOR VALUES FROM ('9999-01-01') TO ('9999-12-01')",
                                         "FOR VALUES FROM ('9999-12-01') TO ('9999-12-31')"};

    for (guint i = 0; i < G_N_ELEMENTS(bounds); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *events = add_table(model, "RANGE (at)", "date");

        model->environment->now = G_GINT64_CONSTANT(253402300799) + 400 * (gint64)DAY;
        add_partition(model, events, bounds[i], 10);
        g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
    }
}

static void
test_archive(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date");

    add_partition(model, events, "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", 10)
        ->has_counters = TRUE;
    events->has_counters = TRUE;
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
}

/* A default partition never analysed, but counted: it holds rows of today. */
static void
test_rest_counted(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date"), *rest;

    add_partition(model, events, "FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')", 10);
    rest = add_partition(model, events, "DEFAULT", -1);
    rest->has_counters = TRUE;
    rest->counters.n_live_tup = 12;
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, FIRES);
    assert_contains(fix_at(model_finding(model), 0), "FROM ('2026-02-01') TO ('2026-03-01')");
}

static void
test_no_clock(void)
{
    g_autoptr(Model) model = model_new();

    add_table(model, "RANGE (at)", "date");
    model->environment->now = 0;
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, NOT_EVALUATED);
}

static void
test_moved_dates(void)
{
    g_autoptr(Model) model = model_new();

    add_table(model, "RANGE (at)", "date");
    model->environment->dates_moved = TRUE;
    g_assert_cmpint(schema_run(model, "partition-future-missing"), ==, NOT_EVALUATED);
}

/** Partitions of two levels. */
static const struct {
    guint n;
    gint64 bytes; /* of the whole */
    gboolean ddl;
    Outcome want;
} numbers[] = {
    {1001, 1000000000000, FALSE, FIRES}, {1000, 1000000000000, FALSE, SILENT},
    {60, 10000000, FALSE, FIRES},        {50, 10000000, FALSE, SILENT},
    {60, 10000000000, FALSE, SILENT},    {60, -1, FALSE, SILENT},
    {60, 10000000, TRUE, SILENT},        {1001, 0, TRUE, FIRES},
};

static void
test_number(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *events = add_table(model, "RANGE (at)", "date");
    PgaRelation *sub = add_partition(model, events, "FOR VALUES FROM (1) TO (2)", 10);

    sub->relkind = 'p';
    for (guint n = 0; n < numbers[i].n; n++)
        add_partition(model, n % 2 ? sub : events, "x", 10)->table_bytes =
            numbers[i].bytes < 0 ? -1 : numbers[i].bytes / numbers[i].n;
    if (numbers[i].ddl)
        model_make_ddl(model);
    g_assert_cmpint(schema_run(model, "partition-too-many"), ==, numbers[i].want);
    if (numbers[i].want == FIRES)
        g_assert_cmpstr(model_finding(model)->object, ==, "public.events");
}

int
main(int argc, char **argv)
{
#define EACH(name, cases, test)                                                                    \
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/rules/" name "/case-%u", i);                     \
                                                                                                   \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test);                                     \
    }
    g_test_init(&argc, &argv, NULL);
    EACH("partition-default-filling", defaults, test_default)
    EACH("partition-future-missing", futures, test_future)
    EACH("partition-too-many", numbers, test_number)
    g_test_add_func("/rules/partition-default-filling/extension", test_default_of_extension);
    g_test_add_func("/rules/partition-future-missing/fix-and-undo", test_future_fix);
    g_test_add_func("/rules/partition-future-missing/with-default", test_future_with_default);
    g_test_add_func("/rules/partition-future-missing/end-of-time", test_end_of_time);
    g_test_add_func("/rules/partition-future-missing/counted-rows", test_counted_rows);
    for (guint i = 0; i < G_N_ELEMENTS(ended); i++) {
        g_autofree char *path = g_strdup_printf("/rules/partition-future-missing/range/%u", i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_range_to_make);
    }
    g_test_add_func("/rules/partition-future-missing/archive", test_archive);
    g_test_add_func("/rules/partition-future-missing/rest-counted", test_rest_counted);
    g_test_add_func("/rules/partition-future-missing/no-clock", test_no_clock);
    g_test_add_func("/rules/partition-future-missing/anonymized", test_moved_dates);
    return g_test_run();
}
