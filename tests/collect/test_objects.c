/* What is collected of objects besides their definitions, and what cannot be. */
#include <base/error.h>
#include <collect/libpq.h>
#include <string.h>

#include "object_source.h"

static void
assert_roles(const PgaObjects *objects)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < objects->roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(objects->roles, i);

        g_assert_false(g_str_has_prefix(role->rolname, "pg_"));
        if (strcmp(role->rolname, "clone_r2") != 0)
            continue;
        g_assert_false(role->rolsuper || role->rolcanlogin || role->rolbypassrls);
        g_assert_true(role->rolinherit);
        g_assert_cmpuint(role->member_of->len, ==, 1);
        g_assert_cmpstr(g_ptr_array_index(role->member_of, 0), ==, "clone r'1");
    }
    for (guint i = 0; i < objects->role_settings->len; i++) {
        const PgaRoleSetting *setting = g_ptr_array_index(objects->role_settings, i);

        g_string_append_printf(text, "%s/%d/%s=%s\n", setting->rolname, setting->in_database,
                               setting->name, setting->value);
    }
    g_assert_cmpstr(text->str, ==,
                    "(null)/1/search_path=s, \"a b\"\nclone_r2/0/work_mem=7MB\n"
                    "clone_r2/1/jit=off\n");
    g_string_truncate(text, 0);
    for (guint i = 0; i < objects->tablespaces->len; i++) {
        const PgaTablespace *tablespace = g_ptr_array_index(objects->tablespaces, i);

        g_string_append_printf(text, "%s%s\n", tablespace->spcname, tablespace->options);
    }
    g_assert_cmpstr(text->str, ==, "pg_default{random_page_cost=1.5}\n");
    g_string_truncate(text, 0);
    for (guint i = 0; i < objects->namespaces->len; i++) {
        const PgaNamespace *namespace = g_ptr_array_index(objects->namespaces, i);

        g_string_append_printf(text, "%s\n", namespace->nspname);
    }
    g_assert_cmpstr(text->str, ==, "o.\"d s'x\npublic\ns\nunmade\n");
}

/* Which objects have an obstacle, and what it says. */
static void
test_obstacles(void)
{
    g_autofree char *source = NULL;
    g_autoptr(PgaObjects) objects = NULL;
    guint n = 0;

    if (!pga_test_have_server())
        return;
    source = object_source_create(pga_test_cluster(0));
    objects = object_collect(source);
    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);

        g_assert_true(!object->definition == !!object->obstacle);
        if (!object->obstacle)
            continue;
        g_assert_cmpstr(object->nspname, ==, "unmade");
        n++;
    }
    g_assert_cmpuint(n, ==, 4);
    g_assert_cmpstr(object_find(objects, "type unmade.shell")->obstacle, ==, "it is only a shell");
    g_assert_nonnull(
        strstr(object_find(objects, "function unmade.running(double precision)")->obstacle,
               "written in internal"));
    g_assert_nonnull(strstr(object_find(objects, "type unmade.evens")->obstacle, "canonical"));
}

static void
test_dependencies(void)
{
    static const struct {
        const char *dependent, *referenced;
        int late; /* -1: none */
    } edges[] = {
        {"view s.over", "view s.grouped", 0},
        {"view s.grouped", "r s.orders", 0},
        {"view s.over", "function s.sum_of(integer)", 0},
        {"view s.on_parsed", "function s.parsed(integer)", 0},
        {"function s.parsed(integer)", "view s.over", 0},
        {"view s.constructed", "type s.odds", 0},
        {"r s.ranges", "type s.odds", 0},
        {"r s.node", "r s.orders", 0},                            /* a column of the row type */
        {"r s.node", "function s.total(s.node)", 1},              /* a constraint */
        {"function s.total(s.node)", "r s.node", 0},              /* an argument */
        {"r s.orders", "function s.next()", 1},                   /* a default */
        {"r s.orders", "S o.\"d s'x.S.q", 1},                     /* a default */
        {"S s.late", "r s.orders", -1},                           /* owned by */
        {"S s.measured_id_seq", "p s.measured", -1},              /* identity */
        {"r s.orders", "r o.\"d s'x.T.\"1", 1},                   /* a foreign key */
        {"r s.old_orders", "r s.orders", 0},                      /* inheritance */
        {"r s.measured_1", "p s.measured", 0},                    /* a partition */
        {"p s.measured", "function s.add(integer,integer)", 0},   /* a partition key */
        {"r s.generated", "function s.add(integer,integer)", 0},  /* a generated column */
        {"r o.\"d s'x.T.\"1", "function s.positive(integer)", 1}, /* an index */
        {"r o.\"d s'x.T.\"1", "type s.mood", 0},
        {"r s.of_pair", "type s.pair", 0},
        {"type s.pos", "function s.positive(integer)", 0},
        {"policy p 1 on table s.orders", "function s.of_user()", 1},
        {"policy p 1 on table s.orders", "r s.node", 1},
        {"trigger \"t 1\" on table s.orders", "function s.fire()", -1}, /* is not called so */
        {"trigger t 1 on table s.orders", "function s.fire()", 0},
        {"trigger t 1 on table s.orders", "r s.orders", 0},
        {"rule r ; on table s.node", "r s.old_orders", 0},
        {"statistics object s.expressions", "r s.orders", 0},
        {"view s.on_extension", "r s.with_extension", 0},
        {"operator s.<@<(s.pair,s.pair)", "function s.pair_lt(s.pair,s.pair)", 0},
    };
    g_autofree char *source = NULL;
    g_autoptr(PgaObjects) objects = NULL;

    if (!pga_test_have_server())
        return;
    source = object_source_create(pga_test_cluster(0));
    objects = object_collect(source);
    for (guint i = 0; i < G_N_ELEMENTS(edges); i++) {
        const int got = object_edge(objects, edges[i].dependent, edges[i].referenced);

        if (got != edges[i].late)
            g_error("%s -> %s: %d", edges[i].dependent, edges[i].referenced, got);
    }
    for (guint i = 0; i < objects->objects->len; i++)
        g_assert_null(
            strstr(((PgaObject *)g_ptr_array_index(objects->objects, i))->name, "hstore"));
}

static void
test_surroundings(void)
{
    g_autofree char *source = NULL;
    g_autoptr(PgaObjects) objects = NULL;
    const PgaRelationExtra *orders;
    const PgaAttributeExtra *attribute;
    guint n = 0;

    if (!pga_test_have_server())
        return;
    source = object_source_create(pga_test_cluster(0));
    pga_test_sql(source, "GRANT SELECT ON s.orders TO \"clone r'1\";"
                         "GRANT SELECT (note) ON s.orders TO clone_r2;"
                         "ALTER TABLE s.orders ADD dropped int; ALTER TABLE s.orders DROP dropped;"
                         "ALTER ROLE clone_r2 SET work_mem = '7MB';"
                         "ALTER DATABASE source SET search_path = s, \"a b\";"
                         "ALTER ROLE clone_r2 IN DATABASE source SET jit = off;"
                         "ALTER ROLE clone_r2 IN DATABASE postgres SET jit = on;"
                         "ALTER TABLESPACE pg_default SET (random_page_cost = 1.5);");
    objects = object_collect(source);
    g_assert_cmpstr(objects->encoding, ==, "UTF8");
    g_assert_nonnull(objects->collate);
    g_assert_nonnull(objects->ctype);
    g_assert_nonnull(strchr("cib", objects->provider));
    g_assert_null(objects->tablespace);

    orders = pga_objects_relation(objects, object_relation_oid(objects, "r s.orders"));
    g_assert_cmpstr(orders->owner, ==, "postgres");
    g_assert_nonnull(strstr(orders->acl, "clone r'1"));
    g_assert_cmpstr(orders->reloptions, ==, "{fillfactor=70}");
    g_assert_true(orders->relrowsecurity && orders->relforcerowsecurity);
    g_assert_cmpuint(orders->parents->len, ==, 0);
    g_assert_cmpint(orders->relnatts, ==, 6);
    orders = pga_objects_relation(objects, object_relation_oid(objects, "r s.old_orders"));
    g_assert_cmpuint(orders->parents->len, ==, 1);
    g_assert_cmpuint(g_array_index(orders->parents, PgaOid, 0), ==,
                     object_relation_oid(objects, "r s.orders"));

    for (guint i = 0; i < objects->attributes->len; i++) {
        attribute = g_ptr_array_index(objects->attributes, i);
        if (attribute->relation != object_relation_oid(objects, "r s.orders"))
            continue;
        n++;
        g_assert_cmpint(attribute->attstattarget, ==, strcmp(attribute->attname, "note") ? -1 : 77);
        g_assert_true(!attribute->acl == (strcmp(attribute->attname, "note") != 0));
        g_assert_cmpstr(attribute->attoptions, ==,
                        strcmp(attribute->attname, "tags") ? NULL : "{n_distinct=-0.5}");
    }
    g_assert_cmpuint(n, ==, 2);
    assert_roles(objects);
    pga_test_sql(source, "ALTER TABLESPACE pg_default RESET (random_page_cost)");
}

/* A role that may log in, and nothing else, reads all of it. */
static void
test_least_privilege(void)
{
    const PgaTestCluster *cluster;
    g_autofree char *source = NULL, *wanted = NULL, *got = NULL;
    g_autoptr(PgaObjects) objects = NULL, poor = NULL;
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    static const char *const refused[] = {"comments and other details", "policies"};

    if (!pga_test_have_server())
        return;
    cluster = pga_test_cluster(0);
    source = object_source_create(cluster);
    pga_test_cluster_sql(cluster, "DROP ROLE IF EXISTS poor");
    pga_test_cluster_sql(cluster, "CREATE ROLE poor LOGIN");
    pga_test_sql(source, "REVOKE ALL ON SCHEMA public FROM PUBLIC");
    objects = object_collect(source);
    poor = object_collect_as(source, "poor", &object_defaults, not_checked);
    g_assert_cmpuint(not_checked->len, ==, 0);
    wanted = object_describe(objects);
    got = object_describe(poor);
    object_assert_same_lines(wanted, got);
    g_assert_cmpuint(poor->roles->len, ==, objects->roles->len);
    g_clear_pointer(&poor, pga_objects_free);

    pga_test_sql(source, "REVOKE SELECT ON pg_policy FROM PUBLIC");
    poor = object_collect_as(source, "poor", &object_defaults, not_checked);
    g_assert_cmpuint(not_checked->len, ==, 2);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        const PgaNotChecked *entry = g_ptr_array_index(not_checked, i);

        g_assert_cmpstr(entry->what, ==, refused[i]);
        g_assert_nonnull(strstr(entry->why, "pg_policy"));
    }
    g_assert_null(object_find(poor, "policy p 1 on table s.orders"));
    g_assert_nonnull(object_find(poor, "trigger t 1 on table s.orders"));
}

/* What reads a table that somebody holds is there by name, with the holder. */
static void
test_locked(void)
{
    const PgaCollectOptions options = {.ram_bytes = -1, .lock_timeout = 50};
    g_autofree char *source = NULL;
    g_autoptr(PgaObjects) objects = NULL;
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    const PgaNotChecked *entry;
    PGconn *holder;

    if (!pga_test_have_server())
        return;
    source = object_source_create(pga_test_cluster(0));
    holder = pga_test_session(source);
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE s.node IN ACCESS EXCLUSIVE MODE;"
                           "REINDEX INDEX s.orders_pkey"));
    objects = object_collect_as(source, NULL, &options, not_checked);
    PQfinish(holder);

    g_assert_cmpuint(not_checked->len, ==, 1);
    entry = g_ptr_array_index(not_checked, 0);
    g_assert_cmpstr(entry->what, ==, "table s.node");
    g_assert_null(object_find(objects, "view \"o.\"\"d s'x\".\"V.\"\"1\"")->definition);
    g_assert_nonnull(
        strstr(object_find(objects, "view \"o.\"\"d s'x\".\"V.\"\"1\"")->obstacle, "s.node"));
    g_assert_nonnull(object_find(objects, "policy p 1 on table s.orders")->obstacle);
    g_assert_nonnull(object_find(objects, "rule r ; on table s.node")->obstacle);
    g_assert_nonnull(object_find(objects, "view s.over")->definition);
    g_assert_nonnull(object_find(objects, "function s.total(s.node)")->definition);
    g_assert_cmpuint(object_relation_oid(objects, "r s.node"), ==, 0);
    g_assert_cmpuint(object_relation_oid(objects, "i s.orders_pkey"), !=, 0);
    g_assert_cmpint(object_edge(objects, "view s.over", "view s.grouped"), ==, 0);
}

/** Does something to the source when a collection comes to a subject. */
typedef struct {
    const char *at, *dsn, *sql;
    guint n;
} Meddler;

static void
meddle(gpointer data, PgaProgressKind kind, const char *message)
{
    Meddler *meddler = data;

    if (kind == PGA_PROGRESS_STEP && strcmp(message, meddler->at) == 0 && meddler->n++ == 0)
        pga_test_sql(meddler->dsn, meddler->sql);
}

/* A view dropped while it was read is gone at the next attempt, or named with the reason. */
static void
test_dropped_meanwhile(void)
{
    g_autofree char *source = NULL;
    g_autoptr(PgaObjects) objects = NULL;
    Meddler meddler = {.at = "reading views",
                       .sql =
                           "DROP VIEW s.over CASCADE; DROP FUNCTION s.default_of_default(integer);"
                           "DROP STATISTICS s.both; DROP POLICY \"i\" ON s.node"};
    const PgaProgress progress = {.receive = meddle, .data = &meddler};
    const PgaCollectOptions options = {.ram_bytes = -1, .progress = &progress};
    const PgaObject *view;

    if (!pga_test_have_server())
        return;
    source = object_source_create(pga_test_cluster(0));
    meddler.dsn = source;
    objects = object_collect_as(source, NULL, &options, NULL);
    g_assert_cmpuint(meddler.n, >=, 1);
    view = object_find(objects, "view s.over");
    if (meddler.n == 1)
        g_assert_true(g_str_has_prefix(view->obstacle, "the source has no definition of it"));
    else
        g_assert_null(view);
    g_assert_nonnull(object_find(objects, "view s.grouped")->definition);
}

static void
test_interrupted_connection(void)
{
    g_autofree char *source = NULL;
    Meddler meddler = {.at = "reading views",
                       .sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                              "application_name = 'pgarchitect'"};
    const PgaProgress progress = {.receive = meddle, .data = &meddler};
    const PgaCollectOptions options = {.ram_bytes = -1, .progress = &progress};
    PgaConnectionOptions where = {0};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GPtrArray) not_checked = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    PgaObjects *objects = NULL;

    if (!pga_test_have_server())
        return;
    source = object_source_create(pga_test_cluster(0));
    meddler.dsn = where.dbname = source;
    connection = pga_connection_open(&where, NULL);
    g_assert_false(pga_collect_objects(connection, &options, &objects, not_checked, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_null(objects);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/collect/objects/obstacles-are-named", test_obstacles);
    g_test_add_func("/collect/objects/dependencies-of-wholes", test_dependencies);
    g_test_add_func("/collect/objects/owners-roles-and-options", test_surroundings);
    g_test_add_func("/collect/objects/a-role-without-rights-reads-all", test_least_privilege);
    g_test_add_func("/collect/objects/locked-tables-are-left-out", test_locked);
    g_test_add_func("/collect/objects/dropped-meanwhile", test_dropped_meanwhile);
    g_test_add_func("/collect/objects/connection-lost", test_interrupted_connection);
    return g_test_run();
}
