/* Indexes that the source has: which of them can go, and what the rules say of the others. What is
 * dropped is for review; nothing that backs a constraint, a foreign key or a replica identity comes
 * this far. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <base/units.h>
#include <rules/rule.h>
#include <string.h>

#include "index_internal.h"

#define DAY_S 86400.0

/* Whether every use of @index is served by @candidate: the same table and method, its key columns
 * first, the same rows. */
static gboolean
begins_with(const PgaIndexCandidate *candidate, const PgaIndex *index)
{
    if (strcmp(candidate->amname, index->amname) != 0 || strcmp(index->amname, "btree") != 0 ||
        candidate->keys->len < index->n_key_atts || candidate->predicate || index->exprs)
        return FALSE;
    for (guint i = 0; i < index->n_key_atts; i++) {
        const PgaIndexKey *key = g_ptr_array_index(candidate->keys, i);

        if (key->attnum == 0 || key->attnum != g_array_index(index->indkey, gint16, i) ||
            key->opcname)
            return FALSE;
    }
    return TRUE;
}

/* (nullable): the one among @numbers that takes the place of @choice. */
static const PgaIndexChoice *
successor_in(const PgaIndexRun *run, const GArray *numbers, const PgaIndexChoice *choice)
{
    for (guint i = 0; i < numbers->len; i++) {
        const PgaIndexChoice *chosen = pga_index_choice_at(run, g_array_index(numbers, guint, i));

        if (chosen->candidate && chosen->relation == choice->relation &&
            begins_with(chosen->candidate, choice->index))
            return chosen;
    }
    return NULL;
}

const PgaIndexChoice *
pga_index_successor(const PgaIndexRun *run, const PgaIndexChoice *choice)
{
    return successor_in(run, run->chosen, choice);
}

/* Whether nothing has used it for as long as the rule index-unused wants it to be watched. */
static gboolean
is_unused(const PgaIndexRun *run, const PgaIndex *index)
{
    const PgaRule *rule = pga_rule_by_id("index-unused");

    return index->idx_scan == 0 &&
           run->source.environment->stats_age >= rule->thresholds[0].value * DAY_S;
}

/* The workload may not be all there is: what the server has seen in use, or has not watched for
 * long, stays, unless a new index serves the same. */
guint
pga_index_reject_removals(PgaIndexRun *run)
{
    guint n = 0;

    for (guint i = 0; i < run->selection->removed->len; i++) {
        PgaIndexChoice *choice =
            pga_index_choice_at(run, g_array_index(run->selection->removed, guint, i));

        if (!choice->index || is_unused(run, choice->index) ||
            successor_in(run, run->selection->chosen, choice))
            continue;
        choice->removable = FALSE;
        n++;
    }
    return n;
}

void
pga_index_settle_removals(PgaIndexRun *run)
{
    g_array_set_size(run->removed, 0);
    for (guint i = 0; i < run->choices->len; i++) {
        const PgaIndexChoice *choice = pga_index_choice_at(run, i);
        gboolean asked = FALSE;

        for (guint j = 0; j < run->selection->removed->len; j++)
            asked = asked || g_array_index(run->selection->removed, guint, j) == i;
        if (choice->may_go &&
            (pga_index_successor(run, choice) || (asked && is_unused(run, choice->index))))
            g_array_append_val(run->removed, i);
    }
}

static char *
caution_of(const PgaIndexRun *run, const PgaIndex *index)
{
    const PgaEnvironment *environment = run->source.environment;
    g_autofree char *age =
        environment->stats_age >= 0 ? pga_duration_format(environment->stats_age) : NULL;

    if (index->idx_scan < 0)
        return g_strdup("No counters were read: see pg_stat_user_indexes.idx_scan first.");
    return g_strdup_printf("Scanned %" G_GINT64_FORMAT " times%s%s; %s", index->idx_scan,
                           age ? " in " : "", age ? age : "",
                           environment->is_standby
                               ? "this is a standby: look at the primary and the others, too."
                               : "standbys count apart: look at each that takes queries.");
}

/* (transfer full): its definition, without stopping writes where that can be. */
static char *
undo_of(const PgaIndex *index, gboolean partitioned)
{
    static const char head[] = "CREATE INDEX ";
    const char *definition = index->definition ? index->definition : "";

    if (partitioned || !g_str_has_prefix(definition, head))
        return g_strdup_printf("%s;", definition);
    return g_strdup_printf("%sCONCURRENTLY %s;", head, definition + strlen(head));
}

/* Of those that the rules find redundant their findings tell. */
static gboolean
is_told_elsewhere(const PgaIndexRun *run, const PgaIndex *index)
{
    g_autofree char *name = pga_quote_qualified(index->nspname, index->relname);

    return g_hash_table_contains(run->redundant, name);
}

static void
tell_removal(PgaIndexRun *run, const PgaIndexChoice *choice)
{
    const PgaIndexChoice *successor = pga_index_successor(run, choice);
    const PgaIndex *index = choice->index;
    PgaIndexRemoval *removal = pga_index_report_add_removal(run->report);
    g_autofree char *name = pga_quote_qualified(index->nspname, index->relname);
    const gboolean partitioned = choice->relation->relkind == 'p';
    g_autofree char *successor_name =
        successor ? g_strdup(g_hash_table_lookup(run->final_names, successor->name)) : NULL;

    removal->table = pga_relation_display(choice->relation, NULL);
    removal->name = g_strdup(index->relname);
    removal->index = index->indexrelid;
    removal->bytes = index->bytes >= 0 ? index->bytes : choice->whatif->bytes;
    removal->reason =
        successor_name
            ? g_strdup_printf("the new %s begins with its columns", successor_name)
            : g_strdup_printf("no statement of the workload is better for it, and writes pay: %s",
                              choice->write_cost ? choice->write_cost : "rows change");
    removal->statement =
        g_strdup_printf(partitioned ? "DROP INDEX %s;" : "DROP INDEX CONCURRENTLY %s;", name);
    removal->undo = undo_of(index, partitioned);
    removal->lock = g_strdup(partitioned ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    removal->caution = caution_of(run, index);
}

void
pga_index_tell_removals(PgaIndexRun *run)
{
    for (guint i = 0; i < run->removed->len; i++) {
        const PgaIndexChoice *choice =
            pga_index_choice_at(run, g_array_index(run->removed, guint, i));

        if (!is_told_elsewhere(run, choice->index))
            tell_removal(run, choice);
    }
    for (guint i = 0; i < run->report->advice->len; i++) {
        PgaIndexAdvice *advice = g_ptr_array_index(run->report->advice, i);
        const PgaIndexChoice *chosen =
            pga_index_choice_at(run, g_array_index(run->chosen, guint, i));

        for (guint j = 0; !advice->supersedes && j < run->removed->len; j++) {
            const PgaIndexChoice *gone =
                pga_index_choice_at(run, g_array_index(run->removed, guint, j));

            if (pga_index_successor(run, gone) == chosen)
                advice->supersedes =
                    pga_quote_qualified(gone->index->nspname, gone->index->relname);
        }
    }
}

/* Existing indexes that plans of the workload use, now or then: (transfer full): set of names. */
static GHashTable *
names_in_use(const PgaIndexRun *run)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        for (guint j = 0; sample->used && j < sample->used->len; j++) {
            const PgaIndexChoice *choice =
                pga_index_choice_at(run, g_array_index(sample->used, guint, j));

            if (choice->index)
                g_hash_table_add(
                    names, pga_quote_qualified(choice->index->nspname, choice->index->relname));
        }
    }
    return names;
}

/* What is said already, and "unused" of what the workload uses. */
static gboolean
is_settled(const PgaIndexRun *run, const PgaFinding *finding, GHashTable *in_use)
{
    for (guint i = 0; i < run->removed->len; i++) {
        const PgaIndex *index =
            pga_index_choice_at(run, g_array_index(run->removed, guint, i))->index;
        g_autofree char *name = pga_quote_qualified(index->nspname, index->relname);

        if (g_str_equal(finding->object, name))
            return TRUE;
    }
    return g_str_equal(finding->rule, "index-unused") &&
           g_hash_table_contains(in_use, finding->object);
}

gboolean
pga_index_tell_findings(PgaIndexRun *run, GError **error)
{
    static const char *const rules[] = {"index-invalid",
                                        "index-duplicate",
                                        "index-redundant-prefix",
                                        "index-unused",
                                        "index-bloat",
                                        "index-btree-on-array",
                                        "index-btree-on-jsonb",
                                        "index-on-boolean",
                                        "index-mostly-null",
                                        "index-low-cardinality",
                                        "index-hash-beside-btree",
                                        "index-needless-predicate",
                                        "index-blocks-hot",
                                        NULL};
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    g_autoptr(GHashTable) in_use = names_in_use(run);

    if (!pga_index_judge_existing(run, rules, findings, error))
        return FALSE;
    while (findings->len > 0) {
        PgaFinding *finding = g_ptr_array_steal_index(findings, 0);
        const gboolean is_redundant = pga_index_is_redundant(run, finding);

        if (is_redundant)
            pga_index_tell_redundant(run, finding);
        if (is_redundant || is_settled(run, finding, in_use))
            pga_finding_free(finding);
        else
            g_ptr_array_add(run->report->findings, finding);
    }
    return TRUE;
}
