/* toast-heavy: most of a table is in TOAST, written anew by updates, and compressed by the slower
 * method. */
#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../rule_internal.h"

#define TOAST_TO_HEAP 0 /* places in the rule's thresholds */
#define MIN_BYTES     1
#define MIN_UPDATES   2

#define SINCE_LZ4     140000 /* version_num */
#define ADDRESS_BYTES 18

/* Compressed by pglz and out of line. */
static gboolean
uses_pglz(const PgaRuleRun *run, const PgaAttribute *attribute)
{
    const PgaSetting *setting = pga_catalog_setting(run->catalog, "default_toast_compression");
    const gboolean by_default = !setting || g_strcmp0(setting->setting, "pglz") == 0;

    return attribute->typlen == -1 && attribute->attstorage == 'x' &&
           (attribute->attcompression == 'p' || (attribute->attcompression == 0 && by_default));
}

/* (transfer full): of const PgaAttribute * */
static GPtrArray *
slow_columns(const PgaRuleRun *run, const PgaRelation *relation)
{
    GPtrArray *columns = g_ptr_array_new();

    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        /* what leaves its row counts with the 18 bytes of its address */
        if (uses_pglz(run, attribute) &&
            (!attribute->stats || attribute->stats->avg_width >= ADDRESS_BYTES))
            g_ptr_array_add(columns, attribute);
    }
    return columns;
}

static gboolean
is_heavy(const PgaRuleRun *run, const PgaRelation *relation)
{
    return pga_rule_concerns(relation) && relation->has_counters &&
           (double)relation->toast_bytes >= run->threshold[MIN_BYTES] && relation->heap_bytes > 0 &&
           (double)relation->toast_bytes >
               run->threshold[TOAST_TO_HEAP] * (double)relation->heap_bytes &&
           (double)relation->counters.n_tup_upd >=
               run->threshold[MIN_UPDATES] * relation->reltuples;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const GPtrArray *columns)
{
    g_autofree char *toast = pga_bytes_format_storage(relation->toast_bytes);
    g_autofree char *heap = pga_bytes_format_storage(relation->heap_bytes);
    g_autofree char *updates = pga_count_format((double)relation->counters.n_tup_upd);
    g_autofree char *names = pga_column_names(columns);
    g_autofree char *table = pga_relation_display(relation, NULL);
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL,
        "Its TOAST table has %s, its heap %s; %s rows were updated. Compressed with "
        "pglz: %s.",
        toast, heap, updates, names);

    finding->weight = (double)relation->toast_bytes;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    for (guint i = 0; i < columns->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(columns, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        pga_finding_add_sql(
            finding,
            g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET COMPRESSION lz4;", table, column));
        pga_finding_add_undo(
            finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET COMPRESSION %s;", table,
                                     column, attribute->attcompression ? "pglz" : "default"));
    }
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "instant");
    pga_finding_note(finding, "Set lock_timeout. New values are compressed so; the old ones stay "
                              "as they are. The server must be built with lz4.");
    pga_finding_verify(finding, "For new rows pg_column_compression() of these columns says lz4.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->version_num < SINCE_LZ4)
        return;
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        g_autoptr(GPtrArray) columns = NULL;

        if (!is_heavy(run, relation))
            continue;
        columns = slow_columns(run, relation);
        if (columns->len > 0)
            report(run, relation, columns);
    }
}

const PgaRule pga_rule_toast_heavy = {
    .id = "toast-heavy",
    .title = "Large values are updated often and compressed with pglz",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "An update of a large value compresses it anew and writes all of it to TOAST and WAL; "
           "lz4 takes a fraction of pglz's time for nearly the same size.",
    .when_not = "The updates change other columns: a large value that stays the same is not "
                "written again.",
    .condition = "The TOAST table has {min_bytes} or more and over {toast_to_heap} times the "
                 "heap, there were {min_updates} updates or more for each row, and a column is "
                 "compressed with pglz.",
    .fix = "Sets the compression of new values to lz4: a short lock of the table.",
    .versions = "lz4 and compression by column came with 14.",
    .docs = "storage-toast.html",
    .docs_title = "TOAST",
    .requirements = "T2-2",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs sizes and counters of a running server",
    .thresholds = {{"toast_to_heap", "times", 4, "Below that the heap matters as much."},
                   {"min_bytes", "bytes", 104857600, "Less is written in passing."},
                   {"min_updates", "updates of each row", 1,
                    "Rows that are seldom updated do "
                    "not pay for the change."}},
    .check = check,
};
