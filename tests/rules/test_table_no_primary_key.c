/* table-no-primary-key: which tables count, and which key the fix gives them. */
#include "model.h"

#define RULE "table-no-primary-key"

static PgaRelation *
logs_new(Model *model)
{
    PgaRelation *logs = model_table(model, "logs", 5000);

    model_column(logs, "at", "timestamp with time zone");
    model_column(logs, "Text", "text");
    return logs;
}

static void
test_new_column(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    logs_new(model)->table_bytes = 8000000;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.logs");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpfloat(finding->weight, ==, 5000);
    g_assert_cmpstr(finding->evidence, ==,
                    "pg_index lists no primary key for it; it holds 5,000 rows "
                    "(pg_class.reltuples).");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.logs ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY "
                    "PRIMARY KEY;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER TABLE public.logs DROP COLUMN id;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
    g_assert_cmpstr(finding->fix.lock, ==, "ACCESS EXCLUSIVE");
    g_assert_cmpstr(finding->fix.duration, ==, "rewrite");
    assert_contains(finding->fix.note, "The table (8 MB) and its indexes are rewritten");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

static void
test_before_identity(void)
{
    g_autoptr(Model) model = model_new();

    logs_new(model);
    model->environment->version_num = 90624;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.logs ADD COLUMN id bigserial PRIMARY KEY;");
}

static void
test_free_column_name(void)
{
    static const struct {
        const char *taken, *expected;
    } cases[] = {
        {"id", "row_id"},
        {"id row_id", "row_id2"},
        {"id row_id row_id2", "row_id3"},
        {"row_id", "id"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);
        g_auto(GStrv) names = g_strsplit(cases[i].taken, " ", -1);
        g_autofree char *expected =
            g_strdup_printf("ALTER TABLE public.logs DROP COLUMN %s;", cases[i].expected);

        for (guint n = 0; names[n]; n++)
            model_column(logs, names[n], "text");
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpstr(undo_at(model_finding(model), 0), ==, expected);
    }
}

static void
test_relations_left_out(void)
{
    for (guint i = 0; i < 7; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);

        if (i == 0)
            model_primary_key(model, logs, "at");
        else if (i == 1)
            logs->relispartition = TRUE;
        else if (i == 2)
            logs->relpersistence = 't';
        else if (i == 3)
            logs->extension = g_strdup("postgis");
        else if (i == 4)
            logs->relkind = 'm';
        else if (i == 5)
            logs->relkind = 'f';
        else
            g_ptr_array_add(model->configuration->ignored_schemas, g_strdup("public"));
        g_assert_cmpint(model_run(model, RULE), ==, SILENT);
    }
}

static void
test_replication_breaks(void)
{
    static const struct {
        char relreplident;
        gboolean published;
        PgaSeverity expected;
    } cases[] = {
        {'d', TRUE, PGA_SEVERITY_ERROR},    {'n', TRUE, PGA_SEVERITY_ERROR},
        {'f', TRUE, PGA_SEVERITY_WARNING},  {'i', TRUE, PGA_SEVERITY_WARNING},
        {'d', FALSE, PGA_SEVERITY_WARNING},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);
        const PgaFinding *finding;

        logs->relreplident = cases[i].relreplident;
        logs->published_updates = cases[i].published;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        finding = model_finding(model);
        g_assert_cmpint(finding->severity, ==, cases[i].expected);
        if (cases[i].expected == PGA_SEVERITY_ERROR)
            assert_contains(finding->evidence, "every UPDATE and DELETE on it fails.");
    }
}

/* A unique index on "Text", which is NOT NULL. */
static PgaIndex *
unique_new(Model *model, PgaRelation *logs)
{
    PgaIndex *index = model_index(model, logs, "Logs text", "Text");

    pga_relation_attribute(logs, 2)->attnotnull = TRUE;
    index->indisunique = TRUE;
    g_free(index->definition);
    index->definition =
        g_strdup("CREATE UNIQUE INDEX \"Logs text\" ON public.logs USING btree (\"Text\")");
    return index;
}

static void
test_unique_index_becomes_the_key(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    unique_new(model, logs_new(model));
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.logs ADD PRIMARY KEY USING INDEX \"Logs text\";");
    g_assert_cmpuint(finding->fix.undo->len, ==, 2);
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.logs DROP CONSTRAINT \"Logs text\";");
    g_assert_cmpstr(undo_at(finding, 1), ==,
                    "CREATE UNIQUE INDEX CONCURRENTLY \"Logs text\" ON public.logs USING btree "
                    "(\"Text\");");
    g_assert_cmpstr(finding->fix.duration, ==, "instant");
}

typedef enum {
    NOT_UNIQUE,
    NOT_VALID,
    NOT_READY,
    PARTIAL,
    EXPRESSION,
    NULLS_NOT_DISTINCT,
    NULLABLE,
    DESCENDING,
    OTHER_OPCLASS,
    UNKNOWN_COLUMN,
    N_UNFIT,
} Unfit;

static void
test_unfit_unique_index(void)
{
    for (Unfit unfit = NOT_UNIQUE; unfit < N_UNFIT; unfit++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);
        PgaIndex *index = unique_new(model, logs);

        index->indisunique = unfit != NOT_UNIQUE;
        index->indisvalid = unfit != NOT_VALID;
        index->indisready = unfit != NOT_READY;
        index->pred = unfit == PARTIAL ? g_strdup("(at > now())") : NULL;
        index->exprs = unfit == EXPRESSION ? g_strdup("lower(\"Text\")") : NULL;
        index->indnullsnotdistinct = unfit == NULLS_NOT_DISTINCT;
        pga_relation_attribute(logs, 2)->attnotnull = unfit != NULLABLE;
        if (unfit == DESCENDING || unfit == OTHER_OPCLASS) {
            g_free(index->definition);
            index->definition = g_strdup_printf(
                "CREATE UNIQUE INDEX \"Logs text\" ON public.logs USING btree (\"Text\" %s)",
                unfit == DESCENDING ? "DESC" : "text_pattern_ops");
        } else if (unfit == UNKNOWN_COLUMN) {
            g_array_index(index->indkey, gint16, 0) = 9;
        }
        g_test_message("unfit %d", unfit);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        assert_contains(fix_at(model_finding(model), 0), "ADD COLUMN id");
    }
}

static void
test_included_columns_are_no_key(void)
{
    for (int constraint = 0; constraint < 2; constraint++) {
        g_autoptr(Model) model = model_new();
        PgaIndex *index = unique_new(model, logs_new(model));
        const gint16 included = 1;

        g_array_append_val(index->indkey, included);
        g_free(index->definition);
        index->definition = g_strdup("CREATE UNIQUE INDEX \"Logs text\" ON public.logs USING btree "
                                     "(\"Text\") INCLUDE (at)");
        index->constraint = constraint;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                        constraint ? "CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON public.logs "
                                     "(\"Text\");"
                                   : "ALTER TABLE public.logs ADD PRIMARY KEY USING INDEX \"Logs "
                                     "text\";");
    }
}

static void
test_unique_constraint(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    unique_new(model, logs_new(model))->constraint = 1;
    model_table(model, "logs_pkey", 1)->relkind = 'm';
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 2);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE UNIQUE INDEX CONCURRENTLY logs_pkey1 ON public.logs (\"Text\");");
    g_assert_cmpstr(fix_at(finding, 1), ==,
                    "ALTER TABLE public.logs ADD PRIMARY KEY USING INDEX logs_pkey1;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER TABLE public.logs DROP CONSTRAINT logs_pkey1;");
    assert_contains(finding->fix.note, "Unique constraint \"Logs text\" is on the same columns");
}

/* One that backs no constraint is better than one that does, whatever their order. */
static void
test_best_unique_index(void)
{
    for (guint first = 0; first < 2; first++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);
        PgaIndex *other;

        unique_new(model, logs)->constraint = first == 0;
        other = model_index(model, logs, "other", "Text");
        other->indisunique = TRUE;
        other->constraint = first == 1;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                        first ? "ALTER TABLE public.logs ADD PRIMARY KEY USING INDEX \"Logs text\";"
                              : "ALTER TABLE public.logs ADD PRIMARY KEY USING INDEX other;");
    }
}

static void
test_numbered_column(void)
{
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);
        PgaAttribute *number = model_column(logs, "Nr", "bigint");

        number->attnotnull = i != 2;
        if (i == 0)
            model_serial(model, logs, number, 5);
        else
            number->attidentity = 'd';
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        if (i == 2)
            assert_contains(fix_at(model_finding(model), 0), "ADD COLUMN id");
        else
            g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                            "CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON public.logs (\"Nr\");");
    }
}

static void
test_partitioned(void)
{
    static const struct {
        guint version_num;
        const char *partkey, *sql, *sql2, *undo, *undo2;
    } cases[] = {
        {170000, "RANGE (at)",
         "ALTER TABLE public.logs ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;",
         "ALTER TABLE public.logs ADD PRIMARY KEY (id, at);",
         "ALTER TABLE public.logs DROP COLUMN id;",
         "ALTER TABLE public.logs ALTER COLUMN at DROP NOT NULL;"},
        {160004, "LIST (\"Text\")", "ALTER TABLE public.logs ADD COLUMN id bigserial;",
         "ALTER TABLE public.logs ADD PRIMARY KEY (id, \"Text\");",
         "ALTER TABLE public.logs DROP COLUMN id;", ""},
        {160004, "HASH (\"Text\", at)", "ALTER TABLE public.logs ADD COLUMN id bigserial;",
         "ALTER TABLE public.logs ADD PRIMARY KEY (id, at, \"Text\");",
         "ALTER TABLE public.logs DROP COLUMN id;",
         "ALTER TABLE public.logs ALTER COLUMN at DROP NOT NULL;"},
        {170000, "RANGE (date_trunc('day'::text, at))", "", "", "", ""},
        {170000, "RANGE (at, lower(\"Text\"))", "", "", "", ""},
        {170000, NULL, "", "", "", ""},
        {170000, "RANGE", "", "", "", ""},
        {100023, "RANGE (at)", "", "", "", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model);
        const PgaFinding *finding;

        logs->relkind = 'p';
        logs->partkey = g_strdup(cases[i].partkey);
        pga_relation_attribute(logs, 2)->attnotnull = TRUE;
        model->environment->version_num = cases[i].version_num;
        model_partition(model, logs, "logs_1", 500);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        finding = model_finding(model);
        g_assert_cmpstr(finding->object, ==, "public.logs");
        g_assert_cmpstr(fix_at(finding, 0), ==, cases[i].sql);
        g_assert_cmpstr(fix_at(finding, 1), ==, cases[i].sql2);
        g_assert_cmpstr(undo_at(finding, 0), ==, cases[i].undo);
        g_assert_cmpstr(undo_at(finding, 1), ==, cases[i].undo2);
        if (!*cases[i].sql) {
            g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
            g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
            assert_contains(finding->fix.note, "each partition its own");
        }
    }
}

/* The key must hold the keys of partitions that are partitioned themselves as well. */
static void
test_partitioned_twice(void)
{
    static const struct {
        const char *nested, *expected;
    } cases[] = {
        {"LIST (\"Text\")", "ADD PRIMARY KEY (id, at, \"Text\");"},
        {"RANGE (at)", "ADD PRIMARY KEY (id, at);"},
        {"HASH (lower(\"Text\"))", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = logs_new(model), *nested;

        logs->relkind = 'p';
        logs->partkey = g_strdup("RANGE (at)");
        model_partition(model, logs, "logs_1", 10);
        nested = model_partition(model, logs, "logs_2", -1);
        nested->relkind = 'p';
        nested->partkey = g_strdup(cases[i].nested);
        model_partition(model, nested, "logs_2a", 10);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        if (cases[i].expected)
            assert_contains(fix_at(model_finding(model), 1), cases[i].expected);
        else
            g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    }
}

static void
test_partitioned_unique_index(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *logs = logs_new(model);
    PgaIndex *index = unique_new(model, logs);
    const gint16 included = 1;
    const PgaFinding *finding;

    logs->relkind = 'p';
    g_array_append_val(index->indkey, included);
    g_free(index->definition);
    index->definition =
        g_strdup("CREATE UNIQUE INDEX \"Logs text\" ON ONLY public.logs USING btree "
                 "(\"Text\") INCLUDE (at)");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.logs ADD CONSTRAINT logs_pkey PRIMARY KEY (\"Text\");");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER TABLE public.logs DROP CONSTRAINT logs_pkey;");
    g_assert_cmpstr(finding->fix.duration, ==, "scan");
}

static void
test_rows_unknown(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    logs_new(model)->reltuples = -1;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpfloat(model_finding(model)->weight, ==, 0);
    assert_contains(model_finding(model)->evidence, "it holds an unknown number of rows.");
}

/* A table with nothing in it to tell apart is worth a remark, published or not. */
static void
test_empty(void)
{
    static const struct {
        double rows;
        PgaRowsSource source;
        gboolean no_columns, published;
        PgaSeverity severity;
    } cases[] = {
        {0, PGA_ROWS_ANALYZED, FALSE, FALSE, PGA_SEVERITY_INFO},
        {0, PGA_ROWS_COUNTERS, FALSE, TRUE, PGA_SEVERITY_INFO},
        {0, PGA_ROWS_UNKNOWN, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {-1, PGA_ROWS_UNKNOWN, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {1, PGA_ROWS_ANALYZED, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {5, PGA_ROWS_ANALYZED, TRUE, FALSE, PGA_SEVERITY_INFO},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *logs = cases[i].no_columns ? model_table(model, "logs", 0) : logs_new(model);

        logs->reltuples = cases[i].rows;
        logs->rows_source = cases[i].source;
        logs->published_updates = cases[i].published;
        logs->relreplident = 'd';
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpint(model_finding(model)->severity, ==, cases[i].severity);
        g_assert_cmpfloat(model_finding(model)->weight, ==, i == 4 ? 1 : 0);
    }
}

static void
test_bookkeeping(void)
{
    g_auto(GStrv) names = g_strsplit(
        "alembic_version schema_migrations ar_internal_metadata flyway_schema_history "
        "goose_db_version knex_migrations_lock databasechangelog databasechangeloglock "
        "__diesel_schema_migrations _prisma_migrations django_migrations our_schema_migrations",
        " ", -1);

    for (guint i = 0; names[i]; i++) {
        g_autoptr(Model) model = model_new();

        model_column(model_table(model, names[i], 5000), "version", "text");
        g_assert_cmpint(model_run(model, RULE), ==, names[i + 1] ? SILENT : FIRES);
    }
}

static void
test_child_is_its_parents_matter(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *child = model_table(model, "logs_2024", 5000);

    logs_new(model);
    model_column(child, "at", "date");
    child->inherits = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.logs");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/table-no-primary-key/" path, function)
    TEST("new-column", test_new_column);
    TEST("before-identity", test_before_identity);
    TEST("free-column-name", test_free_column_name);
    TEST("relations-left-out", test_relations_left_out);
    TEST("replication-breaks", test_replication_breaks);
    TEST("unique-index-becomes-the-key", test_unique_index_becomes_the_key);
    TEST("unfit-unique-index", test_unfit_unique_index);
    TEST("included-columns-are-no-key", test_included_columns_are_no_key);
    TEST("unique-constraint", test_unique_constraint);
    TEST("best-unique-index", test_best_unique_index);
    TEST("numbered-column", test_numbered_column);
    TEST("partitioned", test_partitioned);
    TEST("partitioned/twice", test_partitioned_twice);
    TEST("partitioned/unique-index", test_partitioned_unique_index);
    TEST("rows-unknown", test_rows_unknown);
    TEST("empty", test_empty);
    TEST("bookkeeping", test_bookkeeping);
    TEST("inheritance-child", test_child_is_its_parents_matter);
    return g_test_run();
}
