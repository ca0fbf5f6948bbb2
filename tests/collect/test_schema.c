/* Objects as rules ask about them, of every server that is installed. */
#include <string.h>

#include "object_source.h"

static const char planted[] =
    "CREATE ROLE schema_app LOGIN CREATEDB CONNECTION LIMIT 7 VALID UNTIL '2040-01-01' PASSWORD "
    "'x';"
    "CREATE ROLE schema_none LOGIN VALID UNTIL 'infinity';"
    "CREATE SCHEMA open; GRANT CREATE ON SCHEMA open TO PUBLIC; CREATE SCHEMA closed;"
    "CREATE TABLE public.parent (id int PRIMARY KEY, owner name);"
    "CREATE TABLE public.child (id int REFERENCES parent, note text);"
    "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
    "SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END';"
    "CREATE FUNCTION public.one(a int, b text) RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';"
    "CREATE AGGREGATE public.total(int) (sfunc = int4pl, stype = int);"
    "REVOKE EXECUTE ON FUNCTION public.one(int, text) FROM PUBLIC;"
    "CREATE TRIGGER touches BEFORE INSERT ON public.parent FOR EACH ROW EXECUTE PROCEDURE touch();"
    "CREATE TRIGGER dozes BEFORE UPDATE ON public.parent FOR EACH ROW EXECUTE PROCEDURE touch();"
    "ALTER TABLE public.parent DISABLE TRIGGER dozes;"
    "ALTER TABLE public.child DISABLE TRIGGER ALL;"
    "ALTER TABLE public.parent ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON public.parent FOR SELECT TO schema_app USING (owner = current_user);"
    "CREATE POLICY any_of ON public.parent FOR INSERT WITH CHECK (true);"
    "CREATE RULE swallow AS ON DELETE TO public.parent DO INSTEAD NOTHING;"
    "CREATE VIEW public.low AS SELECT p.id FROM public.parent p JOIN public.child USING (id);"
    "CREATE VIEW public.high AS SELECT * FROM public.low;"
    "CREATE MATERIALIZED VIEW public.still AS SELECT * FROM public.low WITH NO DATA;"
    "CREATE TABLE public.words (word text COLLATE \"C\")";

/* (transfer full) */
static char *
plant(const PgaTestCluster *cluster)
{
    char *dsn;

    pga_test_cluster_sql(cluster, "DROP DATABASE IF EXISTS schema");
    pga_test_cluster_sql(cluster, "DROP ROLE IF EXISTS schema_app, schema_none, schema_poor");
    dsn = pga_test_cluster_database(cluster, "schema");
    pga_test_sql(dsn, planted);
    return dsn;
}

static const PgaRole *
role_of(const PgaObjects *objects, const char *rolname)
{
    for (guint i = 0; i < objects->roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(objects->roles, i);

        if (g_str_equal(role->rolname, rolname))
            return role;
    }
    g_error("no role %s", rolname);
}

static void
assert_roles(const PgaObjects *objects, char password)
{
    const PgaRole *role = role_of(objects, "schema_app");

    g_assert_true(role->rolcreatedb && role->has_validity && role->rolcanlogin);
    g_assert_false(role->rolcreaterole || role->rolreplication || role->rolsuper);
    g_assert_cmpint(role->rolconnlimit, ==, 7);
    g_assert_true(role->password == password);
    role = role_of(objects, "schema_none");
    g_assert_false(role->has_validity);
    g_assert_cmpint(role->rolconnlimit, ==, -1);
    g_assert_true(role->password == (password == '?' ? '?' : '0'));
    g_assert_true(role_of(objects, "postgres")->rolcreaterole);
}

static void
assert_routines(const PgaSchema *schema)
{
    const PgaRoutine *one, *total, *touch;

    g_assert_cmpuint(schema->routines->len, ==, 3);
    one = g_ptr_array_index(schema->routines, 0);
    g_assert_cmpstr(one->nspname, ==, "public");
    g_assert_cmpstr(one->proname, ==, "one");
    g_assert_cmpstr(one->arguments, ==, "a integer, b text");
    g_assert_cmpstr(one->result, ==, "integer");
    g_assert_cmpstr(one->language, ==, "sql");
    g_assert_cmpstr(one->source, ==, "SELECT 1");
    g_assert_cmpstr(one->owner, ==, "postgres");
    g_assert_cmpstr(one->acl, ==, "{postgres=X/postgres}");
    g_assert_true(one->provolatile == 's');
    g_assert_true(one->prokind == 'f');
    g_assert_true(one->owner_is_superuser && !one->prosecdef && !one->has_sql_body);
    total = g_ptr_array_index(schema->routines, 1);
    g_assert_true(total->prokind == 'a');
    touch = g_ptr_array_index(schema->routines, 2);
    g_assert_true(touch->prosecdef);
    g_assert_cmpstr(touch->config, ==, "{search_path=pg_catalog}");
    g_assert_cmpstr(touch->result, ==, "trigger");
    g_assert_null(touch->acl);
}

/* Of the foreign key's triggers only those that sleep. */
static void
assert_triggers(const PgaObjects *objects)
{
    const PgaSchema *schema = objects->schema;
    const PgaOid child = object_relation_oid(objects, "r public.child");
    g_autoptr(GString) text = g_string_new(NULL);
    guint n_internal = 0;

    for (guint i = 0; i < schema->triggers->len; i++) {
        const PgaTrigger *trigger = g_ptr_array_index(schema->triggers, i);

        if (!trigger->tgisinternal) {
            g_string_append_printf(text, "%s %c %s\n", trigger->tgname, trigger->tgenabled,
                                   trigger->function);
            continue;
        }
        n_internal++;
        g_assert_true(trigger->tgenabled == 'D');
        g_assert_cmpuint(trigger->constraint, !=, 0);
        g_assert_cmpuint(trigger->relation, ==, child);
    }
    g_assert_cmpuint(n_internal, ==, 2);
    g_assert_cmpstr(text->str, ==, "dozes D public.touch()\ntouches O public.touch()\n");
}

static void
assert_policies_and_rules(const PgaSchema *schema)
{
    const PgaPolicy *policy;
    const PgaRewriteRule *rule;

    g_assert_cmpuint(schema->policies->len, ==, 2);
    policy = g_ptr_array_index(schema->policies, 0);
    g_assert_cmpstr(policy->polname, ==, "any_of");
    g_assert_cmpstr(policy->with_check, ==, "true");
    g_assert_null(policy->qual);
    g_assert_cmpstr(g_ptr_array_index(policy->roles, 0), ==, "public");
    policy = g_ptr_array_index(schema->policies, 1);
    g_assert_cmpstr(g_ptr_array_index(policy->roles, 0), ==, "schema_app");
    g_assert_true(policy->cmd == 'r');
    g_assert_true(policy->permissive);
    g_assert_nonnull(strstr(policy->qual, "owner = "));
    g_assert_cmpuint(schema->rules->len, ==, 1);
    rule = g_ptr_array_index(schema->rules, 0);
    g_assert_cmpstr(rule->rulename, ==, "swallow");
    g_assert_true(rule->is_instead && rule->ev_type == '4');
}

static void
assert_views(const PgaObjects *objects)
{
    const PgaSchema *schema = objects->schema;
    const PgaView *view;

    g_assert_cmpuint(schema->views->len, ==, 3);
    view = g_ptr_array_index(schema->views, 0);
    g_assert_cmpstr(view->relname, ==, "high");
    g_assert_cmpuint(view->reads->len, ==, 1);
    g_assert_cmpuint(g_array_index(view->reads, PgaOid, 0), ==,
                     object_relation_oid(objects, "v public.low"));
    view = g_ptr_array_index(schema->views, 1);
    g_assert_cmpuint(view->reads->len, ==, 2);
    g_assert_true(view->owner_bypasses_rls && !view->security_invoker && !view->is_materialized);
    view = g_ptr_array_index(schema->views, 2);
    g_assert_true(view->is_materialized && !view->is_populated);
}

static void
assert_schemas(const PgaSchema *schema)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < schema->schemas->len; i++) {
        const PgaSchemaAcl *acl = g_ptr_array_index(schema->schemas, i);

        if (!g_str_equal(acl->nspname, "public"))
            g_string_append_printf(text, "%s %s %d\n", acl->nspname, acl->owner,
                                   acl->public_creates);
    }
    g_assert_cmpstr(text->str, ==, "closed postgres 0\nopen postgres 1\n");
}

/* What only later versions have. */
static void
assert_newer(const char *dsn, guint major)
{
    g_autoptr(PgaObjects) objects = NULL;
    const PgaView *view;

    if (major >= 10)
        pga_test_sql(dsn, "CREATE PUBLICATION part FOR TABLE public.words;"
                          "CREATE PUBLICATION whole FOR ALL TABLES WITH (publish = 'insert')");
    if (major >= 15)
        pga_test_sql(dsn, "CREATE PUBLICATION nsp FOR TABLES IN SCHEMA public;"
                          "ALTER VIEW public.low SET (security_invoker = on)");
    objects = object_collect(dsn);
    if (major >= 10) {
        const GPtrArray *publications = objects->schema->publications;
        const PgaPublication *some = g_ptr_array_index(publications, major >= 15 ? 1 : 0);
        const PgaPublication *whole = g_ptr_array_index(publications, publications->len - 1);

        g_assert_cmpuint(g_array_index(some->relations, PgaOid, 0), ==,
                         object_relation_oid(objects, "r public.words"));
        g_assert_true(some->updates && !some->all_tables && some->truncates == (major >= 11));
        g_assert_true(whole->all_tables && whole->inserts && !whole->deletes);
        if (major >= 15)
            g_assert_cmpuint(
                ((const PgaPublication *)g_ptr_array_index(publications, 0))->relations->len, ==,
                3);
    }
    view = g_ptr_array_index(objects->schema->views, 1);
    g_assert_true(view->security_invoker == (major >= 15));
}

/* A library that sorts otherwise than when the index was built is made up by the recorded version.
 */
static void
assert_collations(const char *dsn)
{
    g_autoptr(PgaObjects) objects = NULL;
    g_autofree char *name =
        pga_test_value(dsn, "SELECT COALESCE(min(collname), '') FROM pg_collation "
                            "WHERE collversion = pg_collation_actual_version(oid)");
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE public.sorted (word text COLLATE pg_catalog.\"%s\");"
                        "CREATE INDEX ON public.sorted (word);"
                        "UPDATE pg_collation SET collversion = '0.old' WHERE collversion <> ''",
                        name);
    const PgaCollationMismatch *mismatch;

    if (!*name) {
        g_test_message("no collation has a version here");
        return;
    }
    pga_test_sql(dsn, sql);
    objects = object_collect(dsn);
    g_assert_cmpuint(objects->schema->collations->len, ==, 1);
    mismatch = g_ptr_array_index(objects->schema->collations, 0);
    g_assert_cmpstr(mismatch->nspname, ==, "pg_catalog");
    g_assert_cmpstr(mismatch->collname, ==, name);
    g_assert_cmpstr(mismatch->collversion, ==, "0.old");
    g_assert_cmpstr(mismatch->actual_version, !=, "");
    g_assert_cmpstr(mismatch->indexes, ==, "public.sorted_word_idx");
    g_assert_cmpint(mismatch->n_indexes, ==, 1);
}

static void
test_schema(gconstpointer data)
{
    const PgaTestServer *server = data;
    const PgaTestCluster *cluster = pga_test_cluster(server->major);
    g_autofree char *dsn = plant(cluster);
    g_autoptr(PgaObjects) objects = object_collect(dsn), poor = NULL;

    assert_roles(objects, server->major >= 14 ? 's' : 'm');
    assert_routines(objects->schema);
    assert_triggers(objects);
    assert_policies_and_rules(objects->schema);
    assert_views(objects);
    assert_schemas(objects->schema);

    pga_test_cluster_sql(cluster, "CREATE ROLE schema_poor LOGIN");
    poor = object_collect_as(dsn, "schema_poor", &object_defaults, NULL);
    assert_roles(poor, '?');
    assert_routines(poor->schema);
    assert_views(poor);
    assert_newer(dsn, server->major);
    if (server->major >= 10)
        assert_collations(dsn);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *path = g_strdup_printf("/collect/schema/every-kind/%u", server->major);

        g_test_add_data_func(path, server, test_schema);
    }
    return g_test_run();
}
