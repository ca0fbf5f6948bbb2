/* Definitions, executed in the order of their dependencies on an empty database, make the same
 * objects again. */
#include <string.h>

#include "object_copy.h"
#include "object_source.h"

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
        object_assert_same_lines(left ? left : "", right ? right : "");
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
    source = object_source_create(cluster);
    objects = object_collect(source);
    copy = pga_test_cluster_database(cluster, "copy");
    object_copy_make(objects, source, copy);
    copied = object_collect(copy);
    wanted = object_describe(objects);
    got = object_describe(copied);
    object_assert_same_lines(wanted, got);
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
