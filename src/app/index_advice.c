/* A chosen index as the report has it: definition, size, time to build, DDL, what it gains. */
#include <math.h>

#include <advisor/index_build_time.h>
#include <base/text.h>

#include "index_internal.h"

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

/* Of a key's values: whether they are compared by a collation, or taken apart into words. */
static gboolean
is_of_text(const PgaRelation *relation, const PgaIndexKey *key)
{
    const PgaAttribute *attribute = pga_relation_attribute(relation, key->attnum);

    return !attribute || attribute->typcategory == 'S' ||
           g_str_equal(attribute->typname, "tsvector");
}

static gboolean
has_text(const PgaIndexChoice *choice)
{
    const PgaIndexCandidate *candidate = choice->candidate;

    for (guint i = 0; i < candidate->keys->len; i++)
        if (is_of_text(choice->relation, g_ptr_array_index(candidate->keys, i)))
            return TRUE;
    return FALSE;
}

static void
tell_build(const PgaIndexRun *run, const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    const PgaRelation *relation = choice->relation;
    const double rows = MAX(relation->reltuples, 1);
    const PgaIndexBuild build = {
        .amname = choice->candidate->amname,
        .rows = rows,
        .entries = rows * pga_index_share_indexed(choice),
        .heap_bytes =
            relation->heap_bytes >= 0 ? relation->heap_bytes : 8192 * (gint64)relation->relpages,
        .bytes = advice->bytes,
        .memory = 1024 * pga_catalog_setting_int64(run->source.catalog, "maintenance_work_mem"),
        .has_text = has_text(choice),
    };
    PgaBuildTime time;

    if (build.heap_bytes <= 0)
        return;
    pga_index_build_time(&build, &time);
    advice->build_seconds = time.in_memory;
    advice->build_seconds_from_disk = time.from_disk;
    advice->build_method = time.method;
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
