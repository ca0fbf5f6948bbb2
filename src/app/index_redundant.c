/* Indexes of the source that another one of the source makes redundant: the rules of `check` find
 * them, the whole is planned once more without them. They are removals for review as others are. */
#include <base/error.h>
#include <base/text.h>
#include <rules/rule.h>
#include <string.h>

#include "configuration_internal.h"
#include "index_batch_internal.h"
#include "index_internal.h"

#define WORTH_KEEPING 1.1 /* times what a statement costs with it */

static const char *const redundancies[] = {"index-duplicate", "index-redundant-prefix", NULL};

gboolean
pga_index_judge_existing(PgaIndexRun *run, const char *const *rules, GPtrArray *findings,
                         GError **error)
{
    g_autoptr(PgaConfiguration) configuration = pga_app_configuration(NULL, NULL, error);
    const PgaRuleSource source = {.catalog = run->source.catalog,
                                  .environment = run->source.environment,
                                  .configuration = configuration,
                                  .objects = run->source.objects,
                                  .server = run->source.server,
                                  .workload = run->source.workload,
                                  .only = rules};
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    if (!configuration)
        return FALSE;
    pga_rules_run(&source, findings, ignored);
    return TRUE;
}

/* (transfer full): of names of existing indexes, as findings have them, to number + 1. */
static GHashTable *
numbers_by_name(const PgaIndexRun *run)
{
    GHashTable *numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < run->choices->len; i++) {
        const PgaIndex *index = pga_index_choice_at(run, i)->index;

        if (index)
            g_hash_table_insert(numbers, pga_quote_qualified(index->nspname, index->relname),
                                GUINT_TO_POINTER(i + 1));
    }
    return numbers;
}

/* (transfer full): set of PgaRelation *: those that lose an index which no new one replaces: it may
 * be what makes another one redundant. */
static GHashTable *
relations_that_lose(const PgaIndexRun *run)
{
    GHashTable *relations = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < run->removed->len; i++) {
        const PgaIndexChoice *choice =
            pga_index_choice_at(run, g_array_index(run->removed, guint, i));

        if (!pga_index_successor(run, choice))
            g_hash_table_add(relations, (gpointer)choice->relation);
    }
    return relations;
}

/* A constraint, though another one does the same, is nothing to propose beside indexes. */
static gboolean
is_of_constraint(const PgaFinding *finding)
{
    return finding->fix.undo->len != 1 || finding->fix.sql->len != 1 ||
           !g_str_has_prefix(g_ptr_array_index(finding->fix.sql, 0), "DROP INDEX ");
}

static void
take(PgaIndexRun *run, const GPtrArray *findings)
{
    g_autoptr(GHashTable) numbers = numbers_by_name(run);
    g_autoptr(GHashTable) indexes = pga_catalog_indexes_by_name(run->source.catalog);
    g_autoptr(GHashTable) losing = relations_that_lose(run);

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        const guint place = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, finding->object));
        const guint number = place - 1;

        if (is_of_constraint(finding))
            continue;
        if (place > 0 &&
            (pga_index_has_number(run->removed, number) ||
             g_hash_table_contains(losing, pga_index_choice_at(run, number)->relation)))
            continue;
        g_hash_table_insert(run->redundant, g_strdup(finding->object),
                            g_hash_table_lookup(indexes, finding->object));
        if (place > 0)
            g_array_append_val(run->removed, number);
    }
}

/* Whether a statement is clearly dearer than before. */
static gboolean
is_missed(const PgaIndexRun *run, const double *costs)
{
    for (guint i = 0; i < run->samples->len; i++)
        if (costs[i] >= 0 && ((const PgaIndexSample *)g_ptr_array_index(run->samples, i))->after >
                                 costs[i] * WORTH_KEEPING)
            return TRUE;
    return FALSE;
}

static gboolean
replan_all(PgaIndexRun *run, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->samples->len; i++)
        g_array_append_val(all, i);
    return pga_index_replan(run, all, error);
}

gboolean
pga_index_settle_redundant(PgaIndexRun *run, GError **error)
{
    const guint n_removed = run->removed->len;
    g_autofree double *costs = g_new0(double, MAX(run->samples->len, 1));
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);

    if (run->ask->no_drops)
        return TRUE;
    if (!pga_index_judge_existing(run, redundancies, findings, error))
        return FALSE;
    take(run, findings);
    if (run->removed->len == n_removed)
        return TRUE;
    for (guint i = 0; i < run->samples->len; i++)
        costs[i] = ((const PgaIndexSample *)g_ptr_array_index(run->samples, i))->after;
    if (!replan_all(run, error))
        return FALSE;
    if (!is_missed(run, costs))
        return TRUE;
    g_hash_table_remove_all(run->redundant); /* told as what the rules find */
    g_array_set_size(run->removed, n_removed);
    return replan_all(run, error);
}

gboolean
pga_index_is_redundant(const PgaIndexRun *run, const PgaFinding *finding)
{
    return g_hash_table_contains(run->redundant, finding->object) &&
           g_strv_contains(redundancies, finding->rule);
}

/* (transfer full): as it goes on behind a colon and before a full stop. */
static char *
as_reason(const char *evidence)
{
    char *reason = g_strdup(evidence);

    *reason = g_ascii_tolower(*reason);
    if (g_str_has_suffix(reason, "."))
        reason[strlen(reason) - 1] = '\0';
    return reason;
}

void
pga_index_tell_redundant(PgaIndexRun *run, const PgaFinding *finding)
{
    const PgaIndex *index = g_hash_table_lookup(run->redundant, finding->object);
    const PgaRelation *relation =
        index ? pga_catalog_relation(run->source.catalog, index->indrelid) : NULL;
    PgaIndexRemoval *removal;

    if (!relation)
        return;
    removal = pga_index_report_add_removal(run->report);
    removal->table = pga_relation_display(relation, NULL);
    removal->name = g_strdup(index->relname);
    removal->index = index->indexrelid;
    removal->rule = finding->rule;
    removal->severity = finding->severity;
    removal->bytes = index->bytes;
    removal->reason = as_reason(finding->evidence);
    removal->statement = g_strdup(g_ptr_array_index(finding->fix.sql, 0));
    removal->undo = g_strdup(g_ptr_array_index(finding->fix.undo, 0));
    removal->lock = g_strdup(finding->fix.lock);
    removal->caution = g_strdup(finding->fix.note);
}
