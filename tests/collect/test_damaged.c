/* A source whose catalogs lack what something in them needs: what cannot be shown is named, all the
 * rest is read. */
#include <collect/clone_source.h>
#include <string.h>

#include "planner_source.h"

/* Rows of catalogs deleted by hand: what no dependency would allow. */
static char *
damaged_source(guint major)
{
    char *dsn = pga_test_cluster_database(pga_test_cluster(major), "damaged");

    pga_test_sql(dsn, "CREATE FUNCTION gone(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS "
                      "'BEGIN RETURN $1; END';"
                      "CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS "
                      "'BEGIN RETURN NEW; END';"
                      "CREATE DOMAIN lost AS int; CREATE DOMAIN d AS int CHECK (gone(VALUE) > 0);"
                      "CREATE TABLE good (a int PRIMARY KEY, b int DEFAULT 7, CHECK (b > 0));"
                      "CREATE TABLE bad (a int PRIMARY KEY, b int DEFAULT gone(1), c d, e lost,"
                      " CONSTRAINT bad_check CHECK (gone(b) > 0));"
                      "CREATE INDEX good_b ON good (b); CREATE INDEX bad_gone ON bad (gone(b));"
                      "CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <,"
                      " OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,"
                      " FUNCTION 1 btint4cmp(int, int);"
                      "CREATE TABLE sorted (a int PRIMARY KEY, b int);"
                      "CREATE INDEX sorted_oc ON sorted (b oc);"
                      "CREATE VIEW good_view AS SELECT a FROM good;"
                      "CREATE VIEW bad_view AS SELECT gone(a) FROM good;"
                      "CREATE TRIGGER t BEFORE INSERT ON good FOR EACH ROW EXECUTE PROCEDURE "
                      "fired();"
                      "CREATE POLICY p ON good USING (gone(a) > 0)");
    pga_test_sql(dsn, "INSERT INTO good SELECT i, i % 9 + 1 FROM generate_series(1, 100) i;"
                      "ANALYZE;"
                      "DELETE FROM pg_proc WHERE proname IN ('gone', 'fired');"
                      "DELETE FROM pg_type WHERE typname = 'lost';"
                      "DELETE FROM pg_opclass WHERE opcname = 'oc'");
    return dsn;
}

/* (nullable) */
static const char *
why(const GPtrArray *notes, const char *what)
{
    for (guint i = 0; i < notes->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(notes, i);

        if (strcmp(entry->what, what) == 0)
            return entry->why;
    }
    return NULL;
}

static void
assert_note(const GPtrArray *notes, const char *what, const char *reason)
{
    const char *found = why(notes, what);

    if (!found)
        g_error("\"%s\" is not named", what);
    g_assert_nonnull(strstr(found, reason));
}

typedef struct {
    PgaConnection *connection;
    PgaCatalog *catalog;
    PgaEnvironment *environment;
    PgaObjects *objects;
    PgaPlannerData *data;
    GPtrArray *notes;
} Damaged;

static Damaged *
collect(const char *dsn)
{
    const PgaConnectionOptions where = {.dbname = dsn};
    const PgaCollectOptions options = {.ram_bytes = -1};
    Damaged *damaged = g_new0(Damaged, 1);
    GError *error = NULL;

    damaged->notes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    damaged->data = pga_planner_data_new();
    damaged->connection = pga_connection_open(&where, &error);
    g_assert_no_error(error);
    pga_collect(damaged->connection, &options, &damaged->catalog, &damaged->environment,
                damaged->notes, &error);
    g_assert_no_error(error);
    pga_collect_objects(damaged->connection, &options, &damaged->objects, damaged->notes, &error);
    g_assert_no_error(error);
    pga_collect_planner(damaged->connection, &options, damaged->catalog, NULL, damaged->data,
                        damaged->notes, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < damaged->notes->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(damaged->notes, i);

        g_test_message("%s: %s", entry->what, entry->why);
    }
    return damaged;
}

static void
damaged_free(Damaged *damaged)
{
    pga_planner_data_free(damaged->data);
    pga_objects_free(damaged->objects);
    pga_environment_free(damaged->environment);
    pga_catalog_free(damaged->catalog);
    pga_connection_close(damaged->connection);
    g_ptr_array_unref(damaged->notes);
    g_free(damaged);
}

static const PgaObject *
find_object(const Damaged *damaged, const char *name)
{
    for (guint i = 0; i < damaged->objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(damaged->objects->objects, i);

        if (g_strcmp0(object->objname, name) == 0)
            return object;
    }
    g_error("no object %s", name);
    return NULL;
}

static void
assert_left_out(const Damaged *damaged, const char *name)
{
    const PgaObject *object = find_object(damaged, name);

    g_assert_null(object->definition);
    g_assert_nonnull(strstr(object->obstacle, "cache lookup failed"));
    g_assert_nonnull(strstr(object->name, name));
}

static void
test_catalog(gconstpointer data)
{
    const guint major = GPOINTER_TO_UINT(data);
    g_autofree char *dsn = damaged_source(major);
    Damaged *damaged = collect(dsn);
    const GPtrArray *notes = damaged->notes;

    assert_note(notes, "default of column public.bad.b", "cache lookup failed for function");
    assert_note(notes, "constraint bad_check of public.bad", "cache lookup failed for function");
    assert_note(notes, "index public.bad_gone", "cache lookup failed for function");
    assert_note(notes, "index public.sorted_oc", "opclass");
    assert_note(notes, "definition of type public.d", "cache lookup failed for function");
    assert_note(notes, "column public.bad.e", "lack its type");
    g_assert_cmpuint(damaged->catalog->relations->len, ==, 3);
    g_assert_cmpuint(damaged->catalog->indexes->len, ==, 4);
    damaged_free(damaged);
}

static void
test_objects(gconstpointer data)
{
    const guint major = GPOINTER_TO_UINT(data);
    g_autofree char *dsn = damaged_source(major);
    Damaged *damaged = collect(dsn);

    assert_left_out(damaged, "bad_view");
    assert_left_out(damaged, "t");
    assert_left_out(damaged, "p");
    assert_left_out(damaged, "d");
    g_assert_null(why(damaged->notes, "policies for the rules"));
    g_assert_nonnull(find_object(damaged, "good_view")->definition);
    g_assert_null(find_object(damaged, "good_view")->obstacle);
    damaged_free(damaged);
}

/* A table with an index that cannot be opened has the sizes that pg_class has. */
static void
test_planner(gconstpointer data)
{
    const guint major = GPOINTER_TO_UINT(data);
    g_autofree char *dsn = damaged_source(major);
    Damaged *damaged = collect(dsn);

    assert_note(damaged->notes, "sizes of public.sorted", "opclass");
    g_assert_cmpuint(damaged->data->sizes->len, ==, 3 + 6);
    g_assert_cmpuint(damaged->data->columns->len, ==, 2);
    damaged_free(damaged);
}

static const struct {
    const char *name;
    GTestDataFunc run;
} tests[] = {
    {"catalog", test_catalog},
    {"objects", test_objects},
    {"planner", test_planner},
};

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path = g_strdup_printf("/collect/damaged/%u/%s-names-what-is-left-out",
                                                    server->major, tests[j].name);

            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), tests[j].run);
        }
    }
    if (servers->len == 0)
        g_test_add_func("/collect/damaged/no-server", (GTestFunc)pga_test_have_server);
    return g_test_run();
}
