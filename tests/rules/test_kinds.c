/* Tables, views, functions and columns that are of another kind than they should be. */
#include <string.h>

#include "schema.h"

static void
set(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

static const struct {
    const char *relname, *nspname;
    char relkind, persistence;
    const char *extension;
    Outcome want;
    PgaSeverity severity;
} unlogged[] = {
    {"orders", "public", 'r', 'u', NULL, FIRES, PGA_SEVERITY_WARNING},
    {"page_cache", "public", 'r', 'u', NULL, FIRES, PGA_SEVERITY_INFO},
    {"orders", "staging", 'r', 'u', NULL, FIRES, PGA_SEVERITY_INFO},
    {"orders", "public", 'r', 'p', NULL, SILENT, 0},
    {"orders", "public", 'r', 't', NULL, SILENT, 0},
    {"orders", "public", 'p', 'u', NULL, SILENT, 0},
    {"orders", "public", 'r', 'u', "ext", SILENT, 0},
};

static void
test_unlogged(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = model_table(model, unlogged[i].relname, 1000);

    set(&relation->nspname, unlogged[i].nspname);
    set(&relation->extension, unlogged[i].extension);
    relation->relkind = unlogged[i].relkind;
    relation->relpersistence = unlogged[i].persistence;
    g_assert_cmpint(schema_run(model, "unlogged-table"), ==, unlogged[i].want);
    if (unlogged[i].want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, unlogged[i].severity);
    g_assert_cmpint(model_finding(model)->fix.safety, ==, PGA_SAFETY_LOCK);
    assert_contains(fix_at(model_finding(model), 0), " SET LOGGED;");
    assert_contains(undo_at(model_finding(model), 0), " SET UNLOGGED;");
}

static void
test_unlogged_partitions(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = model_table(model, "events", 10);

    events->relkind = 'p';
    model_partition(model, events, "events_1", 5)->relpersistence = 'u';
    model_partition(model, events, "events_2", 5)->relpersistence = 'u';
    model_partition(model, events, "events_3", 5);
    g_assert_cmpint(schema_run(model, "unlogged-table"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.events");
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 2);
    g_assert_cmpstr(fix_at(model_finding(model), 1), ==, "ALTER TABLE public.events_2 SET LOGGED;");
}

static void
add_rule(Model *model, const PgaRelation *relation, const char *rulename)
{
    PgaRewriteRule *rule = pga_record_add(model->objects->schema->rules, &pga_rewrite_rule_type);

    rule->relation = relation->oid;
    rule->rulename = g_strdup(rulename);
}

static void
test_rules(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1), *view = model_table(model, "v", 1);

    model_table(model, "plain", 1);
    view->relkind = 'm';
    add_rule(model, orders, "Log");
    add_rule(model, orders, "log");
    add_rule(model, view, "up");
    g_assert_cmpint(schema_run(model, "rule-on-table"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders");
    g_assert_cmpstr(model_finding(model)->evidence, ==, "Rules on it (pg_rewrite): \"Log\", log.");
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
}

/* Each over the one before; the first one over a table. */
static void
add_views(Model *model, const char *prefix, guint n)
{
    PgaOid below = 5;

    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("%s%u", prefix, i);

        below = schema_view(model, name, below)->oid;
    }
}

static void
test_nesting(void)
{
    g_autoptr(Model) model = model_new();

    add_views(model, "usual", 3);
    add_views(model, "deep", 5);
    g_assert_cmpint(schema_run(model, "view-deep-nesting"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.deep4");
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "5 views lie one over the other (pg_depend).");
}

static void
test_nesting_ends(void)
{
    g_autoptr(Model) model = model_new();
    PgaView *view;
    PgaOid last;

    add_views(model, "a", 3);
    view = g_ptr_array_index(model->objects->schema->views, 0);
    view->is_materialized = TRUE;
    last = ((PgaView *)g_ptr_array_index(model->objects->schema->views, 2))->oid;
    g_array_append_val(view->reads, last); /* round in a circle, by way of what is stored */
    add_views(model, "b", 3);
    view = g_ptr_array_index(model->objects->schema->views, 3);
    last = ((PgaView *)g_ptr_array_index(model->objects->schema->views, 5))->oid;
    g_array_append_val(view->reads, last); /* round in a circle */
    add_views(model, "c", 5);
    for (guint i = 6; i < 11; i++)
        set(&((PgaView *)g_ptr_array_index(model->objects->schema->views, i))->nspname,
            "_timescaledb_x");
    g_assert_cmpint(schema_run(model, "view-deep-nesting"), ==, SILENT);
}

/* A materialized view of 20 MB. */
static PgaRelation *
add_matview(Model *model)
{
    PgaRelation *relation = model_table(model, "sums", 1000);

    relation->relkind = 'm';
    relation->table_bytes = 20000000;
    model_column(relation, "customer", "bigint");
    model_column(relation, "sum", "numeric");
    return relation;
}

static void
test_matview_without_key(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *sums = add_matview(model);

    model_index(model, sums, "sums_idx", "customer");
    g_assert_cmpint(schema_run(model, "matview-stale"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    assert_contains(model_finding(model)->fix.note, "No column alone");
}

static void
test_matview_with_sampled_key(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *sums = add_matview(model);
    const PgaFinding *finding;

    model_numbered_values(g_ptr_array_index(sums->attributes, 0), "#", 30)->null_frac = 0.1;
    model_numbered_values(g_ptr_array_index(sums->attributes, 1), "#", 30);
    g_assert_cmpint(schema_run(model, "matview-stale"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE UNIQUE INDEX CONCURRENTLY sums_sum_idx ON public.sums (sum);");
    g_assert_cmpstr(undo_at(finding, 0), ==, "DROP INDEX CONCURRENTLY public.sums_sum_idx;");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

/** What keeps a materialized view from being reported. */
typedef enum {
    UNIQUE,
    UNIQUE_INVALID,
    UNIQUE_PARTIAL,
    UNIQUE_EXPRESSION,
    SMALL,
    EXTENSION
} MatviewKind;

static const struct {
    MatviewKind kind;
    Outcome want;
} matviews[] = {{UNIQUE, SILENT},           {UNIQUE_INVALID, FIRES}, {UNIQUE_PARTIAL, FIRES},
                {UNIQUE_EXPRESSION, FIRES}, {SMALL, SILENT},         {EXTENSION, SILENT}};

static void
test_matview(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *sums = add_matview(model);

    if (matviews[i].kind <= UNIQUE_EXPRESSION) {
        PgaIndex *index = model_index(model, sums, "sums_key", "customer");

        index->indisunique = TRUE;
        index->indisvalid = matviews[i].kind != UNIQUE_INVALID;
        index->pred = matviews[i].kind == UNIQUE_PARTIAL ? g_strdup("(sum > 0)") : NULL;
        index->exprs = matviews[i].kind == UNIQUE_EXPRESSION ? g_strdup("(sum + 1)") : NULL;
    }
    if (matviews[i].kind == SMALL)
        sums->table_bytes = 0;
    if (matviews[i].kind == EXTENSION)
        set(&sums->extension, "ext");
    g_assert_cmpint(schema_run(model, "matview-stale"), ==, matviews[i].want);
}

static void
test_matview_without_data(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *sums = add_matview(model);
    PgaView *view = schema_view(model, "sums", 5), *full = schema_view(model, "full", 5);

    sums->table_bytes = 0;
    view->oid = sums->oid;
    view->is_materialized = full->is_materialized = full->is_populated = TRUE;
    g_assert_cmpint(schema_run(model, "matview-stale"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "REFRESH MATERIALIZED VIEW public.sums;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "REFRESH MATERIALIZED VIEW public.sums WITH NO DATA;");
}

static PgaRelationExtra *
add_child(Model *model, PgaOid oid, PgaOid parent, gint16 relnatts)
{
    PgaRelationExtra *child = schema_extra(model, oid, "child");

    g_array_append_val(child->parents, parent);
    child->relnatts = relnatts;
    return child;
}

static PgaRelation *
add_parent(Model *model)
{
    PgaRelation *parent = model_table(model, "events", 1000);

    schema_extra(model, parent->oid, "events")->relnatts = 2;
    return parent;
}

static void
test_inheritance(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = add_parent(model);

    add_child(model, 900, parent->oid, 2);
    add_child(model, 901, parent->oid, 2);
    g_assert_cmpint(schema_run(model, "inheritance-old-style"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.events");
    assert_contains(model_finding(model)->evidence, "2 tables");
}

static void
test_inheritance_of_kinds(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = add_parent(model);

    add_child(model, 900, parent->oid, 2);
    add_child(model, 901, parent->oid, 3);
    g_assert_cmpint(schema_run(model, "inheritance-old-style"), ==, SILENT);
}

static void
test_one_child(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = add_parent(model);

    add_child(model, 900, parent->oid, 2);
    add_child(model, 901, 12345, 2); /* of a parent that is not known */
    g_assert_cmpint(schema_run(model, "inheritance-old-style"), ==, SILENT);
}

static void
test_hypertable(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = add_parent(model);

    set(&add_child(model, 900, parent->oid, 2)->nspname, "_timescaledb_internal");
    set(&add_child(model, 901, parent->oid, 2)->nspname, "_timescaledb_internal");
    g_assert_cmpint(schema_run(model, "inheritance-old-style"), ==, SILENT);
}

static void
test_comments(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *said = model_table(model, "said", 1), *unsaid = model_table(model, "unsaid", 1);
    PgaRelation *other = model_table(model, "other", 1);

    model_column(said, "a", "integer")->commented = TRUE;
    model_column(said, "b", "integer");
    model_column(unsaid, "a", "integer");
    said->commented = other->commented = TRUE;
    set(&other->nspname, "described");
    model_partition(model, said, "part", 1);
    g_assert_cmpint(schema_run(model, "missing-comments"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public");
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "1 of 2 tables and 2 columns have no comment (pg_description): unsaid.");
}

static void
test_comments_are_off(void)
{
    g_autoptr(Model) model = model_new();

    model_column(model_table(model, "unsaid", 1), "a", "integer");
    model_run_all(model);
    g_assert_cmpuint(model_count(model, "missing-comments"), ==, 0);
}

static void
test_reg_types(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *hooks = model_table(model, "hooks", 10);
    PgaAttribute *refused = model_column(hooks, "f", "regproc");
    PgaAttribute *kept = model_column(hooks, "t", "regclass");

    set(&refused->typnspname, "pg_catalog");
    set(&kept->typnspname, "pg_catalog");
    model_column(hooks, "own", "regproc"); /* a type of that name in another schema */
    g_assert_cmpint(schema_run(model, "unsupported-reg-type"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.hooks.f");
    assert_contains(fix_at(model_finding(model), 0), "TYPE text");
}

static PgaCollationMismatch *
add_mismatch(Model *model, const char *indexes, gint64 n_indexes)
{
    PgaCollationMismatch *mismatch =
        pga_record_add(model->objects->schema->collations, &pga_collation_mismatch_type);

    mismatch->nspname = g_strdup("pg_catalog");
    mismatch->collname = g_strdup("de-x-icu");
    mismatch->collversion = g_strdup("153.14");
    mismatch->actual_version = g_strdup("153.120");
    mismatch->indexes = g_strdup(indexes);
    mismatch->n_indexes = n_indexes;
    return mismatch;
}

static void
test_collation(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    add_mismatch(model, "public.a, public.b", 2);
    g_assert_cmpint(schema_run(model, "collation-version-mismatch"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpstr(fix_at(finding, 0), ==, "REINDEX INDEX CONCURRENTLY public.a;");
    g_assert_cmpstr(fix_at(finding, 2), ==,
                    "ALTER COLLATION pg_catalog.\"de-x-icu\" REFRESH VERSION;");
    assert_contains(finding->evidence, "2 indexes use it: public.a, public.b.");
}

static void
test_collation_of_many(void)
{
    g_autoptr(Model) model = model_new();

    add_mismatch(model, "public.a", 60);
    g_assert_cmpint(schema_run(model, "collation-version-mismatch"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 1);
    assert_contains(model_finding(model)->fix.note, "Only the first 1 indexes");
}

static void
test_collation_without_index(void)
{
    g_autoptr(Model) model = model_new();

    add_mismatch(model, NULL, 0);
    g_assert_cmpint(schema_run(model, "collation-version-mismatch"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER COLLATION pg_catalog.\"de-x-icu\" REFRESH VERSION;");
}

static const struct {
    const char *recorded, *actual;
    gboolean is_current;
    Outcome want;
} databases[] = {
    {"2.31", "2.36", TRUE, FIRES}, {"2.36", "2.36", TRUE, SILENT},  {NULL, "2.36", TRUE, SILENT},
    {"2.31", NULL, TRUE, SILENT},  {"2.31", "2.36", FALSE, SILENT},
};

static void
test_collation_of_database(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaDatabase *database = pga_record_add(model->server->databases, &pga_database_type);

    database->datname = g_strdup("Shop");
    database->is_current = databases[i].is_current;
    database->collversion = g_strdup(databases[i].recorded);
    database->actual_collversion = g_strdup(databases[i].actual);
    g_assert_cmpint(schema_run(model, "collation-version-mismatch"), ==, databases[i].want);
    if (databases[i].want != FIRES)
        return;
    g_assert_cmpstr(model_finding(model)->object, ==, "database \"Shop\"");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "REINDEX DATABASE CONCURRENTLY \"Shop\";");
}

/** A column and its sampled values; NULL: none. */
static const struct {
    const char *attname, *type, *pattern;
    Outcome want;
    PgaSeverity severity;
} secrets[] = {
    {"password", "text", "summer#", FIRES, PGA_SEVERITY_ERROR},
    {"password", "text", "$2b$12$abcdefghijklmnopqrstuv#", SILENT, 0},
    {"password", "character varying(128)", "pbkdf2_sha256$600000$#", SILENT, 0},
    {"api_key", "text", "4f5e6a7b8c9d0e1f2a3b4c5d6e7f8a#b", SILENT, 0},
    {"api_key", "text", "key #", FIRES, PGA_SEVERITY_WARNING},
    {"token", "text", "sUxz9Kq0LmN4bVc#", SILENT, 0},
    {"ssn", "text", "078-05-11#", FIRES, PGA_SEVERITY_ERROR},
    {"password", "text", NULL, FIRES, PGA_SEVERITY_INFO},
    {"credit_card", "text", NULL, FIRES, PGA_SEVERITY_INFO},
    {"password_hash", "text", NULL, SILENT, 0},
    {"token_count", "text", NULL, SILENT, 0},
    {"card_type", "text", NULL, SILENT, 0},
    {"password_changed_at", "timestamp with time zone", NULL, SILENT, 0},
    {"token", "bigint", NULL, SILENT, 0},
    {"note", "text", "summer#", SILENT, 0},
};

static void
test_secret(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaAttribute *attribute =
        model_column(model_table(model, "users", 1000), secrets[i].attname, secrets[i].type);
    const PgaFinding *finding;

    if (secrets[i].pattern)
        model_numbered_values(attribute, secrets[i].pattern, 30);
    g_assert_cmpint(schema_run(model, "sec-plaintext-secrets"), ==, secrets[i].want);
    if (secrets[i].want != FIRES)
        return;
    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, secrets[i].severity);
    g_assert_null(strstr(finding->evidence, "summer"));
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
}

static void
test_no_secrets(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *users = model_table(model, "users", 1000);

    model_values(model_column(users, "secret", "text"), "public|private")->n_distinct = 2;
    pga_attribute_add_stats(model_column(users, "token", "text"))->null_frac = 1;
    g_assert_cmpint(schema_run(model, "sec-plaintext-secrets"), ==, SILENT);
}

/* A VOLATILE function that the view or the workload calls. */
static void
add_query(Model *model, const char *text)
{
    PgaWorkloadStatement *statement =
        pga_record_add(model->workload->statements, &pga_workload_statement_type);

    statement->query = g_strdup(text);
}

static const struct {
    const char *name, *source, *result, *language;
    char prokind, provolatile;
    Outcome want;
} functions[] = {
    {"pure", "SELECT r FROM rates WHERE currency = $1", "numeric", "sql", 'f', 'v', FIRES},
    {"stable-already", "SELECT 1", "numeric", "sql", 'f', 's', SILENT},
    {"procedure", "SELECT 1", "numeric", "sql", 'p', 'v', SILENT},
    {"writes", "INSERT INTO log VALUES ($1) RETURNING 1", "numeric", "sql", 'f', 'v', SILENT},
    {"random", "SELECT Random()", "numeric", "sql", 'f', 'v', SILENT},
    {"calls-a-volatile-one", "SELECT public.other($1)", "numeric", "sql", 'f', 'v', SILENT},
    {"void", "SELECT 1", "void", "sql", 'f', 'v', SILENT},
    {"trigger", "BEGIN RETURN NEW; END", "trigger", "plpgsql", 'f', 'v', SILENT},
    {"text-not-known", NULL, "numeric", "plperl", 'f', 'v', SILENT},
};

static void
test_function(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRoutine *rate = schema_routine(model, "rate", "text");

    schema_routine(model, "other", "text");
    set(&rate->source, functions[i].source);
    set(&rate->result, functions[i].result);
    set(&rate->language, functions[i].language);
    rate->prokind = functions[i].prokind;
    rate->provolatile = functions[i].provolatile;
    add_query(model, "SELECT * FROM orders WHERE (Rate(currency) > $1)");
    g_assert_cmpint(schema_run(model, "function-volatile-default"), ==, functions[i].want);
    if (functions[i].want != FIRES)
        return;
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER FUNCTION public.rate(text) STABLE;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER FUNCTION public.rate(text) VOLATILE;");
}

static void
test_functions_by_schema(void)
{
    g_autoptr(Model) model = model_new();
    PgaObject *view = pga_objects_add(model->objects, PGA_OBJECT_ID(PGA_CLASS_RELATION, 700));

    schema_routine(model, "rate", "text");
    schema_routine(model, "uncalled", "text");
    set(&schema_routine(model, "rate", "")->nspname, "shop");
    pga_objects_add(model->objects, PGA_OBJECT_ID(PGA_CLASS_TYPE, 701))->name = g_strdup("t");
    view->name = g_strdup("view v");
    view->definition = g_strdup("CREATE VIEW v AS SELECT rate(a) FROM b");
    pga_objects_finish(model->objects);
    g_assert_cmpint(model_run(model, "function-volatile-default"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    schema_finding(model, "public");
    schema_finding(model, "shop");
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
    EACH("unlogged-table", unlogged, test_unlogged)
    EACH("matview-stale", matviews, test_matview)
    EACH("collation-version-mismatch", databases, test_collation_of_database)
    EACH("sec-plaintext-secrets", secrets, test_secret)
    EACH("function-volatile-default", functions, test_function)
    g_test_add_func("/rules/unlogged-table/partitions", test_unlogged_partitions);
    g_test_add_func("/rules/rule-on-table/names", test_rules);
    g_test_add_func("/rules/view-deep-nesting/outermost", test_nesting);
    g_test_add_func("/rules/view-deep-nesting/ends", test_nesting_ends);
    g_test_add_func("/rules/matview-stale/without-key", test_matview_without_key);
    g_test_add_func("/rules/matview-stale/sampled-key", test_matview_with_sampled_key);
    g_test_add_func("/rules/matview-stale/without-data", test_matview_without_data);
    g_test_add_func("/rules/inheritance-old-style/fires", test_inheritance);
    g_test_add_func("/rules/inheritance-old-style/of-kinds", test_inheritance_of_kinds);
    g_test_add_func("/rules/inheritance-old-style/one-child", test_one_child);
    g_test_add_func("/rules/inheritance-old-style/hypertable", test_hypertable);
    g_test_add_func("/rules/missing-comments/counts", test_comments);
    g_test_add_func("/rules/missing-comments/off-by-default", test_comments_are_off);
    g_test_add_func("/rules/unsupported-reg-type/fires", test_reg_types);
    g_test_add_func("/rules/collation-version-mismatch/fires", test_collation);
    g_test_add_func("/rules/collation-version-mismatch/many", test_collation_of_many);
    g_test_add_func("/rules/collation-version-mismatch/no-index", test_collation_without_index);
    g_test_add_func("/rules/sec-plaintext-secrets/none", test_no_secrets);
    g_test_add_func("/rules/function-volatile-default/by-schema", test_functions_by_schema);
    return g_test_run();
}
