/* index-invalid: what is rebuilt, what is dropped, and how a partitioned index is completed. */
#include <string.h>

#include "model.h"

#define RULE "index-invalid"

typedef struct {
    PgaRelation *orders;
    PgaIndex *index;
} Shop;

static Shop
shop_new(Model *model, const char *name)
{
    Shop shop = {.orders = model_table(model, "orders", 50000)};

    model_column(shop.orders, "a", "bigint");
    model_column(shop.orders, "b", "text");
    shop.index = model_index(model, shop.orders, name, "a");
    shop.index->indisvalid = FALSE;
    return shop;
}

static void
test_rebuild(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    shop_new(model, "Orders x");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.\"Orders x\"");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpstr(finding->evidence, ==,
                    "pg_index has indisvalid false, indisready true, indislive true for it, and no "
                    "CREATE INDEX is running on public.orders: no query uses it, while every write "
                    "maintains it; it takes 10.5 MB.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==, "REINDEX INDEX CONCURRENTLY public.\"Orders x\";");
    g_assert_cmpuint(finding->fix.undo->len, ==, 0);
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    g_assert_cmpstr(finding->fix.lock, ==, "SHARE UPDATE EXCLUSIVE");
    g_assert_cmpstr(finding->fix.note, ==,
                    "Run it outside a transaction block. If nobody needs the index, DROP INDEX "
                    "CONCURRENTLY instead. Nothing to undo: rows and definition stay as they are.");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

/* Duplicates make it fail, which an empty clone cannot show. */
static void
test_unique(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    shop_new(model, "Orders x").index->indisunique = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(
        finding->fix.note, ==,
        "Run it outside a transaction block. It fails again while the table holds duplicates: "
        "remove those first. This lists them: SELECT a, count(*) FROM public.orders WHERE a IS NOT "
        "NULL GROUP BY a HAVING count(*) > 1; When it fails, one more invalid index stays, "
        "public.\"Orders x_ccnew\": DROP INDEX CONCURRENTLY public.\"Orders x_ccnew\"; If nobody "
        "needs the index, DROP INDEX CONCURRENTLY instead.");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
}

static void
test_unique_before_12_leaves_no_copy(void)
{
    g_autoptr(Model) model = model_new();

    model->environment->version_num = 110022;
    shop_new(model, "x").index->indisunique = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, "This lists them: SELECT a, count(*)");
    g_assert_null(strstr(model_finding(model)->fix.note, "ccnew"));
    g_assert_cmpint(model_finding(model)->proof.kind, ==, PGA_PROOF_NONE);
}

/* What counts as a duplicate: nulls, predicate and expressions as the index has them. */
static void
test_duplicates_query(void)
{
    static const struct {
        gboolean nulls_not_distinct, not_null;
        gint16 last; /* 0: an expression */
        const char *exprs, *pred, *query;
    } cases[] = {
        {TRUE, FALSE, 2, NULL, NULL,
         "SELECT \"A\", b, count(*) FROM public.orders GROUP BY \"A\", b HAVING count(*) > 1;"},
        {FALSE, FALSE, 2, NULL, "(b > 'x'::text)",
         "SELECT \"A\", b, count(*) FROM public.orders WHERE (b > 'x'::text) AND \"A\" IS NOT NULL "
         "AND b IS NOT NULL GROUP BY \"A\", b HAVING count(*) > 1;"},
        {FALSE, TRUE, 0, "lower(b)", NULL,
         "SELECT \"A\", lower(b), count(*) FROM public.orders WHERE num_nonnulls(lower(b)) = 1 "
         "GROUP "
         "BY \"A\", lower(b) HAVING count(*) > 1;"},
        {FALSE, FALSE, 0, "lower(b)", NULL,
         "WHERE \"A\" IS NOT NULL AND num_nonnulls(lower(b)) = 1 GROUP BY"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = model_table(model, "orders", 50000);
        PgaAttribute *a = model_column(orders, "A", "bigint");
        PgaIndex *index;

        a->attnotnull = cases[i].not_null;
        model_column(orders, "b", "text");
        index = model_index(model, orders, "x", "A b");
        index->indisvalid = FALSE;
        index->indisunique = TRUE;
        index->indnullsnotdistinct = cases[i].nulls_not_distinct;
        g_array_index(index->indkey, gint16, 1) = cases[i].last;
        index->exprs = g_strdup(cases[i].exprs);
        index->pred = g_strdup(cases[i].pred);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        assert_contains(model_finding(model)->fix.note, cases[i].query);
    }
}

static void
test_flags(void)
{
    static const struct {
        gboolean valid, ready, live, being_built;
        Outcome expected;
    } cases[] = {
        {TRUE, TRUE, TRUE, FALSE, SILENT},  {FALSE, TRUE, TRUE, FALSE, FIRES},
        {TRUE, FALSE, TRUE, FALSE, FIRES},  {TRUE, TRUE, FALSE, FALSE, FIRES},
        {FALSE, FALSE, TRUE, TRUE, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaIndex *index = shop_new(model, "x").index;

        index->indisvalid = cases[i].valid;
        index->indisready = cases[i].ready;
        index->indislive = cases[i].live;
        index->being_built = cases[i].being_built;
        g_assert_cmpint(model_run(model, RULE), ==, cases[i].expected);
    }
}

static void
test_not_ready_costs_no_writes(void)
{
    g_autoptr(Model) model = model_new();

    shop_new(model, "x").index->indisready = FALSE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "no query uses it; it takes");
}

static void
test_leftovers_of_reindex(void)
{
    static const struct {
        const char *name;
        gboolean leftover;
    } cases[] = {
        {"orders_a_idx_ccnew", TRUE},   {"orders_a_idx_ccold", TRUE},
        {"orders_a_idx_ccnew12", TRUE}, {"orders_a_idx_ccnewer", FALSE},
        {"orders_cc", FALSE},           {"_ccnew_orders", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        g_autofree char *drop =
            g_strdup_printf("DROP INDEX CONCURRENTLY public.%s;", cases[i].name);
        g_autofree char *reindex =
            g_strdup_printf("REINDEX INDEX CONCURRENTLY public.%s;", cases[i].name);

        shop_new(model, cases[i].name);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].leftover ? drop : reindex);
        if (cases[i].leftover)
            assert_contains(model_finding(model)->fix.note,
                            "It is what an interrupted REINDEX CONCURRENTLY left");
        g_assert_cmpuint(model_finding(model)->fix.undo->len, ==, 0);
    }
}

/* Such a name alone does not make it a leftover: PostgreSQL refuses to drop these. */
static void
test_needed_index_with_such_a_name(void)
{
    for (guint i = 0; i < 2; i++) {
        g_autoptr(Model) model = model_new();
        PgaIndex *index = shop_new(model, "x_ccnew").index;

        index->constraint = i == 0;
        index->parent = i == 1;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                        "REINDEX INDEX CONCURRENTLY public.x_ccnew;");
    }
}

static void
test_interrupted_drop(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    shop_new(model, "x").index->indislive = FALSE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX CONCURRENTLY public.x;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY x ON public.orders USING btree (a);");
    assert_contains(finding->fix.note, "Its drop was begun and interrupted");
}

static void
test_exclusion_constraint(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    shop_new(model, "x").index->indisexclusion = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==, "REINDEX INDEX public.x;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
    g_assert_cmpstr(finding->fix.lock, ==, "ACCESS EXCLUSIVE");
    assert_contains(finding->fix.note, "Writes to the table are blocked while it runs, and reads");
}

/* REINDEX CONCURRENTLY came with 12. */
static void
test_old_servers(void)
{
    static const struct {
        gboolean constraint, parent, exclusion;
        const char *first, *second;
    } cases[] = {
        {FALSE, FALSE, FALSE, "DROP INDEX CONCURRENTLY public.x;",
         "CREATE INDEX CONCURRENTLY x ON public.orders USING btree (a);"},
        {TRUE, FALSE, FALSE, "REINDEX INDEX public.x;", ""},
        {FALSE, TRUE, FALSE, "REINDEX INDEX public.x;", ""},
        {FALSE, FALSE, TRUE, "REINDEX INDEX public.x;", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaIndex *index = shop_new(model, "x").index;
        const PgaFinding *finding;

        model->environment->version_num = 110022;
        index->constraint = cases[i].constraint;
        index->parent = cases[i].parent;
        index->indisexclusion = cases[i].exclusion;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        finding = model_finding(model);
        g_assert_cmpstr(fix_at(finding, 0), ==, cases[i].first);
        g_assert_cmpstr(fix_at(finding, 1), ==, cases[i].second);
        g_assert_cmpint(finding->fix.safety, ==, i ? PGA_SAFETY_LOCK : PGA_SAFETY_SAFE);
    }
}

static Shop
partitioned_new(Model *model, PgaRelation *partitions[2])
{
    Shop shop = shop_new(model, "orders_a_idx");

    shop.orders->relkind = 'p';
    g_free(shop.index->definition);
    shop.index->definition =
        g_strdup("CREATE INDEX orders_a_idx ON ONLY public.orders USING btree (a)");
    partitions[0] = model_partition(model, shop.orders, "orders_1", 1000);
    partitions[1] = model_partition(model, shop.orders, "orders_2", 1000);
    return shop;
}

static void
test_partitioned(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[2];
    const Shop shop = partitioned_new(model, partitions);
    const PgaFinding *finding;

    model_index(model, partitions[0], "one", "a")->parent = shop.index->indexrelid;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpuint(finding->fix.sql->len, ==, 2);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_2_a_idx ON public.orders_2 USING btree (a);");
    g_assert_cmpstr(fix_at(finding, 1), ==,
                    "ALTER INDEX public.orders_a_idx ATTACH PARTITION public.orders_2_a_idx;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
    g_assert_cmpstr(finding->evidence, ==,
                    "pg_index has indisvalid false for this partitioned index: not every partition "
                    "of public.orders has its part of it.");
    assert_contains(finding->fix.note, "An attached one goes only with the whole");
}

static void
test_partitioned_attaches_what_is_there(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[2];
    const Shop shop = partitioned_new(model, partitions);
    const PgaFinding *finding;

    model_index(model, partitions[0], "one", "a")->parent = shop.index->indexrelid;
    model_index(model, partitions[1], "two", "a");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER INDEX public.orders_a_idx ATTACH PARTITION public.two;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 0);
}

static void
test_partitioned_all_attached(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[2];
    const Shop shop = partitioned_new(model, partitions);
    const PgaFinding *finding;

    model_index(model, partitions[0], "one", "a")->parent = shop.index->indexrelid;
    model_index(model, partitions[1], "two", "a")->parent = shop.index->indexrelid;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    assert_contains(finding->fix.note, "ALTER INDEX public.orders_a_idx ATTACH PARTITION it once");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
}

/* Whether the index backs a primary key or a unique constraint: the partitions' must then too. */
static void
test_partitioned_constraint(void)
{
    static const struct {
        gboolean primary;
        const char *definition, *word;
    } cases[] = {
        {TRUE, "PRIMARY KEY (a)", "PRIMARY KEY"},
        {FALSE, "UNIQUE (a)", "UNIQUE"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *partitions[2];
        const Shop shop = partitioned_new(model, partitions);
        PgaConstraint *constraint =
            pga_catalog_add_constraint(model->catalog, model->next_oid++, 'u', shop.orders->oid);
        g_autofree char *add = g_strdup_printf(
            "ALTER TABLE public.orders_1 ADD CONSTRAINT orders_1_a_idx %s USING INDEX "
            "orders_1_a_idx;",
            cases[i].word);
        g_autofree char *only = g_strdup_printf(
            "ALTER TABLE ONLY public.orders_2 ADD CONSTRAINT orders_2_a_idx %s (a);",
            cases[i].word);
        const PgaFinding *finding;

        constraint->conname = g_strdup("orders_a_idx");
        constraint->definition = g_strdup(cases[i].definition);
        shop.index->constraint = constraint->oid;
        shop.index->indisunique = TRUE;
        shop.index->indisprimary = cases[i].primary;
        model_index(model, partitions[0], "alike_but_no_constraint", "a")->indisunique = TRUE;
        partitions[1]->relkind = 'p';
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        finding = model_finding(model);
        g_assert_cmpuint(finding->fix.sql->len, ==, 5);
        g_assert_cmpstr(fix_at(finding, 0), ==,
                        "CREATE UNIQUE INDEX CONCURRENTLY orders_1_a_idx ON public.orders_1 USING "
                        "btree (a);");
        g_assert_cmpstr(fix_at(finding, 1), ==, add);
        g_assert_cmpstr(fix_at(finding, 2), ==,
                        "ALTER INDEX public.orders_a_idx ATTACH PARTITION public.orders_1_a_idx;");
        g_assert_cmpstr(fix_at(finding, 3), ==, only);
        assert_contains(finding->evidence, ", so that nothing guarantees unique values.");
        g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
        g_assert_cmpstr(finding->fix.lock, ==, "ACCESS EXCLUSIVE");
    }
}

static void
test_partitioned_constraint_of_many(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[2];
    const Shop shop = partitioned_new(model, partitions);
    PgaConstraint *constraint =
        pga_catalog_add_constraint(model->catalog, model->next_oid++, 'p', shop.orders->oid);
    const PgaFinding *finding;

    constraint->conname = g_strdup("orders_a_idx");
    constraint->definition = g_strdup("PRIMARY KEY (a)");
    shop.index->constraint = constraint->oid;
    shop.index->indisunique = shop.index->indisprimary = TRUE;
    for (guint i = 3; i < 14; i++) {
        g_autofree char *name = g_strdup_printf("orders_%u", i);

        model_partition(model, shop.orders, name, 10);
    }
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
    assert_contains(finding->fix.note,
                    "For each of the 13 partitions: CREATE UNIQUE INDEX CONCURRENTLY … ON the "
                    "partition USING btree (a), ALTER TABLE the partition ADD CONSTRAINT … USING "
                    "INDEX, then ALTER INDEX public.orders_a_idx");
}

static void
test_partitioned_for_a_person(void)
{
    for (guint i = 0; i < 2; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *partitions[2];
        const Shop shop = partitioned_new(model, partitions);
        const PgaFinding *finding;

        if (i == 0)
            partitions[1]->relkind = 'f';
        else
            shop.index->indisexclusion = TRUE;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        finding = model_finding(model);
        g_assert_cmpuint(finding->fix.sql->len, ==, 0);
        g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
        assert_contains(finding->fix.note, i == 0 ? "A foreign table among the partitions"
                                                  : "Give each partition its exclusion constraint");
    }
}

static void
test_partitioned_without_partitions(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "x");

    shop.orders->relkind = 'p';
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
}

static void
test_ddl(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    shop_new(model, "x");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "it takes an unknown size");
}

static void
test_relations_left_out(void)
{
    g_autoptr(Model) model = model_new();

    shop_new(model, "x").orders->relpersistence = 't';
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/index-invalid/" path, function)
    TEST("rebuild", test_rebuild);
    TEST("unique", test_unique);
    TEST("unique-before-12-leaves-no-copy", test_unique_before_12_leaves_no_copy);
    TEST("query-that-lists-duplicates", test_duplicates_query);
    TEST("flags", test_flags);
    TEST("not-ready-costs-no-writes", test_not_ready_costs_no_writes);
    TEST("leftovers-of-reindex", test_leftovers_of_reindex);
    TEST("needed-with-such-a-name", test_needed_index_with_such_a_name);
    TEST("interrupted-drop", test_interrupted_drop);
    TEST("exclusion-constraint", test_exclusion_constraint);
    TEST("old-servers", test_old_servers);
    TEST("partitioned/completed", test_partitioned);
    TEST("partitioned/attaches-what-is-there", test_partitioned_attaches_what_is_there);
    TEST("partitioned/all-attached", test_partitioned_all_attached);
    TEST("partitioned/constraint", test_partitioned_constraint);
    TEST("partitioned/constraint-of-many", test_partitioned_constraint_of_many);
    TEST("partitioned/for-a-person", test_partitioned_for_a_person);
    TEST("partitioned/without-partitions", test_partitioned_without_partitions);
    TEST("ddl", test_ddl);
    TEST("relations-left-out", test_relations_left_out);
    return g_test_run();
}
