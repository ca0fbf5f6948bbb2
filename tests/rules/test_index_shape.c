/* Rules about single indexes that are of the wrong kind, on the wrong column, or one too many. */
#include <index_shape_internal.h>
#include <string.h>

#include "model.h"

typedef struct {
    PgaRelation *table;
    PgaAttribute *id, *column;
    PgaIndex *index;
} Case;

static Case
indexed(Model *model, const char *type)
{
    Case made = {.table = model_table(model, "orders", 1e6)};

    made.id = model_column(made.table, "id", "bigint");
    made.column = model_column(made.table, "col", type);
    made.index = model_index(model, made.table, "orders_col_idx", "col");
    made.table->has_counters = TRUE;
    return made;
}

static void
add_value(PgaAttribute *attribute, const char *value, double share)
{
    PgaAttributeStats *stats = attribute->stats;

    if (!stats)
        stats = pga_attribute_add_stats(attribute);
    if (!stats->mcv) {
        stats->mcv = g_ptr_array_new_with_free_func(g_free);
        stats->mcv_freqs = g_array_new(FALSE, FALSE, sizeof(double));
    }
    g_ptr_array_add(stats->mcv, g_strdup(value));
    g_array_append_val(stats->mcv_freqs, share);
}

/* What every one of these rules leaves alone. */
static void
spoil(Model *model, Case made, guint i)
{
    switch (i) {
    case 0:
        made.index->indisunique = TRUE;
        break;
    case 1:
        made.index->indisvalid = FALSE;
        break;
    case 2:
        made.index->extension = g_strdup("postgis");
        break;
    case 3:
        made.index->parent = 1;
        break;
    case 4:
        made.table->relpersistence = 't';
        break;
    case 5:
        g_free(made.table->nspname);
        made.table->nspname = g_strdup("_timescaledb_internal");
        break;
    default:
        made.index->indisclustered = TRUE;
        break;
    }
    (void)model;
}

#define N_SPOILS 7

static void
test_name(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "text");
    g_autofree char *plain = pga_index_new_name(made.index, "_gin"), *cut = NULL;

    g_assert_cmpstr(plain, ==, "orders_col_idx_gin");
    g_free(made.index->relname);
    made.index->relname =
        g_strdup("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\u00e9bcd");
    cut = pga_index_new_name(made.index, "_gin");
    g_assert_cmpstr(cut, ==, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_gin");
    g_assert_cmpuint(strlen(cut), <=, 63);
}

static void
test_boolean_with_a_rare_value(void)
{
    static const struct {
        double true_share, false_share;
        gboolean key;
        const char *fix;
    } cases[] = {
        {0.01, 0.99, TRUE,
         "CREATE INDEX CONCURRENTLY orders_col_idx_rare ON public.orders USING btree (id) WHERE "
         "col;"},
        {0.99, 0.01, TRUE,
         "CREATE INDEX CONCURRENTLY orders_col_idx_rare ON public.orders USING btree (id) WHERE "
         "NOT col;"},
        {0.01, 0.99, FALSE,
         "CREATE INDEX CONCURRENTLY orders_col_idx_rare ON public.orders USING btree (col) WHERE "
         "col;"},
        {0.5, 0.5, FALSE, "DROP INDEX CONCURRENTLY public.orders_col_idx;"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, "boolean");

        if (cases[i].key)
            model_primary_key(model, made.table, "id");
        add_value(made.column, "t", cases[i].true_share);
        add_value(made.column, "f", cases[i].false_share);
        g_assert_cmpint(model_run(model, "index-on-boolean"), ==, FIRES);
        g_assert_cmpstr(model_finding(model)->object, ==, "public.orders_col_idx");
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].fix);
        g_assert_cmpint(model_finding(model)->fix.safety, ==, PGA_SAFETY_REVIEW);
    }
}

static void
test_replacement_is_undone(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "boolean");
    const PgaFinding *finding;

    add_value(made.column, "f", 0.01);
    g_assert_cmpint(model_run(model, "index-on-boolean"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 1), ==, "DROP INDEX CONCURRENTLY public.orders_col_idx;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_col_idx ON public.orders USING btree (col);");
    g_assert_cmpstr(undo_at(finding, 1), ==, "DROP INDEX CONCURRENTLY public.orders_col_idx_rare;");
    assert_contains(finding->fix.note, "first see that the new index is used");
}

static void
test_boolean_without_statistics(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    indexed(model, "boolean");
    g_assert_cmpint(model_run(model, "index-on-boolean"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "Its only column col is a boolean; it takes an unknown size.");
}

static void
test_boolean_silent(void)
{
    for (guint i = 0; i < N_SPOILS + 3; i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, i == N_SPOILS ? "text" : "boolean");

        if (i == N_SPOILS + 1)
            made.index->pred = g_strdup("col");
        else if (i == N_SPOILS + 2)
            g_array_index(made.index->indkey, gint16, 0) = 0; /* an expression */
        else if (i < N_SPOILS)
            spoil(model, made, i);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-on-boolean"), ==, SILENT);
    }
}

static Case
weak(Model *model)
{
    const Case made = indexed(model, "text");

    add_value(made.column, "done", 0.9);
    made.column->stats->n_distinct = 3;
    made.index->idx_scan = 10;
    made.table->counters.n_tup_ins = 11;
    return made;
}

static void
test_low_cardinality(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    weak(model);
    g_assert_cmpint(model_run(model, "index-low-cardinality"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "Its only column col has 3 values, one of them in 90 % of the rows; 10 scans "
                    "used it, fewer than rows were written; it takes 10.5 MB.");
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX CONCURRENTLY public.orders_col_idx;");
}

/* Counters too young for index-unused: somebody has to say it. */
static void
test_low_cardinality_never_used(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = weak(model);

    made.index->idx_scan = 0;
    model->environment->stats_age = 3600;
    g_assert_cmpint(model_run(model, "index-low-cardinality"), ==, FIRES);
}

static void
test_low_cardinality_silent(void)
{
    for (guint i = 0; i < N_SPOILS + 7; i++) {
        g_autoptr(Model) model = model_new();
        const Case made = weak(model);

        switch (i) {
        case N_SPOILS:
            made.column->stats->n_distinct = 11;
            break;
        case N_SPOILS + 1:
            made.column->stats->n_distinct = -0.5;
            break;
        case N_SPOILS + 2:
            g_array_index(made.column->stats->mcv_freqs, double, 0) = 0.5;
            break;
        case N_SPOILS + 3:
            model_foreign_key(model, made.table, "col", made.table, "id");
            break;
        case N_SPOILS + 4:
            made.index->idx_scan = 11;
            break;
        case N_SPOILS + 5: /* index-unused says so of the model's 40 days */
            made.index->idx_scan = 0;
            break;
        case N_SPOILS + 6:
            made.index->bytes = 1000000;
            break;
        default:
            spoil(model, made, i);
            break;
        }
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-low-cardinality"), ==, SILENT);
    }
}

static void
test_low_cardinality_without_values(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "text");

    pga_attribute_add_stats(made.column)->n_distinct = 3;
    g_assert_cmpint(model_run(model, "index-low-cardinality"), ==, SILENT);
}

static PgaPredicate *
compare(Model *model, const Case *made, const char *operator_)
{
    PgaWorkloadStatement *statement =
        pga_record_add(model->workload->statements, &pga_workload_statement_type);
    PgaPredicate *predicate = pga_record_add(statement->predicates, &pga_predicate_type);

    model->workload->known = TRUE;
    predicate->relation = made->table->oid;
    predicate->attnum = made->column->attnum;
    predicate->operator_ = g_strdup(operator_);
    return predicate;
}

static void
test_mostly_null(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "bigint");
    const PgaFinding *finding;

    pga_attribute_add_stats(made.column)->null_frac = 0.75;
    made.index->bytes = 20000000;
    compare(model, &made, "=");
    g_assert_cmpint(model_run(model, "index-mostly-null"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "col is NULL in 75 % of the rows (pg_stats.null_frac); it takes 20 MB.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_col_idx_not_null ON public.orders USING "
                    "btree (col) WHERE (col IS NOT NULL);");
    g_assert_cmpfloat(finding->gain->after, ==, 5000000);
}

static void
test_mostly_null_silent(void)
{
    for (guint i = 0; i < N_SPOILS + 5; i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, "bigint");

        pga_attribute_add_stats(made.column)->null_frac = i == N_SPOILS ? 0.5 : 0.75;
        made.index->bytes = i == N_SPOILS + 1 ? 10000000 : 20000000;
        if (i == N_SPOILS + 2)
            compare(model, &made, "IS NULL");
        else if (i == N_SPOILS + 3)
            made.index->pred = g_strdup("(id > 5)");
        else if (i == N_SPOILS + 4)
            made.index->amname[0] = 'x';
        else if (i < N_SPOILS)
            spoil(model, made, i);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-mostly-null"), ==, SILENT);
    }
}

static void
add_predicate(const Case *made, const char *predicate)
{
    char *definition = g_strdup_printf("%s WHERE %s", made->index->definition, predicate);

    g_free(made->index->definition);
    made->index->definition = definition;
    made->index->pred = g_strdup(predicate);
}

static void
test_needless_predicate(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "bigint");
    const PgaFinding *finding;

    made.column->attnotnull = TRUE;
    add_predicate(&made, "(col IS NOT NULL)");
    g_assert_cmpint(model_run(model, "index-needless-predicate"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_col_idx_full ON public.orders USING btree "
                    "(col);");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_col_idx ON public.orders USING btree (col) "
                    "WHERE (col IS NOT NULL);");
}

static void
test_needless_predicate_silent(void)
{
    for (guint i = 0; i < N_SPOILS + 3; i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, "bigint");

        made.column->attnotnull = i != N_SPOILS;
        if (i == N_SPOILS + 1)
            add_predicate(&made, "((col IS NOT NULL) AND (id > 5))");
        else if (i < N_SPOILS + 1)
            add_predicate(&made, "(col IS NOT NULL)");
        if (i < N_SPOILS)
            spoil(model, made, i);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-needless-predicate"), ==, SILENT);
    }
}

/** A rule about an index on a column of elements. */
typedef struct {
    const char *rule, *type, *fix;
    char typcategory;
} ElementCase;

static const ElementCase element_cases[] = {
    {"index-btree-on-array", "text[]",
     "CREATE INDEX CONCURRENTLY orders_col_idx_gin ON public.orders USING gin (col);", 'A'},
    {"index-btree-on-jsonb", "jsonb",
     "CREATE INDEX CONCURRENTLY orders_col_idx_gin ON public.orders USING gin (col "
     "jsonb_path_ops);",
     'U'},
};

static void
add_gin(Model *model, const Case *made)
{
    PgaIndex *gin = model_index(model, made->table, "orders_col_gin", "col");

    g_free(gin->amname);
    gin->amname = g_strdup("gin");
}

static void
test_element_spoiled(const ElementCase *c, guint k)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, k == N_SPOILS ? "bigint" : c->type);

    if (k != N_SPOILS)
        made.column->typcategory = c->typcategory;
    if (k < N_SPOILS)
        spoil(model, made, k);
    g_test_message("%s, case %u", c->rule, k);
    g_assert_cmpint(model_run(model, c->rule), ==, SILENT);
}

static void
test_element_fix(const ElementCase *c, gboolean has_gin, const char *fix)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, c->type);

    made.column->typcategory = c->typcategory;
    if (has_gin)
        add_gin(model, &made);
    g_assert_cmpint(model_run(model, c->rule), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, fix);
}

static void
test_elements(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(element_cases); i++) {
        for (guint k = 0; k <= N_SPOILS; k++)
            test_element_spoiled(&element_cases[i], k);
        test_element_fix(&element_cases[i], FALSE, element_cases[i].fix);
        test_element_fix(&element_cases[i], TRUE, "DROP INDEX CONCURRENTLY public.orders_col_idx;");
    }
}

static void
test_partitioned_table(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "jsonb");

    made.table->relkind = 'p';
    g_assert_cmpint(model_run(model, "index-btree-on-jsonb"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "CREATE INDEX orders_col_idx_gin ON public.orders USING gin (col "
                    "jsonb_path_ops);");
    g_assert_cmpstr(model_finding(model)->fix.lock, ==, "SHARE");
}

static void
test_too_many(void)
{
    static const struct {
        guint n;
        gint64 heap, indexes, written;
        PgaWorkloadClass workload;
        Outcome expected;
    } cases[] = {
        {11, -1, -1, 0, PGA_WORKLOAD_UNKNOWN, FIRES},
        {10, -1, -1, 0, PGA_WORKLOAD_UNKNOWN, SILENT},
        {11, -1, -1, 0, PGA_WORKLOAD_OLAP, SILENT},
        {2, 104857600, 209715201, 1, PGA_WORKLOAD_OLTP, FIRES},
        {2, 104857600, 209715200, 1, PGA_WORKLOAD_OLTP, SILENT},
        {2, 104857600, 209715201, 0, PGA_WORKLOAD_OLTP, SILENT},
        {2, 104857599, 209715201, 1, PGA_WORKLOAD_OLTP, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, "text");

        for (guint k = 1; k < cases[i].n; k++)
            model_index(model, made.table, "another", "col");
        model_index(model, made.table, "broken", "col")->indisvalid = FALSE;
        made.table->heap_bytes = cases[i].heap;
        made.table->index_bytes = cases[i].indexes;
        made.table->counters.n_tup_ins = cases[i].written;
        model->environment->workload = cases[i].workload;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-too-many"), ==, cases[i].expected);
    }
}

static void
test_hot(void)
{
    static const struct {
        gint64 updates, hot, newpage;
        const char *options;
        Outcome expected;
        const char *fix, *undo;
    } cases[] = {
        {100000, 49999, -1, NULL, FIRES, "ALTER TABLE public.orders SET (fillfactor = 90);",
         "ALTER TABLE public.orders RESET (fillfactor);"},
        {100000, 50000, -1, NULL, SILENT, "", ""},
        {99999, 0, -1, NULL, SILENT, "", ""},
        {100000, 0, 20000, NULL, FIRES, "", ""},
        {100000, 0, 20001, NULL, FIRES, "ALTER TABLE public.orders SET (fillfactor = 90);",
         "ALTER TABLE public.orders RESET (fillfactor);"},
        {100000, 0, 90000, "fillfactor=80", FIRES, "", ""},
        {100000, 0, 90000, "fillfactor=99", FIRES,
         "ALTER TABLE public.orders SET (fillfactor = 90);",
         "ALTER TABLE public.orders SET (fillfactor = 99);"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, "text");

        made.table->counters.n_tup_upd = cases[i].updates;
        made.table->counters.n_tup_hot_upd = cases[i].hot;
        made.table->counters.n_tup_newpage_upd = cases[i].newpage;
        made.table->reloptions = g_strdup(cases[i].options);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-blocks-hot"), ==, cases[i].expected);
        if (cases[i].expected != FIRES)
            continue;
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].fix);
        g_assert_cmpstr(undo_at(model_finding(model), 0), ==, cases[i].undo);
    }
}

static Case
ordered(Model *model, const char *type)
{
    const Case made = indexed(model, type);

    pga_attribute_add_stats(made.column)->correlation = 0.99;
    made.table->heap_bytes = 2000000000;
    return made;
}

static void
test_brin(void)
{
    static const char *const types[] = {"timestamp with time zone", "timestamp without time zone",
                                        "date", "bigint", "bigint"};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(Model) model = model_new();
        const Case made = ordered(model, types[i]);
        const PgaFinding *finding;

        made.column->attidentity = i == 3 ? 'a' : 0;
        made.column->owned_sequence = i == 4 ? 99 : 0;
        g_assert_cmpint(model_run(model, "index-brin-candidate"), ==, FIRES);
        finding = model_finding(model);
        g_assert_cmpstr(finding->evidence, ==,
                        "The correlation of col with the order of the rows is 0.99; the B-tree "
                        "takes 10.5 MB.");
        g_assert_cmpstr(fix_at(finding, 0), ==,
                        "CREATE INDEX CONCURRENTLY orders_col_idx_brin ON public.orders USING "
                        "brin (col);");
    }
}

static void
test_brin_silent(void)
{
    for (guint i = 0; i < N_SPOILS + 5; i++) {
        g_autoptr(Model) model = model_new();
        const Case made = ordered(model, i == N_SPOILS ? "text" : "date");

        if (i == N_SPOILS + 1) {
            made.column->stats->correlation = -0.95;
        } else if (i == N_SPOILS + 2) {
            made.table->heap_bytes = 1000000000;
        } else if (i == N_SPOILS + 3) {
            made.table->counters.n_tup_del = 50001;
        } else if (i == N_SPOILS + 4) {
            PgaIndex *brin = model_index(model, made.table, "orders_col_brin", "col");

            g_free(brin->amname);
            brin->amname = g_strdup("brin");
        } else if (i < N_SPOILS) {
            spoil(model, made, i);
        }
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-brin-candidate"), ==, SILENT);
    }
}

static PgaIndex *
hash_beside(Model *model, const Case *made)
{
    PgaIndex *hash = model_index(model, made->table, "orders_col_hash", "col");

    g_free(hash->amname);
    hash->amname = g_strdup("hash");
    return hash;
}

static void
test_hash(void)
{
    g_autoptr(Model) model = model_new();
    const Case made = indexed(model, "text");

    hash_beside(model, &made);
    g_assert_cmpint(model_run(model, "index-hash-beside-btree"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders_col_hash");
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "The B-tree public.orders_col_idx begins with the same column; the hash index "
                    "takes 10.5 MB.");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "DROP INDEX CONCURRENTLY public.orders_col_hash;");
}

static void
test_hash_silent(void)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(Model) model = model_new();
        const Case made = indexed(model, "text");
        PgaIndex *hash = hash_beside(model, &made);

        if (i == 0)
            made.index->pred = g_strdup("(id > 5)");
        else if (i == 1)
            hash->pred = g_strdup("(id > 5)");
        else if (i == 2)
            g_array_index(made.index->indkey, gint16, 0) = made.id->attnum;
        else if (i == 3)
            made.index->indisvalid = FALSE;
        else /* two expressions may well differ */
            g_array_index(made.index->indkey, gint16, 0) = g_array_index(hash->indkey, gint16, 0) =
                0;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "index-hash-beside-btree"), ==, SILENT);
    }
}

static void
test_corruption(void)
{
    g_autoptr(Model) model = model_new(), sound = model_new(), unread = model_new();
    const Case made = indexed(model, "text"), other = indexed(sound, "text");
    const PgaFinding *finding;

    made.index->verified = other.index->verified = made.index->indisunique = TRUE;
    made.index->corruption = g_strdup("item order invariant violated for index \"x\"");
    g_assert_cmpint(model_run(model, "index-corruption-check"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "amcheck says: item order invariant violated for index \"x\".");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpstr(fix_at(finding, 0), ==, "REINDEX INDEX CONCURRENTLY public.orders_col_idx;");
    assert_contains(finding->fix.note, "may have let duplicates in");
    g_assert_cmpint(model_run(sound, "index-corruption-check"), ==, SILENT);
    indexed(unread, "text");
    g_assert_cmpint(model_run(unread, "index-corruption-check"), ==, NOT_EVALUATED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/index-shape/new-name", test_name);
    g_test_add_func("/rules/index-shape/boolean/rare-value", test_boolean_with_a_rare_value);
    g_test_add_func("/rules/index-shape/boolean/undo", test_replacement_is_undone);
    g_test_add_func("/rules/index-shape/boolean/no-statistics", test_boolean_without_statistics);
    g_test_add_func("/rules/index-shape/boolean/silent", test_boolean_silent);
    g_test_add_func("/rules/index-shape/low-cardinality/fires", test_low_cardinality);
    g_test_add_func("/rules/index-shape/low-cardinality/never-used",
                    test_low_cardinality_never_used);
    g_test_add_func("/rules/index-shape/low-cardinality/silent", test_low_cardinality_silent);
    g_test_add_func("/rules/index-shape/low-cardinality/no-values",
                    test_low_cardinality_without_values);
    g_test_add_func("/rules/index-shape/mostly-null/fires", test_mostly_null);
    g_test_add_func("/rules/index-shape/mostly-null/silent", test_mostly_null_silent);
    g_test_add_func("/rules/index-shape/needless-predicate/fires", test_needless_predicate);
    g_test_add_func("/rules/index-shape/needless-predicate/silent", test_needless_predicate_silent);
    g_test_add_func("/rules/index-shape/elements/arrays-and-documents", test_elements);
    g_test_add_func("/rules/index-shape/elements/partitioned-table", test_partitioned_table);
    g_test_add_func("/rules/index-shape/too-many", test_too_many);
    g_test_add_func("/rules/index-shape/blocks-hot", test_hot);
    g_test_add_func("/rules/index-shape/brin/fires", test_brin);
    g_test_add_func("/rules/index-shape/brin/silent", test_brin_silent);
    g_test_add_func("/rules/index-shape/hash/fires", test_hash);
    g_test_add_func("/rules/index-shape/hash/silent", test_hash_silent);
    g_test_add_func("/rules/index-shape/corruption", test_corruption);
    return g_test_run();
}
