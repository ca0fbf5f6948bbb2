/* The source of the tests of objects, and questions to what was collected of it. */
#include "object_source.h"

#include <base/error.h>
#include <collect/libpq.h>
#include <string.h>

#include "object_copy.h"

const PgaCollectOptions object_defaults = {.ram_bytes = -1};

PgaObjects *
object_collect_as(const char *dsn, const char *user, const PgaCollectOptions *options,
                  GPtrArray *not_checked)
{
    g_autofree char *whole = g_strdup_printf("%s user=%s", dsn, user ? user : "postgres");
    const PgaConnectionOptions where = {.dbname = whole};
    g_autoptr(GPtrArray) unasked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    GPtrArray *notes = not_checked ? not_checked : unasked;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&where, &error);
    PgaObjects *objects = NULL;

    g_assert_no_error(error);
    pga_collect_objects(connection, options, &objects, notes, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < notes->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(notes, i);

        g_test_message("not checked: %s: %s", entry->what, entry->why);
    }
    return objects;
}

PgaObjects *
object_collect(const char *dsn)
{
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    PgaObjects *objects = object_collect_as(dsn, NULL, &object_defaults, not_checked);

    g_assert_cmpuint(not_checked->len, ==, 0);
    return objects;
}

/* (nullable): by its description. */
const PgaObject *
object_find(const PgaObjects *objects, const char *name)
{
    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);

        if (strcmp(object->name, name) == 0)
            return object;
    }
    return NULL;
}

/* 0: late; -1 when there is no such dependency. */
int
object_edge(const PgaObjects *objects, const char *dependent, const char *referenced)
{
    for (guint i = 0; i < objects->dependencies->len; i++) {
        const PgaDependency *dependency = &g_array_index(objects->dependencies, PgaDependency, i);
        g_autofree char *left = object_copy_name(objects, dependency->dependent);
        g_autofree char *right = object_copy_name(objects, dependency->referenced);

        if (strcmp(left, dependent) == 0 && strcmp(right, referenced) == 0)
            return dependency->late;
    }
    return -1;
}

/* The oid of a relation called as object_copy_name() does; 0 when there is none. */
PgaOid
object_relation_oid(const PgaObjects *objects, const char *name)
{
    for (guint i = 0; i < objects->relations->len; i++) {
        const PgaRelationExtra *relation = g_ptr_array_index(objects->relations, i);
        g_autofree char *own =
            g_strdup_printf("%c %s.%s", relation->relkind, relation->nspname, relation->relname);

        if (strcmp(own, name) == 0)
            return relation->oid;
    }
    return 0;
}

/* (transfer full): the conninfo of a database with objects.sql, as much of it as the server knows.
 */
char *
object_source_create(const PgaTestCluster *cluster)
{
    static const char *const leftovers[] = {
        "DROP DATABASE IF EXISTS source", "DROP DATABASE IF EXISTS copy",
        "DROP ROLE IF EXISTS clone_r2", "DROP ROLE IF EXISTS \"clone r'1\""};
    char *dsn;
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(leftovers); i++)
        pga_test_cluster_sql(cluster, leftovers[i]);
    dsn = pga_test_cluster_database(cluster, "source");
    g_assert_true(
        g_file_get_contents(PGA_SOURCE_ROOT "/tests/collect/objects.sql", &text, NULL, NULL));
    parts = g_strsplit(text, "\n-- since ", -1);
    for (guint i = 0; parts[i]; i++) {
        const char *sql = i == 0 ? parts[i] : strchr(parts[i], '\n');

        if (i == 0 || g_ascii_strtoull(parts[i], NULL, 10) <= pga_test_cluster_major(cluster))
            pga_test_sql(dsn, sql);
    }
    return dsn;
}

/* Tables have theirs in the Catalog. */
static gboolean
has_definition(const PgaObjects *objects, PgaObjectId id)
{
    const PgaObject *object = pga_objects_lookup(objects, id);

    return !object || object->definition;
}

/* (transfer full): a line for each object that can be made and each dependency among these. */
char *
object_describe(const PgaObjects *objects)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);

        if (object->definition)
            g_ptr_array_add(lines, g_strdup_printf("%s [%s.%s]: %s", object->name, object->nspname,
                                                   object->objname, object->definition));
    }
    for (guint i = 0; i < objects->dependencies->len; i++) {
        const PgaDependency *edge = &g_array_index(objects->dependencies, PgaDependency, i);
        g_autofree char *dependent = object_copy_name(objects, edge->dependent);
        g_autofree char *referenced = object_copy_name(objects, edge->referenced);

        if (has_definition(objects, edge->dependent) && has_definition(objects, edge->referenced))
            g_ptr_array_add(lines, g_strdup_printf("%s -> %s%s", dependent, referenced,
                                                   edge->late ? " (late)" : ""));
    }
    g_ptr_array_sort(lines, object_copy_compare);
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

void
object_assert_same_lines(const char *wanted, const char *got)
{
    g_auto(GStrv) left = g_strsplit(wanted, "\n", -1), right = g_strsplit(got, "\n", -1);

    for (guint i = 0; left[i] && right[i]; i++)
        g_assert_cmpstr(right[i], ==, left[i]);
    g_assert_cmpstr(got, ==, wanted);
}
