/* Functions and views that run with their owner's rights, and what PUBLIC may do. */
#include <acl_internal.h>
#include <subject_internal.h>

#include "schema.h"

static void
set(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

/** A function that differs from the dangerous one in one point. */
typedef struct {
    const char *name;
    gboolean invoker, sql_body;
    const char *language, *config, *acl, *result;
    Outcome want;
    PgaSeverity severity;
} PathCase;

static const PathCase paths[] = {
    {"callers-path", FALSE, FALSE, "sql", NULL, NULL, "integer", FIRES, PGA_SEVERITY_ERROR},
    {"other-setting", FALSE, FALSE, "plpgsql", "{work_mem=64MB}", NULL, "integer", FIRES,
     PGA_SEVERITY_ERROR},
    {"not-for-public", FALSE, FALSE, "sql", NULL, "{app=X/app}", "integer", FIRES,
     PGA_SEVERITY_WARNING},
    {"for-public-by-name", FALSE, FALSE, "sql", NULL, "{=X/app,app=X/app}", "integer", FIRES,
     PGA_SEVERITY_ERROR},
    {"of-a-trigger", FALSE, FALSE, "plpgsql", NULL, NULL, "trigger", FIRES, PGA_SEVERITY_WARNING},
    {"resolved-at-creation", FALSE, TRUE, "sql", NULL, NULL, "integer", FIRES, PGA_SEVERITY_INFO},
    {"security-invoker", TRUE, FALSE, "sql", NULL, NULL, "integer", SILENT, 0},
    {"fixed-path", FALSE, FALSE, "sql", "{work_mem=1MB,\"search_path=pg_catalog, pg_temp\"}", NULL,
     "integer", SILENT, 0},
    {"in-c", FALSE, FALSE, "c", NULL, NULL, "integer", SILENT, 0},
    {"internal", FALSE, FALSE, "internal", NULL, NULL, "integer", SILENT, 0},
};

static void
test_search_path(gconstpointer data)
{
    const PathCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaRoutine *routine = schema_routine(model, "total", "a integer");

    routine->prosecdef = !c->invoker;
    routine->has_sql_body = c->sql_body;
    set(&routine->language, c->language);
    set(&routine->config, c->config);
    set(&routine->acl, c->acl);
    set(&routine->result, c->result);
    g_assert_cmpint(schema_run(model, "sec-definer-search-path"), ==, c->want);
    if (c->want == FIRES)
        g_assert_cmpint(model_finding(model)->severity, ==, c->severity);
}

static void
test_search_path_fix(void)
{
    g_autoptr(Model) model = model_new();
    PgaRoutine *routine = schema_routine(model, "Total", "a integer");
    const PgaFinding *finding;

    routine->prosecdef = routine->owner_is_superuser = TRUE;
    routine->prokind = 'p';
    set(&routine->nspname, "Shop");
    g_assert_cmpint(schema_run(model, "sec-definer-search-path"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "\"Shop\".\"Total\"(a integer)");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER PROCEDURE \"Shop\".\"Total\"(a integer) SET search_path = pg_catalog, "
                    "\"Shop\", pg_temp;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER PROCEDURE \"Shop\".\"Total\"(a integer) RESET search_path;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
    assert_contains(finding->evidence, "app, a superuser");
    assert_contains(finding->evidence, "everybody may call it");
}

static void
test_search_path_of_ddl(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    schema_routine(model, "total", "")->prosecdef = TRUE;
    g_assert_cmpint(schema_run(model, "sec-definer-search-path"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "It runs as its owner, its search_path");
}

static void
test_ignored_schemas(void)
{
    g_autoptr(Model) model = model_new();
    PgaRoutine *routine = schema_routine(model, "a", ""), *chunk = schema_routine(model, "b", "");

    routine->prosecdef = chunk->prosecdef = TRUE;
    set(&chunk->nspname, "_timescaledb_functions");
    set(&chunk->arguments, NULL);
    g_ptr_array_add(model->configuration->ignored_schemas, g_strdup("public"));
    g_assert_cmpint(schema_run(model, "sec-definer-search-path"), ==, SILENT);
}

static const struct {
    const char *name;
    gboolean definer, superuser;
    const char *acl, *result;
    Outcome want;
} executes[] = {
    {"by-default", TRUE, TRUE, NULL, "integer", FIRES},
    {"granted", TRUE, TRUE, "{=X/app}", "integer", FIRES},
    {"invoker", FALSE, TRUE, NULL, "integer", SILENT},
    {"owner-is-no-superuser", TRUE, FALSE, NULL, "integer", SILENT},
    {"revoked", TRUE, TRUE, "{app=X/app}", "integer", SILENT},
    {"trigger", TRUE, TRUE, NULL, "trigger", SILENT},
    {"event-trigger", TRUE, TRUE, NULL, "event_trigger", SILENT},
};

static void
test_execute(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRoutine *routine = schema_routine(model, "restart", "name text");

    routine->prosecdef = executes[i].definer;
    routine->owner_is_superuser = executes[i].superuser;
    set(&routine->acl, executes[i].acl);
    set(&routine->result, executes[i].result);
    g_assert_cmpint(schema_run(model, "sec-definer-public-execute"), ==, executes[i].want);
    if (executes[i].want != FIRES)
        return;
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "REVOKE EXECUTE ON FUNCTION public.restart(name text) FROM PUBLIC;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "GRANT EXECUTE ON FUNCTION public.restart(name text) TO PUBLIC;");
}

static void
test_execute_of_ddl(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    g_assert_cmpint(schema_run(model, "sec-definer-public-execute"), ==, NOT_EVALUATED);
}

static PgaSchemaAcl *
add_schema(Model *model, const char *nspname, gboolean public_creates)
{
    PgaSchemaAcl *schema = pga_record_add(model->objects->schema->schemas, &pga_schema_acl_type);

    schema->nspname = g_strdup(nspname);
    schema->owner = g_strdup("app");
    schema->public_creates = public_creates;
    return schema;
}

static void
test_schemas(void)
{
    g_autoptr(Model) model = model_new();

    add_schema(model, "public", TRUE);
    add_schema(model, "own", FALSE);
    add_schema(model, "_timescaledb_internal", TRUE);
    g_assert_cmpint(schema_run(model, "sec-public-schema-create"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "REVOKE CREATE ON SCHEMA public FROM PUBLIC;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "GRANT CREATE ON SCHEMA public TO PUBLIC;");
}

/* Of a DDL file, what an old lab grants by itself says nothing. */
static void
test_schemas_of_ddl(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    model->environment->version_num = 140010;
    add_schema(model, "public", TRUE);
    add_schema(model, "open", TRUE);
    g_assert_cmpint(schema_run(model, "sec-public-schema-create"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "open");
}

static void
test_schema_of_new_lab(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    add_schema(model, "public", TRUE);
    g_assert_cmpint(schema_run(model, "sec-public-schema-create"), ==, FIRES);
}

static void
test_grants(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    set(&schema_extra(model, 1, "read")->acl, "{app=arwdDxt/app,=r/app}");
    set(&schema_extra(model, 2, "Written")->acl, "{app=arwdDxt/app,=arwdDxt/app}");
    set(&schema_extra(model, 3, "part")->acl, "{=w/app}");
    set(&schema_extra(model, 4, "mine")->acl, NULL);
    set(&schema_extra(model, 5, "numbers")->acl, "{=w/app}");
    pga_objects_add_relation(model->objects, 6)->relkind = 'S';
    ((PgaRelationExtra *)g_ptr_array_index(model->objects->relations, 4))->relkind = 'S';
    g_assert_cmpint(schema_run(model, "sec-grants-wide"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public");
    assert_contains(finding->evidence, "2 relations");
    assert_contains(finding->evidence, "\"Written\", part.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.\"Written\" FROM PUBLIC;");
    g_assert_cmpstr(fix_at(finding, 1), ==, "REVOKE UPDATE ON public.part FROM PUBLIC;");
    g_assert_cmpstr(undo_at(finding, 1), ==, "GRANT UPDATE ON public.part TO PUBLIC;");
}

static void
test_grant_is_proven(void)
{
    g_autoptr(Model) model = model_new();
    const PgaRelation *orders = model_table(model, "orders", 1);

    set(&schema_extra(model, orders->oid, "orders")->acl, "{=a/app}");
    g_assert_cmpint(schema_run(model, "sec-grants-wide"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->proof.kind, ==, PGA_PROOF_EXECUTE);
}

static void
test_one_grant(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelationExtra *view = schema_extra(model, 1, "v");

    view->relkind = 'v';
    set(&view->acl, "{=d/app}");
    g_assert_cmpint(schema_run(model, "sec-grants-wide"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "1 relation of");
    g_assert_cmpint(model_finding(model)->proof.kind, ==, PGA_PROOF_NONE); /* a view alone */
}

static void
test_names_are_cut(void)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *text = NULL;

    for (guint i = 0; i < 10; i++)
        g_ptr_array_add(names, (gpointer) "a");
    text = pga_names_listed(names);
    g_assert_cmpstr(text, ==, "a, a, a, a, a, a, a, a and 2 more");
}

static void
test_acl(void)
{
    g_autoptr(GPtrArray) items =
        pga_acl_parse("{postgres=arwdDxt/postgres,\"\\\"odd \\\"\\\"one\\\"=r*w/postgres\",=X/p}");
    const PgaAclItem *item = g_ptr_array_index(items, 1);

    g_assert_cmpuint(items->len, ==, 3);
    g_assert_cmpstr(item->grantee, ==, "odd \"one");
    g_assert_cmpstr(item->privileges, ==, "r*w");
    g_assert_true(pga_acl_public_has("{a=r/a,=X/a}", "X"));
    g_assert_false(pga_acl_public_has("{a=X/a}", "X"));
    g_assert_false(pga_acl_public_has(NULL, "X"));
    g_assert_false(pga_acl_public_has("{nonsense,\"", "X"));
    g_assert_true(pga_acl_others_have("{a=r/a,b=r/a}", "a", "r"));
    g_assert_false(pga_acl_others_have("{a=r/a,b=w/a}", "a", "r"));
}

/** A view and the table it reads. */
typedef struct {
    const char *name;
    gboolean bypasses, same_owner, rls, forced, invoker, materialized;
    const char *acl;
    Outcome want;
} ViewCase;

#define READ "{app=arwdDxt/app,=r/app}"

static const ViewCase view_cases[] = {
    {"owner-bypasses", TRUE, FALSE, TRUE, TRUE, FALSE, FALSE, READ, FIRES},
    {"owner-of-the-table", FALSE, TRUE, TRUE, FALSE, FALSE, FALSE, READ, FIRES},
    {"owner-is-bound", FALSE, TRUE, TRUE, TRUE, FALSE, FALSE, READ, SILENT},
    {"another-owner", FALSE, FALSE, TRUE, FALSE, FALSE, FALSE, READ, SILENT},
    {"no-row-security", TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, READ, SILENT},
    {"security-invoker", TRUE, FALSE, TRUE, FALSE, TRUE, FALSE, READ, SILENT},
    {"materialized", TRUE, FALSE, TRUE, FALSE, FALSE, TRUE, READ, SILENT},
    {"nobody-else-reads-it", TRUE, FALSE, TRUE, FALSE, FALSE, FALSE, "{app=r/app}", SILENT},
    {"no-grants", TRUE, FALSE, TRUE, FALSE, FALSE, FALSE, NULL, SILENT},
};

static PgaView *
add_view(Model *model, const ViewCase *c)
{
    PgaRelationExtra *table = schema_extra(model, 900, "orders");
    PgaView *view = schema_view(model, "all_orders", 900);

    table->relrowsecurity = c->rls;
    table->relforcerowsecurity = c->forced;
    set(&table->owner, c->same_owner ? "app" : "somebody");
    view->owner_bypasses_rls = c->bypasses;
    view->security_invoker = c->invoker;
    view->is_materialized = c->materialized;
    set(&((PgaRelationExtra *)g_ptr_array_index(model->objects->relations, 1))->acl, c->acl);
    return view;
}

static void
test_view(gconstpointer data)
{
    const ViewCase *c = data;
    g_autoptr(Model) model = model_new();

    add_view(model, c);
    g_assert_cmpint(schema_run(model, "sec-definer-view"), ==, c->want);
    if (c->want != FIRES)
        return;
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER VIEW public.all_orders SET (security_invoker = true);");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER VIEW public.all_orders RESET (security_invoker);");
}

static void
test_view_before_15(void)
{
    g_autoptr(Model) model = model_new();

    model_make_ddl(model);
    model->environment->version_num = 140010;
    add_view(model, &view_cases[0]);
    g_assert_cmpint(schema_run(model, "sec-definer-view"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *path = g_strconcat("/rules/sec-definer-search-path/", paths[i].name, NULL);

        g_test_add_data_func(path, &paths[i], test_search_path);
    }
    for (guint i = 0; i < G_N_ELEMENTS(executes); i++) {
        g_autofree char *path =
            g_strconcat("/rules/sec-definer-public-execute/", executes[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_execute);
    }
    for (guint i = 0; i < G_N_ELEMENTS(view_cases); i++) {
        g_autofree char *path = g_strconcat("/rules/sec-definer-view/", view_cases[i].name, NULL);

        g_test_add_data_func(path, &view_cases[i], test_view);
    }
    g_test_add_func("/rules/sec-definer-search-path/fix-and-undo", test_search_path_fix);
    g_test_add_func("/rules/sec-definer-search-path/of-ddl", test_search_path_of_ddl);
    g_test_add_func("/rules/sec-definer-search-path/ignored-schemas", test_ignored_schemas);
    g_test_add_func("/rules/sec-definer-public-execute/of-ddl", test_execute_of_ddl);
    g_test_add_func("/rules/sec-definer-view/before-15", test_view_before_15);
    g_test_add_func("/rules/sec-public-schema-create/fires", test_schemas);
    g_test_add_func("/rules/sec-public-schema-create/of-ddl", test_schemas_of_ddl);
    g_test_add_func("/rules/sec-public-schema-create/of-ddl-in-a-new-lab", test_schema_of_new_lab);
    g_test_add_func("/rules/sec-grants-wide/by-schema", test_grants);
    g_test_add_func("/rules/sec-grants-wide/one-view", test_one_grant);
    g_test_add_func("/rules/sec-grants-wide/proven", test_grant_is_proven);
    g_test_add_func("/rules/subject/names-are-cut", test_names_are_cut);
    g_test_add_func("/rules/acl/parse", test_acl);
    return g_test_run();
}
