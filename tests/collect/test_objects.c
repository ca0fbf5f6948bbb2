/* Definitions, executed in the order of their dependencies on an empty database, make the same
 * objects again. */
#include <base/error.h>
#include <collect/clone_source.h>
#include <collect/libpq.h>
#include <model/finding.h>
#include <string.h>

#include "cluster.h"
#include "object_copy.h"

static const PgaCollectOptions defaults = {.ram_bytes = -1};

static PgaObjects *
collect_as(const char *dsn, const char *user, const PgaCollectOptions *options,
           GPtrArray *not_checked)
{
    const PgaConnectionOptions where = {.dbname = dsn, .user = user};
    g_autoptr(GPtrArray) dropped = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&where, &error);
    PgaObjects *objects = NULL;

    g_assert_no_error(error);
    if (!not_checked)
        not_checked = dropped =
            g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_collect_objects(connection, options, &objects, not_checked, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(not_checked, i);

        g_test_message("not checked: %s: %s", entry->what, entry->why);
    }
    return objects;
}

static PgaObjects *
collect(const char *dsn)
{
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    PgaObjects *objects = collect_as(dsn, NULL, &defaults, not_checked);

    g_assert_cmpuint(not_checked->len, ==, 0);
    return objects;
}

/* (transfer full): the conninfo of a database with objects.sql, as much of it as the server knows.
 */
static char *
create_source(const PgaTestCluster *cluster)
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
static char *
describe(const PgaObjects *objects)
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

static void
assert_same_lines(const char *wanted, const char *got)
{
    g_auto(GStrv) left = g_strsplit(wanted, "\n", -1), right = g_strsplit(got, "\n", -1);

    for (guint i = 0; left[i] && right[i]; i++)
        g_assert_cmpstr(right[i], ==, left[i]);
    g_assert_cmpstr(got, ==, wanted);
}

/* What a definition that forgets an option would not show: the catalogs' own rows. */
static const char *const catalog_queries[] = {
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT p.oid::regprocedure, "
    "proname, "
    "to_jsonb(a) - 'aggfnoid' - 'aggtranstype' - 'aggmtranstype', proparallel FROM pg_aggregate a "
    "JOIN pg_proc p ON p.oid = aggfnoid WHERE p.oid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT oid::regoperator, oprcode, "
    "oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin, oprcanhash, oprcanmerge FROM "
    "pg_operator WHERE oid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT amopopr::regoperator, "
    "amopstrategy, amoppurpose, opfname FROM pg_amop JOIN pg_opfamily f ON f.oid = amopfamily "
    "WHERE f.oid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT amproc::regproc, amprocnum, "
    "amproclefttype::regtype, amprocrighttype::regtype, opfname FROM pg_amproc JOIN pg_opfamily f "
    "ON f.oid = amprocfamily WHERE f.oid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT opcname, opfname, "
    "opcdefault, "
    "opcintype::regtype, opckeytype::regtype FROM pg_opclass JOIN pg_opfamily f ON f.oid = "
    "opcfamily WHERE f.oid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT castsource::regtype, "
    "casttarget::regtype, castfunc::regprocedure, castcontext, castmethod FROM pg_cast WHERE oid "
    ">= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT tgrelid::regclass, tgname, "
    "tgtype, tgenabled, tgdeferrable, tginitdeferred, tgfoid::regproc, tgargs, tgattr, "
    "tgconstrrelid::regclass, to_jsonb(t) ->> 'tgoldtable' FROM pg_trigger t WHERE NOT "
    "tgisinternal) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT polrelid::regclass, polname, "
    "polcmd, to_jsonb(p) ->> 'polpermissive', polroles, pg_get_expr(polqual, polrelid), "
    "pg_get_expr(polwithcheck, polrelid) FROM pg_policy p) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT mapcfg::regconfig, "
    "maptokentype, mapseqno, mapdict::regdictionary FROM pg_ts_config_map WHERE mapcfg >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT dictname, dictinitoption, "
    "tmplname FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = dicttemplate WHERE d.oid >= "
    "16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT collname, to_jsonb(c) - "
    "'oid' "
    "- 'collnamespace' FROM pg_collation c WHERE oid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT rngtypid::regtype, "
    "rngsubtype::regtype, rngcollation::regcollation, rngcanonical, rngsubdiff, opcname FROM "
    "pg_range LEFT JOIN pg_opclass o ON o.oid = rngsubopc WHERE rngtypid >= 16384) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT t.oid::regtype, typtype, "
    "typnotnull, typdefault, (SELECT collname FROM pg_collation WHERE pg_collation.oid = "
    "typcollation), contype, conname, convalidated, "
    "pg_get_constraintdef(c.oid) "
    "FROM pg_type t LEFT JOIN pg_constraint c ON contypid = t.oid AND contype = 'c' WHERE t.oid >= "
    "16384 AND typtype = 'd') r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT attrelid::regclass, attnum, "
    "attname, format_type(atttypid, atttypmod), relkind, reloptions, pg_get_expr(adbin, adrelid) "
    "FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = "
    "attrelid AND adnum = attnum WHERE relkind IN ('v', 'm', 'c') AND c.oid >= 16384 AND attnum > "
    "0) r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT ev_class::regclass, "
    "rulename, "
    "ev_enabled, is_instead, ev_type, pg_get_ruledef(r.oid) FROM pg_rewrite r WHERE oid >= 16384) "
    "r",
    "SELECT string_agg(r::text, E'\\n' ORDER BY r::text) FROM (SELECT p.oid::regprocedure, "
    "pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), prosrc, procost, prorows, "
    "proisstrict, provolatile, proparallel, proconfig FROM pg_proc p JOIN pg_language l ON l.oid = "
    "prolang WHERE p.oid >= 16384 AND lanname <> 'c') r",
};

static void
assert_same_catalogs(const PgaTestCluster *cluster, const char *source, const char *copy)
{
    for (guint i = 0; i < G_N_ELEMENTS(catalog_queries); i++) {
        g_autofree char *left = NULL, *right = NULL;

        if (pga_test_cluster_major(cluster) < 13 && strstr(catalog_queries[i], "regcollation"))
            continue;
        left = pga_test_value(source, catalog_queries[i]);
        right = pga_test_value(copy, catalog_queries[i]);
        assert_same_lines(left ? left : "", right ? right : "");
    }
}

/* Runs for each server from @data up. */
static void
test_copy(gconstpointer data)
{
    const PgaTestCluster *cluster = pga_test_cluster(GPOINTER_TO_UINT(data));
    g_autoptr(PgaObjects) objects = NULL, copied = NULL;
    g_autofree char *source = NULL, *copy = NULL, *wanted = NULL, *got = NULL;

    if (!cluster) {
        g_test_skip("no such server");
        return;
    }
    source = create_source(cluster);
    objects = collect(source);
    copy = pga_test_cluster_database(cluster, "copy");
    object_copy_make(objects, source, copy);
    copied = collect(copy);
    wanted = describe(objects);
    got = describe(copied);
    assert_same_lines(wanted, got);
    pga_test_sql(source, "DROP SCHEMA unmade CASCADE");
    assert_same_catalogs(cluster, source, copy);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint major = 10; major <= 18; major++) {
        g_autofree char *name = g_strdup_printf("/collect/objects/copied-whole/%u", major);

        g_test_add_data_func(name, GUINT_TO_POINTER(major), test_copy);
    }
    return g_test_run();
}
