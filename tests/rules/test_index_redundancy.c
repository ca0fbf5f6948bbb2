/* index-duplicate and index-redundant-prefix: which index could go, which one stays, and what the
 * drop and its undo look like. */
#include <index_redundancy_internal.h>
#include <time.h>

#include "model.h"

#define DUPLICATE "index-duplicate"
#define PREFIX    "index-redundant-prefix"

static PgaRelation *
orders_new(Model *model)
{
    PgaRelation *orders = model_table(model, "orders", 50000);

    model_column(orders, "a", "bigint");
    model_column(orders, "b", "text");
    model_column(orders, "c", "date");
    return orders;
}

static void
set_oid(GArray *oids, guint at, PgaOid oid)
{
    g_array_set_size(oids, MAX(oids->len, at + 1));
    g_array_index(oids, PgaOid, at) = oid;
}

static void
set_option(PgaIndex *index, guint at, gint16 option)
{
    g_array_set_size(index->indoption, MAX(index->indoption->len, at + 1));
    g_array_index(index->indoption, gint16, at) = option;
}

static void
set_text(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

/* One thing by which the second of two otherwise identical indexes differs. */
typedef enum {
    NOTHING,
    OTHER_AMNAME,
    OTHER_OPCLASS,
    OTHER_COLLATION,
    OTHER_DIRECTION,
    OTHER_PREDICATE,
    OTHER_EXPRESSION,
    OTHER_INCLUDE,
    INVALID,
    NOT_READY,
    NOT_LIVE,
    SHADOWED_BY_DEFINITION, /* storage parameters of a B-tree: no matter */
} Difference;

static void
differ(PgaIndex *index, Difference difference)
{
    switch (difference) {
    case NOTHING:
        break;
    case OTHER_AMNAME:
        set_text(&index->amname, "hash");
        break;
    case OTHER_OPCLASS:
        set_oid(index->indclass, 0, 10042);
        break;
    case OTHER_COLLATION:
        set_oid(index->indcollation, 0, 950);
        break;
    case OTHER_DIRECTION:
        set_option(index, 0, 1);
        break;
    case OTHER_PREDICATE:
        set_text(&index->pred, "(a > 0)");
        break;
    case OTHER_EXPRESSION:
        g_array_index(index->indkey, gint16, 0) = 0;
        set_text(&index->exprs, "(a + 1)");
        break;
    case OTHER_INCLUDE:
        index->n_key_atts--;
        break;
    case INVALID:
        index->indisvalid = FALSE;
        break;
    case NOT_READY:
        index->indisready = FALSE;
        break;
    case NOT_LIVE:
        index->indislive = FALSE;
        break;
    case SHADOWED_BY_DEFINITION:
        set_text(&index->definition,
                 "CREATE INDEX second ON public.orders USING btree (a, b) WITH (fillfactor='70')");
        break;
    }
}

static const struct {
    Difference difference;
    Outcome expected;
} duplicate_cases[] = {
    {NOTHING, FIRES},           {OTHER_AMNAME, SILENT},    {OTHER_OPCLASS, SILENT},
    {OTHER_COLLATION, SILENT},  {OTHER_DIRECTION, SILENT}, {OTHER_PREDICATE, SILENT},
    {OTHER_EXPRESSION, SILENT}, {OTHER_INCLUDE, SILENT},   {INVALID, SILENT},
    {NOT_READY, SILENT},        {NOT_LIVE, SILENT},        {SHADOWED_BY_DEFINITION, FIRES},
};

static void
test_duplicate_cases(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(duplicate_cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);

        model_index(model, orders, "first", "a b");
        differ(model_index(model, orders, "second", "a b"), duplicate_cases[i].difference);
        g_test_message("difference %d", duplicate_cases[i].difference);
        g_assert_cmpint(model_run(model, DUPLICATE), ==, duplicate_cases[i].expected);
    }
}

static void
test_duplicate_of_other_columns(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "first", "a b");
    model_index(model, orders, "second", "b a");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, SILENT);
}

static void
test_duplicate(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    const PgaFinding *finding;

    model_index(model, orders, "first", "a b");
    model_index(model, orders, "second", "a b");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.second");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(finding->evidence, ==,
                    "The index has the same columns, order, operator classes and predicate on "
                    "public.orders as public.first, by pg_index; it takes 10.5 MB, and every "
                    "insert maintains both.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX CONCURRENTLY public.second;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY second ON public.orders USING btree (a, b);");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
    g_assert_cmpstr(finding->fix.note, ==,
                    "A drop is yours to approve. Run it outside a transaction block. Keep "
                    "public.first.");
    g_assert_cmpfloat(finding->gain->before, ==, 10485760);
    g_assert_cmpfloat(finding->gain->after, ==, 0);
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

static void
test_hostile_names(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "t USING \"x\" ON ONLY y", 50000);
    const PgaFinding *finding;

    model_column(orders, "Sel\"ect", "bigint");
    model_index(model, orders, "a INDEX b", "Sel\"ect");
    model_index(model, orders, "c INDEX d ON ONLY e", "Sel\"ect");
    orders->relkind = 'p';
    set_text(&((PgaIndex *)g_ptr_array_index(model->catalog->indexes, 1))->definition,
             "CREATE INDEX \"c INDEX d ON ONLY e\" ON ONLY public.\"t USING \"\"x\"\" ON ONLY y\" "
             "USING btree (\"Sel\"\"ect\")");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX public.\"c INDEX d ON ONLY e\";");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX \"c INDEX d ON ONLY e\" ON public.\"t USING \"\"x\"\" ON ONLY "
                    "y\" USING btree (\"Sel\"\"ect\");");
}

static void
test_duplicate_from_ddl(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    const PgaFinding *finding;

    model_make_ddl(model);
    model_index(model, orders, "first", "a b");
    model_index(model, orders, "second", "a b");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    finding = model_finding(model);
    assert_contains(finding->evidence, "it takes an unknown size");
    g_assert_null(finding->gain);
}

static void
test_partitioned_index(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model), *partition;
    const PgaFinding *finding;
    PgaOid parent;

    orders->relkind = 'p';
    partition = model_partition(model, orders, "orders_1", 1000);
    parent = model_index(model, orders, "first", "a")->indexrelid;
    model_index(model, partition, "p_first", "a")->parent = parent;
    parent = model_index(model, orders, "second", "a")->indexrelid;
    model_index(model, partition, "p_second", "a")->parent = parent;
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.second");
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX public.second;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX second ON public.orders USING btree (a);");
    g_assert_cmpstr(finding->fix.lock, ==, "ACCESS EXCLUSIVE");
    assert_contains(finding->fix.note, "A partitioned index cannot be dropped concurrently");
}

/* The definition of an old server's partitioned index has no ONLY. */
static void
test_partitioned_definition_without_only(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "first", "a");
    model_index(model, orders, "second", "a");
    orders->relkind = 'p';
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "CREATE INDEX second ON public.orders USING btree (a);");
}

/* What makes the first (by name) of two identical indexes the one that goes. */
typedef enum {
    SECOND_UNIQUE,
    SECOND_CLUSTERED,
    SECOND_IDENTITY,
    SECOND_REFERENCED,
    SECOND_EXTENSION,
    SECOND_EXCLUSION,
} Worth;

static void
test_the_worthier_stays(void)
{
    for (Worth worth = SECOND_UNIQUE; worth <= SECOND_EXCLUSION; worth++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);
        PgaIndex *second;

        model_index(model, orders, "first", "a");
        second = model_index(model, orders, "second", "a");
        second->indisunique = worth == SECOND_UNIQUE || worth == SECOND_IDENTITY;
        second->indisclustered = worth == SECOND_CLUSTERED;
        second->indisreplident = worth == SECOND_IDENTITY;
        second->indisexclusion = worth == SECOND_EXCLUSION;
        if (worth == SECOND_EXTENSION)
            second->extension = g_strdup("postgis");
        if (worth == SECOND_REFERENCED)
            model_foreign_key(model, orders, "a", orders, "a")->conindid = second->indexrelid;
        g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
        g_assert_cmpstr(model_finding(model)->object, ==, "public.first");
    }
}

static void
test_both_are_needed(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "first", "a")->indisclustered = TRUE;
    model_index(model, orders, "second", "a")->indisreplident = TRUE;
    g_assert_cmpint(model_run(model, DUPLICATE), ==, SILENT);
}

static void
test_uniqueness_is_not_lost(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    PgaIndex *distinct = model_index(model, orders, "distinct", "a");

    model_index(model, orders, "clustered", "a")->indisclustered = TRUE;
    model_index(model, orders, "unique_1", "a")->indisunique = TRUE;
    model_index(model, orders, "unique_2", "a")->indisunique = TRUE;
    distinct->indisunique = distinct->indnullsnotdistinct = TRUE;
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.unique_2");
    assert_contains(model_finding(model)->fix.note, "Keep public.unique_1.");
}

static PgaIndex *
unique_constraint(Model *model, PgaRelation *relation, const char *name, const char *columns,
                  const char *definition)
{
    PgaIndex *index = model_index(model, relation, name, columns);
    PgaConstraint *constraint =
        pga_catalog_add_constraint(model->catalog, model->next_oid++, 'u', relation->oid);

    constraint->conname = g_strdup(name);
    constraint->conindid = index->indexrelid;
    constraint->definition = g_strdup(definition);
    index->indisunique = TRUE;
    index->constraint = constraint->oid;
    g_free(index->definition);
    index->definition = g_strdup_printf("CREATE UNIQUE INDEX %s ON public.%s USING btree (%s)",
                                        name, relation->relname, columns);
    return index;
}

static void
test_constraint_beside_a_primary_key(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    const PgaFinding *finding;

    model_primary_key(model, orders, "a");
    unique_constraint(model, orders, "orders_a_key", "a", "UNIQUE (a)");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders_a_key");
    assert_contains(finding->evidence, "as public.orders_pkey, which a constraint needs, by");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.orders DROP CONSTRAINT orders_a_key;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 2);
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE UNIQUE INDEX CONCURRENTLY orders_a_key ON public.orders USING btree "
                    "(a);");
    g_assert_cmpstr(undo_at(finding, 1), ==,
                    "ALTER TABLE public.orders ADD CONSTRAINT orders_a_key UNIQUE USING INDEX "
                    "orders_a_key;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
    g_assert_cmpstr(finding->fix.lock, ==, "ACCESS EXCLUSIVE");
    assert_contains(finding->fix.note, "ON CONFLICT ON CONSTRAINT orders_a_key needs");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

/* On the clone a foreign key chooses anew which of the two it depends on. */
static void
test_clone_may_choose_the_other_one(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    const PgaIndex *primary = model_primary_key(model, orders, "a");

    unique_constraint(model, orders, "orders_a_key", "a", "UNIQUE (a)");
    model_foreign_key(model, orders, "b", orders, "a")->conindid = primary->indexrelid;
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders_a_key");
    g_assert_cmpint(model_finding(model)->proof.kind, ==, PGA_PROOF_NONE);
}

static void
test_constraint_of_a_partitioned_table(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    orders->relkind = 'p';
    model_primary_key(model, orders, "a");
    unique_constraint(model, orders, "orders_a_key", "a", "UNIQUE (a)");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ADD CONSTRAINT orders_a_key UNIQUE (a);");
}

typedef enum {
    PLAIN_UNIQUE_BESIDE_IT, /* an index alone does not replace a constraint */
    FOREIGN_KEY_NEEDS_IT,
    DEFERRABLE,
    DEFERRABLE_BESIDE_IT,
    UNKNOWN_CONSTRAINT,
} Need;

static void
test_constraint_stays(void)
{
    for (Need need = PLAIN_UNIQUE_BESIDE_IT; need <= UNKNOWN_CONSTRAINT; need++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);
        PgaIndex *first, *second;

        first = unique_constraint(model, orders, "first", "a",
                                  need == DEFERRABLE_BESIDE_IT ? "UNIQUE (a) DEFERRABLE"
                                                               : "UNIQUE (a)");
        second = unique_constraint(model, orders, "second", "a",
                                   need == DEFERRABLE ? "UNIQUE (a) DEFERRABLE INITIALLY DEFERRED"
                                                      : "UNIQUE (a)");
        if (need == PLAIN_UNIQUE_BESIDE_IT) {
            first->constraint = 0;
            first->indisclustered = TRUE;
        } else if (need == FOREIGN_KEY_NEEDS_IT) {
            model_foreign_key(model, orders, "a", orders, "a")->conindid = first->indexrelid;
            model_foreign_key(model, orders, "b", orders, "a")->conindid = second->indexrelid;
        } else if (need == UNKNOWN_CONSTRAINT) {
            first->constraint = second->constraint = 1;
        }
        g_test_message("need %d", need);
        g_assert_cmpint(model_run(model, DUPLICATE), ==, SILENT);
    }
}

/* A deferrable constraint keeps its own index and replaces a plain one, which promises nothing. */
static void
test_deferrable_replaces_a_plain_index(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    unique_constraint(model, orders, "key", "a", "UNIQUE (a) DEFERRABLE");
    model_index(model, orders, "plain", "a");
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.plain");
}

static void
test_gin_parameters_matter(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    PgaIndex *indexes[3];
    static const char *const names[] = {"one", "three", "two"};
    static const char *const tails[] = {"(b)", "(b) WITH (fastupdate=off)", "(b)"};

    for (guint i = 0; i < 3; i++) {
        indexes[i] = model_index(model, orders, names[i], "b");
        set_text(&indexes[i]->amname, "gin");
        g_free(indexes[i]->definition);
        indexes[i]->definition =
            g_strdup_printf("CREATE INDEX %s ON public.orders USING gin %s", names[i], tails[i]);
    }
    g_assert_cmpint(model_run(model, DUPLICATE), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.two");
}

static void
test_relations_left_out(void)
{
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);

        model_index(model, orders, "a_1", "a");
        model_index(model, orders, "a_2", "a");
        model_index(model, orders, "ab", "a b");
        if (i == 0)
            orders->relkind = 'f';
        else if (i == 1)
            orders->relpersistence = 't';
        else
            orders->extension = g_strdup("postgis");
        model_run_all(model);
        g_assert_cmpuint(model_count(model, DUPLICATE), ==, 0);
        g_assert_cmpuint(model_count(model, PREFIX), ==, 0);
    }
}

static void
test_prefix(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    const PgaFinding *finding;

    model_index(model, orders, "narrow", "a");
    model_index(model, orders, "wide", "a b");
    g_assert_cmpint(model_run(model, PREFIX), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.narrow");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_LIKELY);
    g_assert_cmpstr(finding->evidence, ==,
                    "Its columns (a) begin those of public.wide (a, b), in the same order, by "
                    "pg_index; it takes 10.5 MB.");
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX CONCURRENTLY public.narrow;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY narrow ON public.orders USING btree (a);");
    assert_contains(finding->fix.note, "Keep public.wide.");
}

static void
test_prefix_of_a_constraint(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "narrow", "a");
    model_primary_key(model, orders, "a b");
    g_assert_cmpint(model_run(model, PREFIX), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, "Keep public.orders_pkey.");
}

static const struct {
    Difference difference;
    gboolean of_the_wide;
} prefix_near_misses[] = {
    {OTHER_AMNAME, FALSE},    {OTHER_AMNAME, TRUE},     {OTHER_OPCLASS, FALSE},
    {OTHER_COLLATION, FALSE}, {OTHER_DIRECTION, FALSE}, {OTHER_DIRECTION, TRUE},
    {OTHER_PREDICATE, FALSE}, {OTHER_PREDICATE, TRUE},  {OTHER_EXPRESSION, FALSE},
    {OTHER_EXPRESSION, TRUE}, {OTHER_INCLUDE, FALSE},   {OTHER_INCLUDE, TRUE},
    {INVALID, FALSE},         {INVALID, TRUE},
};

static void
test_prefix_near_misses(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(prefix_near_misses); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);
        PgaIndex *narrow = model_index(model, orders, "narrow", "a b");
        PgaIndex *wide = model_index(model, orders, "wide", "a b c");

        differ(prefix_near_misses[i].of_the_wide ? wide : narrow, prefix_near_misses[i].difference);
        g_test_message("near miss %u", i);
        g_assert_cmpint(model_run(model, PREFIX), ==, SILENT);
    }
}

static void
test_prefix_of_the_same_predicate(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    differ(model_index(model, orders, "narrow", "a b"), OTHER_PREDICATE);
    differ(model_index(model, orders, "wide", "a b c"), OTHER_PREDICATE);
    g_assert_cmpint(model_run(model, PREFIX), ==, FIRES);
}

static void
test_prefix_that_is_needed(void)
{
    for (guint i = 0; i < 7; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);
        PgaIndex *narrow = model_index(model, orders, "narrow", "a");

        model_index(model, orders, "wide", "a b");
        narrow->indisunique = i == 0;
        narrow->constraint = i == 1 ? 1 : 0;
        narrow->indisreplident = i == 2;
        narrow->indisclustered = i == 3;
        narrow->parent = i == 4 ? 1 : 0;
        narrow->extension = i == 5 ? g_strdup("postgis") : NULL;
        if (i == 6)
            model_foreign_key(model, orders, "b", orders, "a")->conindid = narrow->indexrelid;
        g_assert_cmpint(model_run(model, PREFIX), ==, SILENT);
    }
}

static void
test_prefix_not_at_the_beginning(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "narrow", "b");
    model_index(model, orders, "wide", "a b");
    g_assert_cmpint(model_run(model, PREFIX), ==, SILENT);
}

static void
test_chain_keeps_the_widest(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "one", "a");
    model_index(model, orders, "one_again", "a");
    model_index(model, orders, "two", "a b");
    model_index(model, orders, "three", "a b c");
    model_run_all(model);
    g_assert_cmpuint(model_count(model, DUPLICATE), ==, 1);
    g_assert_cmpuint(model_count(model, PREFIX), ==, 2);
    for (guint i = 0; i < model->findings->len; i++) {
        const PgaFinding *finding = model_finding_at(model, i);

        if (g_str_equal(finding->rule, PREFIX))
            assert_contains(finding->fix.note, "Keep public.three.");
    }
}

static void
test_narrowest_substitute_is_named(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);

    model_index(model, orders, "narrow", "a");
    model_index(model, orders, "two", "a c");
    model_index(model, orders, "three", "a b c");
    g_assert_cmpint(model_run(model, PREFIX), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, "Keep public.two.");
}

static void
test_busy_narrow_index_stays(void)
{
    static const struct {
        gint64 wide_bytes, narrow_bytes, scans;
        Outcome expected;
    } cases[] = {
        {26, 10, 1000, SILENT}, {25, 10, 1000, FIRES}, {26, 10, 999, FIRES},
        {26, -1, 1000, FIRES},  {-1, 10, 1000, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = orders_new(model);
        PgaIndex *narrow = model_index(model, orders, "narrow", "a");
        PgaIndex *wide = model_index(model, orders, "wide", "a b");

        narrow->bytes = cases[i].narrow_bytes;
        wide->bytes = cases[i].wide_bytes;
        narrow->idx_scan = cases[i].scans;
        g_assert_cmpint(model_run(model, PREFIX), ==, cases[i].expected);
    }
}

#define MOST_SECONDS 60 /* of the processor, also under valgrind */

/* Hundreds of indexes on a table, thousands of tables: the work grows with the indexes. */
static void
test_many_indexes(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = orders_new(model);
    clock_t start;

    for (guint i = 0; i < 20000; i++) {
        g_autofree char *name = g_strdup_printf("index_%05u", i);

        model_index(model, orders, name, i % 2 ? "a" : "a b");
    }
    start = clock();
    model_run_all(model);
    g_assert_cmpuint(model_count(model, DUPLICATE), ==, 19998);
    g_assert_cmpint((clock() - start) / CLOCKS_PER_SEC, <, MOST_SECONDS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/" path, function)
    TEST("index-duplicate/differences", test_duplicate_cases);
    TEST("index-duplicate/other-columns", test_duplicate_of_other_columns);
    TEST("index-duplicate/fix-and-undo", test_duplicate);
    TEST("index-duplicate/hostile-names", test_hostile_names);
    TEST("index-duplicate/ddl", test_duplicate_from_ddl);
    TEST("index-duplicate/partitioned", test_partitioned_index);
    TEST("index-duplicate/partitioned-without-only", test_partitioned_definition_without_only);
    TEST("index-duplicate/the-worthier-stays", test_the_worthier_stays);
    TEST("index-duplicate/both-are-needed", test_both_are_needed);
    TEST("index-duplicate/uniqueness-is-not-lost", test_uniqueness_is_not_lost);
    TEST("index-duplicate/constraint-beside-a-primary-key", test_constraint_beside_a_primary_key);
    TEST("index-duplicate/clone-may-choose-the-other", test_clone_may_choose_the_other_one);
    TEST("index-duplicate/constraint-of-a-partitioned-table",
         test_constraint_of_a_partitioned_table);
    TEST("index-duplicate/constraint-stays", test_constraint_stays);
    TEST("index-duplicate/deferrable-replaces-plain", test_deferrable_replaces_a_plain_index);
    TEST("index-duplicate/gin-parameters-matter", test_gin_parameters_matter);
    TEST("index-duplicate/relations-left-out", test_relations_left_out);
    TEST("index-duplicate/many-indexes", test_many_indexes);
    TEST("index-redundant-prefix/fix-and-undo", test_prefix);
    TEST("index-redundant-prefix/of-a-constraint", test_prefix_of_a_constraint);
    TEST("index-redundant-prefix/near-misses", test_prefix_near_misses);
    TEST("index-redundant-prefix/same-predicate", test_prefix_of_the_same_predicate);
    TEST("index-redundant-prefix/needed", test_prefix_that_is_needed);
    TEST("index-redundant-prefix/not-at-the-beginning", test_prefix_not_at_the_beginning);
    TEST("index-redundant-prefix/chain-keeps-the-widest", test_chain_keeps_the_widest);
    TEST("index-redundant-prefix/narrowest-substitute", test_narrowest_substitute_is_named);
    TEST("index-redundant-prefix/busy-narrow-index-stays", test_busy_narrow_index_stays);
    return g_test_run();
}
