/* collation-version-mismatch: the library that sorts text is another one than when indexes were
 * built (an upgrade of glibc or ICU): they may be in the wrong order. */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

static void
describe(PgaFinding *finding)
{
    finding->confidence = PGA_CONFIDENCE_LIKELY; /* not every version sorts differently */
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "rewrite");
    pga_finding_note(finding,
                     "Reads and writes go on. A unique index fails to build where the old order "
                     "let duplicates in: remove these first. Mark the version as seen only after "
                     "the last index; range partitions and CHECK constraints on text may hold "
                     "rows that belong elsewhere. Nothing is to be undone.");
}

static void
report_collation(PgaRuleRun *run, const PgaCollationMismatch *mismatch)
{
    g_autofree char *name = pga_quote_qualified(mismatch->nspname, mismatch->collname);
    g_auto(GStrv) indexes = g_strsplit(mismatch->indexes ? mismatch->indexes : "", ", ", -1);
    const guint n_named = g_strv_length(indexes);
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "Recorded version %s, the library's is %s (pg_collation.collversion); %" G_GINT64_FORMAT
        " index%s it%s%s.",
        mismatch->collversion, mismatch->actual_version, mismatch->n_indexes,
        mismatch->n_indexes == 1 ? " uses" : "es use", n_named ? ": " : "",
        mismatch->indexes ? mismatch->indexes : "");

    finding->weight = (double)mismatch->n_indexes;
    describe(finding);
    if (mismatch->n_indexes == 0)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    if (n_named < mismatch->n_indexes)
        pga_finding_note(finding, "Only the first %u indexes are named: rebuild all of them.",
                         n_named);
    for (guint i = 0; i < n_named; i++)
        pga_finding_add_sql(finding, g_strdup_printf("REINDEX INDEX CONCURRENTLY %s;", indexes[i]));
    if (n_named == mismatch->n_indexes)
        pga_finding_add_sql(finding, g_strdup_printf("ALTER COLLATION %s REFRESH VERSION;", name));
    pga_finding_verify(finding, "SELECT collname FROM pg_collation WHERE collversion <> "
                                "pg_collation_actual_version(oid);");
}

static void
report_database(PgaRuleRun *run, const PgaDatabase *database)
{
    g_autofree char *name = pga_quote_identifier(database->datname);
    g_autofree char *object = g_strdup_printf("database %s", name);
    PgaFinding *finding = pga_rule_report_object(
        run, object,
        "Recorded version %s, the library's is %s (pg_database.datcollversion): every index on "
        "text without a collation of its own.",
        database->collversion, database->actual_collversion);

    describe(finding);
    pga_finding_add_sql(finding, g_strdup_printf("REINDEX DATABASE CONCURRENTLY %s;", name));
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER DATABASE %s REFRESH COLLATION VERSION;", name));
    pga_finding_verify(finding, "SELECT datname FROM pg_database WHERE datcollversion <> "
                                "pg_database_collation_actual_version(oid);");
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *collations = run->objects->schema->collations;
    const PgaDatabase *database = pga_server_current_database(run->server);

    if (database && database->collversion && database->actual_collversion &&
        strcmp(database->collversion, database->actual_collversion) != 0)
        report_database(run, database);
    for (guint i = 0; i < collations->len; i++)
        report_collation(run, g_ptr_array_index(collations, i));
}

const PgaRule pga_rule_collation_version_mismatch = {
    .id = "collation-version-mismatch",
    .title = "Indexes sorted by another version of the collation",
    .category = "index",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Where the new library sorts differently, index scans miss rows, unique indexes let "
           "duplicates in, and merge joins give wrong results, silently.",
    .when_not = "The indexes were rebuilt since the upgrade of the operating system and only the "
                "version was not refreshed.",
    .condition = "The version recorded for a collation that columns use, or for the database, "
                 "differs from the library's. A note when no index uses the collation.",
    .fix = "Rebuilds the indexes CONCURRENTLY, then records the new version; reads and writes go "
           "on.",
    .versions = "The database's own collation has a version since 15; with 14 only collations "
                "named at columns and indexes are known.",
    .docs = "sql-altercollation.html",
    .docs_title = "ALTER COLLATION",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the server that the indexes were built on",
    .check = check,
};
