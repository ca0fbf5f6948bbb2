/* A chosen index as the report has it: definition, size, time to build, DDL, what it gains. */
#include <math.h>

#include <base/text.h>
#include <base/units.h>

#include "index_internal.h"

#define SCAN_BYTES_S 100e6 /* of a table's pages, from disk */
#define COMPARE_S    2e-8
#define GIN_BYTES_S  3e6 /* of entries taken out of documents and gathered in memory */

static gboolean
tell_gain(PgaIndexRun *run, guint number, PgaIndexAdvice *advice, GError **error)
{
    g_autoptr(GArray) users = pga_index_users(run, number);
    guint last = G_MAXUINT;

    for (guint i = 0; i < users->len; i++) {
        const PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(users, guint, i));
        const guint query = sample->query;
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, query);

        if (query == last)
            continue;
        last = query;
        g_ptr_array_add(outcome->used, g_strdup(advice->name));
        pga_index_advice_add_effect(advice, query);
    }
    return pga_index_gain_of(run, number, HUGE_VAL, &advice->gain, error);
}

/* Two scans of the table (CONCURRENTLY), a sort, the pages written. */
static void
tell_build(const PgaIndexRun *run, const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    const PgaRelation *relation = choice->relation;
    const gint64 heap =
        relation->heap_bytes >= 0 ? relation->heap_bytes : 8192 * (gint64)relation->relpages;
    const gint64 memory =
        1024 * pga_catalog_setting_int64(run->source.catalog, "maintenance_work_mem");
    const double rows = MAX(relation->reltuples, 1);
    const gboolean is_gin = g_str_equal(choice->candidate->amname, "gin");
    const double factor = is_gin || g_str_equal(choice->candidate->amname, "brin") ? 0 : 1;
    const gboolean external = memory > 0 && advice->bytes > memory;
    g_autofree char *scanned = pga_bytes_format_storage(MAX(heap, 0));
    g_autofree char *n = pga_count_format(rows);

    if (heap <= 0)
        return;
    advice->build_seconds = 2 * (double)heap / SCAN_BYTES_S +
                            factor * (external ? 2 : 1) * rows * log2(rows + 1) * COMPARE_S +
                            (double)MAX(advice->bytes, 0) / (is_gin ? GIN_BYTES_S : SCAN_BYTES_S);
    advice->build_method =
        g_strdup_printf("rough: %s read twice at 100 MB/s, %s rows%s%s", scanned, n,
                        factor > 0 ? " sorted"
                        : is_gin   ? " taken apart"
                                   : "",
                        external ? " beyond maintenance_work_mem" : "");
}

static void
tell_definition(const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    const PgaIndexCandidate *candidate = choice->candidate;

    for (guint i = 0; i < candidate->keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(candidate->keys, i);

        g_ptr_array_add(advice->columns,
                        g_strdup_printf("%s%s%s%s%s", key->expression, key->opcname ? " " : "",
                                        key->opcname ? key->opcname : "",
                                        key->descending ? " DESC" : "",
                                        key->nulls_first == key->descending ? ""
                                        : key->nulls_first                  ? " NULLS FIRST"
                                                                            : " NULLS LAST"));
    }
    for (guint i = 0; i < candidate->include->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(choice->relation, g_array_index(candidate->include, gint16, i));

        if (attribute)
            g_ptr_array_add(advice->include, pga_quote_identifier(attribute->attname));
    }
    advice->predicate = g_strdup(candidate->predicate);
    advice->rationale = g_strdup(candidate->rationale);
    advice->type = g_strdup(candidate->amname);
}

gboolean
pga_index_tell_advice(PgaIndexRun *run, guint number, GError **error)
{
    PgaIndexChoice *choice = pga_index_choice_at(run, number);
    PgaIndexAdvice *advice = pga_index_report_add_advice(run->report);
    char *name = pga_index_take_name(run, choice->candidate, choice->relation);

    g_hash_table_insert(run->final_names, choice->name, name);
    advice->table = pga_relation_display(choice->relation, NULL);
    advice->name = g_strdup(name);
    advice->bytes = choice->whatif->bytes;
    advice->accuracy = g_strdup(choice->whatif->accuracy);
    advice->upkeep = choice->upkeep;
    advice->write_cost = g_strdup(choice->write_cost);
    tell_definition(choice, advice);
    tell_build(run, choice, advice);
    pga_index_write_ddl(run, choice, advice);
    if (run->is_new) {
        advice->proven = TRUE;
        advice->proof = g_strdup("made on the clone, empty, where the queries were planned");
    }
    run->report->bytes += MAX(advice->bytes, 0);
    run->report->upkeep += choice->upkeep;
    return tell_gain(run, number, advice, error);
}
