/* What writes pay for indexes, in the search's own unit: rows that were written while the workload
 * was recorded, times what one entry costs. Rough by nature; docs/index.md has the formula. */
#include <advisor/index_entry.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

#include <base/text.h>

#include "index_internal.h"

#define DEFAULT_OPERATOR_COST 0.0025
#define DEFAULT_RANDOM_COST   4.0
#define NOT_CACHED            0.1  /* of leaf pages */
#define DESCENT               50.0 /* comparisons a page, as the planner charges a descent */
#define FANOUT                300.0
#define PARTIAL_ENTRY_BYTES   16.0
#define DELETE_SHARE          0.5  /* of an insertion: vacuum removes entries in bulk */
#define LOAD_ROWS             1000 /* fewer are no load */
#define LOAD_FACTOR           10
#define LOAD_NOTE                                                                                  \
    "Indexes pay for inserted rows that counters tell of and the recorded statements do not:"
#define DEFAULT_HOT_SHARE 0.9 /* of updates that change no indexed column, without counters */

/** Rows written to a table in the time that the workload covers. */
typedef struct {
    const PgaRelation *relation; /* the topmost parent of partitions */
    gboolean counted;            /* by pg_stat_user_tables */
    double inserted, updated, deleted;
    double hot;               /* of the updated ones: no index got an entry */
    double stated;            /* rows that the workload's own INSERTs bring */
    double known_updates;     /* rows of the workload's own UPDATEs, */
    GHashTable *changed_rows; /* of attnums to double *: and of those that set the column */
} Writes;

static void
writes_free(Writes *writes)
{
    g_hash_table_unref(writes->changed_rows);
    g_free(writes);
}

static Writes *
writes_of(GHashTable *tables, const PgaRelation *relation)
{
    Writes *writes = g_hash_table_lookup(tables, relation);

    if (!writes) {
        writes = g_new0(Writes, 1);
        writes->relation = relation;
        writes->changed_rows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        g_hash_table_insert(tables, (gpointer)relation, writes);
    }
    return writes;
}

static void
add_changes(Writes *writes, const GArray *changed, double rows)
{
    for (guint i = 0; i < changed->len; i++) {
        gpointer key = GINT_TO_POINTER(g_array_index(changed, gint16, i));
        double *of_column = g_hash_table_lookup(writes->changed_rows, key);

        if (!of_column) {
            of_column = g_new0(double, 1);
            g_hash_table_insert(writes->changed_rows, key, of_column);
        }
        *of_column += rows;
    }
}

/* An object of a mapper saved whole: which of the columns change it does not tell. */
static gboolean
sets_whole_row(const PgaRelation *relation, const GArray *changed)
{
    return changed->len > 1 && changed->len + 1 >= relation->attributes->len;
}

gboolean
pga_index_is_set_alone(const PgaIndexRun *run, const PgaRelation *relation, gint16 attnum)
{
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexRequests *requests =
            ((const PgaIndexSample *)g_ptr_array_index(run->samples, i))->requests;
        const PgaRelation *target =
            requests && requests->command == 'u'
                ? g_hash_table_lookup(run->relations, GUINT_TO_POINTER(requests->target))
                : NULL;

        if (!target || pga_index_root(run, target) != pga_index_root(run, relation) ||
            sets_whole_row(target, requests->changed))
            continue;
        for (guint j = 0; j < requests->changed->len; j++)
            if (g_array_index(requests->changed, gint16, j) == attnum)
                return TRUE;
    }
    return FALSE;
}

static void
add_statement(PgaIndexRun *run, GHashTable *tables, const PgaIndexSample *sample)
{
    const PgaQuery *query = g_ptr_array_index(run->report->workload->queries, sample->query);
    const double calls = (query->calls > 0 ? query->calls : 1) * sample->sample->share;
    const PgaRelation *relation =
        sample->requests
            ? g_hash_table_lookup(run->relations, GUINT_TO_POINTER(sample->requests->target))
            : NULL;
    Writes *writes;
    double rows;

    if (!relation)
        return;
    writes = writes_of(tables, pga_index_root(run, relation));
    rows = calls * MAX(sample->requests->written, 1);
    switch (sample->requests->command) {
    case 'i':
        writes->inserted += rows;
        writes->stated += rows;
        break;
    case 'd':
        writes->deleted += rows;
        break;
    case 'u':
    case 'm':
        writes->updated += rows;
        writes->known_updates += rows;
        break;
    default:
        return;
    }
    if (!sets_whole_row(relation, sample->requests->changed))
        add_changes(writes, sample->requests->changed, rows);
}

/* Counters cover the time since the statistics were reset, the workload its own: rates are taken to
 * be the same. */
static void
take_counters(const PgaIndexRun *run, Writes *writes)
{
    const PgaRelationCounters *counters = &writes->relation->counters;
    const double age = run->source.environment->stats_age;

    writes->counted = writes->relation->has_counters && run->period > 0 && age > 0;
    if (!writes->counted) {
        writes->hot = DEFAULT_HOT_SHARE * writes->updated;
        return;
    }
    writes->inserted = (double)counters->n_tup_ins * run->period / age;
    writes->updated = (double)counters->n_tup_upd * run->period / age;
    writes->deleted = (double)counters->n_tup_del * run->period / age;
    writes->hot = (double)counters->n_tup_hot_upd * run->period / age;
}

/* Share of the updated rows whose column @attnum changes. */
static double
share_changed(const Writes *writes, gint16 attnum)
{
    const double *rows = g_hash_table_lookup(writes->changed_rows, GINT_TO_POINTER((gint)attnum));

    return rows && writes->known_updates > 0 ? MIN(*rows / writes->known_updates, 1) : 0;
}

/* Whether a text of SQL names the column. */
static gboolean
mentions(const char *text, const PgaRelation *relation, gint16 attnum)
{
    const PgaAttribute *attribute = pga_relation_attribute(relation, attnum);
    g_autofree char *name = attribute ? pga_quote_identifier(attribute->attname) : NULL;

    return text && name && strstr(text, name);
}

static gboolean
candidate_has(const PgaIndexChoice *choice, gint16 attnum)
{
    const PgaIndexCandidate *candidate = choice->candidate;

    for (guint i = 0; i < candidate->keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(candidate->keys, i);

        if (key->attnum == attnum ||
            (key->attnum == 0 && mentions(key->expression, choice->relation, attnum)))
            return TRUE;
    }
    for (guint i = 0; i < candidate->include->len; i++)
        if (g_array_index(candidate->include, gint16, i) == attnum)
            return TRUE;
    return mentions(candidate->predicate, choice->relation, attnum);
}

static gboolean
has_column(const PgaIndexChoice *choice, gint16 attnum)
{
    if (choice->candidate)
        return candidate_has(choice, attnum);
    for (guint i = 0; i < choice->index->indkey->len; i++)
        if (g_array_index(choice->index->indkey, gint16, i) == attnum)
            return TRUE;
    return mentions(choice->index->exprs, choice->relation, attnum) ||
           mentions(choice->index->pred, choice->relation, attnum);
}

/* Planner cost of one entry among @rows: the descent, and a leaf page that may have to be read and
 * written. */
static double
cost_of_entry(const PgaIndexRun *run, double rows)
{
    const double cpu = pga_index_setting(run, "cpu_operator_cost", DEFAULT_OPERATOR_COST);
    const double height = MAX(floor(log(rows) / log(FANOUT)), 0);

    return log2(rows) * cpu + (height + 1) * DESCENT * cpu +
           pga_index_setting(run, "random_page_cost", DEFAULT_RANDOM_COST) * NOT_CACHED;
}

/* A partial index has entries for some rows only: as many as its size tells. */
double
pga_index_share_indexed(const PgaIndexChoice *choice)
{
    const char *predicate = choice->candidate ? choice->candidate->predicate : choice->index->pred;
    const double rows = MAX(choice->relation->reltuples, 1);

    if (!predicate || choice->whatif->bytes < 0)
        return 1;
    return MIN((double)choice->whatif->bytes / PARTIAL_ENTRY_BYTES / rows, 1);
}

/* Rows that are in a state which statements end are in its index when they are written, however few
 * there are at a time. */
static double
share_written(const Writes *writes, const PgaIndexChoice *choice)
{
    const char *predicate = choice->candidate ? choice->candidate->predicate : choice->index->pred;
    GHashTableIter iter;
    gpointer attnum;

    g_hash_table_iter_init(&iter, writes->changed_rows);
    while (predicate && g_hash_table_iter_next(&iter, &attnum, NULL))
        if (share_changed(writes, (gint16)GPOINTER_TO_INT(attnum)) > 0 &&
            mentions(predicate, choice->relation, (gint16)GPOINTER_TO_INT(attnum)))
            return 1;
    return pga_index_share_indexed(choice);
}

static double
rows_touched(const Writes *writes, const PgaIndexChoice *choice)
{
    double most = 0;
    GHashTableIter iter;
    gpointer attnum;

    g_hash_table_iter_init(&iter, writes->changed_rows);
    while (g_hash_table_iter_next(&iter, &attnum, NULL))
        if (has_column(choice, (gint16)GPOINTER_TO_INT(attnum)))
            most = MAX(most, share_changed(writes, (gint16)GPOINTER_TO_INT(attnum)));
    return most * writes->updated;
}

static void
add_charge(PgaIndexRun *run, GArray *indexes, double cost)
{
    PgaSelectionCharge *charge = g_new0(PgaSelectionCharge, 1);

    charge->indexes = indexes;
    charge->cost = cost;
    g_ptr_array_add(run->charges, charge);
}

static void
charge_index(PgaIndexRun *run, const Writes *writes, guint number)
{
    PgaIndexChoice *choice = g_ptr_array_index(run->choices, number);
    const double entries = MAX(writes->updated - writes->hot, rows_touched(writes, choice));
    const double rows = (writes->inserted + entries + DELETE_SHARE * writes->deleted) *
                        share_written(writes, choice);
    const double indexed = MAX(choice->relation->reltuples, 1) * pga_index_share_indexed(choice);
    const char *amname = choice->candidate ? choice->candidate->amname : choice->index->amname;
    const double entry = cost_of_entry(run, MAX(indexed, 2)) *
                         pga_index_entry_factor(amname, choice->whatif->bytes, indexed);
    g_autofree char *inserted = pga_count_format(round(writes->inserted));
    g_autofree char *updated = pga_count_format(round(entries));
    g_autofree char *deleted = pga_count_format(round(writes->deleted));
    GArray *indexes;

    choice->upkeep = rows * entry * run->unit_per_cost;
    g_clear_pointer(&choice->write_cost, g_free);
    if (rows < 0.5)
        return;
    choice->write_cost = g_strdup_printf(
        "%s rows inserted, %s entries by updates, %s rows deleted %s", inserted, updated, deleted,
        writes->counted
            ? "in as long as the workload took, at the average rate of pg_stat_user_tables"
            : "by the workload's own statements");
    if (choice->index && !choice->removable)
        return;
    indexes = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_val(indexes, number);
    add_charge(run, indexes, choice->upkeep);
}

/* Updates that no index had to hear of (HOT) write to all of a table's indexes as soon as one of
 * them has the changed column. */
static void
charge_lost_hot(PgaIndexRun *run, const Writes *writes, gint16 attnum)
{
    const double lost = writes->hot * share_changed(writes, attnum);
    g_autoptr(GArray) group = g_array_new(FALSE, FALSE, sizeof(guint));
    guint n_existing = 0;

    for (guint i = 0; i < run->choices->len; i++) {
        const PgaIndexChoice *choice = g_ptr_array_index(run->choices, i);

        if (pga_index_root(run, choice->relation) != writes->relation)
            continue;
        n_existing += choice->index != NULL;
        if (!has_column(choice, attnum))
            continue;
        if (choice->index && !choice->removable)
            return; /* lost already */
        g_array_append_val(group, i);
    }
    if (group->len > 0 && lost > 0 && n_existing > 0)
        add_charge(run, g_array_ref(group),
                   lost * n_existing * cost_of_entry(run, MAX(writes->relation->reltuples, 2)) *
                       run->unit_per_cost);
}

static int
by_attnum(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

/* In the order of tables and columns: no hash decides what comes first. */
static void
charge_hot(PgaIndexRun *run, GHashTable *tables)
{
    const GPtrArray *relations = run->source.catalog->relations;

    for (guint i = 0; i < relations->len; i++) {
        const Writes *writes = g_hash_table_lookup(tables, g_ptr_array_index(relations, i));
        GList *attnums = writes ? g_hash_table_get_keys(writes->changed_rows) : NULL;

        attnums = g_list_sort(attnums, by_attnum);
        for (const GList *at = attnums; writes && at; at = at->next)
            charge_lost_hot(run, writes, (gint16)GPOINTER_TO_INT(at->data));
        g_list_free(attnums);
    }
}

static gboolean
is_load(const Writes *writes)
{
    return writes && writes->counted && writes->inserted >= LOAD_ROWS &&
           writes->inserted >= LOAD_FACTOR * writes->stated;
}

static gboolean
is_noted(const PgaIndexRun *run)
{
    for (guint i = 0; i < run->report->notes->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(run->report->notes, i), LOAD_NOTE))
            return TRUE;
    return FALSE;
}

/* Rows that were loaded before the statements were recorded are in the counters still: all indexes
 * pay for them, and none may look worth it. */
static void
note_loads(PgaIndexRun *run, GHashTable *tables)
{
    const GPtrArray *relations = run->source.catalog->relations;
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(relations, i);
        const Writes *writes = g_hash_table_lookup(tables, relation);
        g_autofree char *name = pga_quote_qualified(relation->nspname, relation->relname);
        g_autofree char *counted = writes ? pga_count_format(round(writes->inserted)) : NULL;

        if (is_load(writes))
            g_string_append_printf(names, "%s%s (%s)", names->len > 0 ? ", " : "", name, counted);
    }
    if (names->len > 0 && !is_noted(run))
        g_ptr_array_add(run->report->notes,
                        g_strdup_printf(LOAD_NOTE " %s. If that was a load before the recording, "
                                                  "indexes look dearer than they are: ask again "
                                                  "when usual days outweigh it.",
                                        names->str));
}

void
pga_index_charge(PgaIndexRun *run)
{
    g_autoptr(GHashTable) tables =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)writes_free);
    GHashTableIter iter;
    gpointer writes;

    for (guint i = 0; i < run->samples->len; i++)
        add_statement(run, tables, g_ptr_array_index(run->samples, i));
    for (guint i = 0; i < run->choices->len; i++)
        writes_of(tables,
                  pga_index_root(
                      run, ((const PgaIndexChoice *)g_ptr_array_index(run->choices, i))->relation));
    g_hash_table_iter_init(&iter, tables);
    while (g_hash_table_iter_next(&iter, NULL, &writes))
        take_counters(run, writes);
    for (guint i = 0; i < run->choices->len; i++) {
        const PgaIndexChoice *choice = g_ptr_array_index(run->choices, i);

        charge_index(run, g_hash_table_lookup(tables, pga_index_root(run, choice->relation)), i);
    }
    charge_hot(run, tables);
    note_loads(run, tables);
}
