/* Storage parameters win over settings; partitions are reported under their topmost table. */
#include "maintenance_internal.h"

#include <math.h>
#include <string.h>

#define STATEMENTS_SHOWN 20

gboolean
pga_table_is_stored(const PgaRelation *relation)
{
    return (relation->relkind == 'r' || relation->relkind == 'm') &&
           relation->relpersistence != 't' && !relation->extension &&
           !g_str_has_prefix(relation->nspname, "_timescaledb_");
}

/* As PostgreSQL reads it: any beginning of a word that is not ambiguous. */
static gboolean
is_false(const char *value)
{
    g_autofree char *lower = g_ascii_strdown(value, -1);

    return *lower &&
           (g_str_has_prefix("false", lower) || g_str_has_prefix("no", lower) ||
            g_str_equal(lower, "0") || g_str_equal(lower, "of") || g_str_equal(lower, "off"));
}

gboolean
pga_reloptions_stop_autovacuum(const char *reloptions)
{
    g_autofree char *value = pga_reloption(reloptions, "autovacuum_enabled");

    return value && is_false(value);
}

double
pga_table_parameter(const PgaRuleRun *run, const PgaRelation *relation, const char *name)
{
    g_autofree char *own = pga_reloption(relation->reloptions, name);
    const PgaSetting *setting = pga_catalog_setting(run->catalog, name);

    if (own)
        return g_ascii_strtod(own, NULL);
    return setting && setting->setting ? g_ascii_strtod(setting->setting, NULL) : NAN;
}

gboolean
pga_setting_is_on(const PgaRuleRun *run, const char *name)
{
    const PgaSetting *setting = pga_catalog_setting(run->catalog, name);

    return !setting || !setting->setting || !is_false(setting->setting);
}

double
pga_vacuum_threshold(const PgaRuleRun *run, const PgaRelation *relation)
{
    const double rows = MAX(relation->reltuples, 0);
    const double base = pga_table_parameter(run, relation, "autovacuum_vacuum_threshold");
    const double scale = pga_table_parameter(run, relation, "autovacuum_vacuum_scale_factor");
    const double most = pga_table_parameter(run, relation, "autovacuum_vacuum_max_threshold");

    /* the cap came with 18; -1 is none */
    return most >= 0 ? MIN(most, base + scale * rows) : base + scale * rows;
}

double
pga_analyze_threshold(const PgaRuleRun *run, const PgaRelation *relation)
{
    return pga_table_parameter(run, relation, "autovacuum_analyze_threshold") +
           pga_table_parameter(run, relation, "autovacuum_analyze_scale_factor") *
               MAX(relation->reltuples, 0);
}

static double
younger(double a, double b)
{
    return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

double
pga_last_vacuum_age(const PgaRelation *relation)
{
    return younger(relation->counters.last_vacuum_age, relation->counters.last_autovacuum_age);
}

double
pga_last_analyze_age(const PgaRelation *relation)
{
    return younger(relation->counters.last_analyze_age, relation->counters.last_autoanalyze_age);
}

gboolean
pga_table_has_statistics(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++)
        if (((const PgaAttribute *)g_ptr_array_index(relation->attributes, i))->stats)
            return TRUE;
    return FALSE;
}

static void
group_free(gpointer data)
{
    PgaTableGroup *group = data;

    g_ptr_array_unref(group->tables);
    g_free(group);
}

static const PgaRelation *
topmost(const PgaCatalog *catalog, const PgaRelation *relation)
{
    const PgaRelation *parent = relation;

    while (relation->relispartition && (parent = pga_catalog_relation(catalog, relation->parent)))
        relation = parent;
    return relation;
}

static int
compare_weights(gconstpointer a, gconstpointer b, gpointer weights)
{
    const double left = *(double *)g_hash_table_lookup(weights, *(gconstpointer *)a);
    const double right = *(double *)g_hash_table_lookup(weights, *(gconstpointer *)b);

    return (left < right) - (left > right);
}

static PgaTableGroup *
group_of(GPtrArray *groups, GHashTable *by_subject, const PgaRelation *subject)
{
    PgaTableGroup *group = g_hash_table_lookup(by_subject, subject);

    if (group)
        return group;
    group = g_new0(PgaTableGroup, 1);
    group->subject = subject;
    group->tables = g_ptr_array_new();
    g_ptr_array_add(groups, group);
    g_hash_table_insert(by_subject, (gpointer)subject, group);
    return group;
}

GPtrArray *
pga_group_tables(const PgaRuleRun *run, PgaTableTest test)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) by_subject = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) weights = g_hash_table_new_full(NULL, NULL, NULL, g_free);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        PgaTableGroup *group;
        double weight = 0;

        if (!pga_table_is_stored(relation) || !test(run, relation, &weight))
            continue;
        group = group_of(groups, by_subject, topmost(run->whole, relation));
        g_ptr_array_add(group->tables, relation);
        g_hash_table_insert(weights, relation, g_memdup2(&weight, sizeof(weight)));
        group->weight += weight;
    }
    for (guint i = 0; i < groups->len; i++) /* the sort is stable: equal ones stay in order */
        g_ptr_array_sort_with_data(((PgaTableGroup *)g_ptr_array_index(groups, i))->tables,
                                   compare_weights, weights);
    return groups;
}

const PgaRelation *
pga_group_worst(const PgaTableGroup *group)
{
    return g_ptr_array_index(group->tables, 0);
}

char *
pga_group_extent(const PgaTableGroup *group)
{
    g_autofree char *worst = NULL;

    if (pga_group_worst(group) == group->subject)
        return g_strdup("");
    worst = pga_relation_display(pga_group_worst(group), NULL);
    if (group->tables->len == 1)
        return g_strdup_printf(" This is its partition %s.", worst);
    return g_strdup_printf(" This is its partition %s, the worst of %u such partitions.", worst,
                           group->tables->len);
}

static void
add_each(PgaFinding *finding, const PgaTableGroup *group, gboolean undo, const char *before,
         const char *after)
{
    for (guint i = 0; i < MIN(group->tables->len, STATEMENTS_SHOWN); i++) {
        g_autofree char *table = pga_relation_display(g_ptr_array_index(group->tables, i), NULL);
        char *statement = g_strconcat(before, table, after, NULL);

        if (undo)
            pga_finding_add_undo(finding, statement);
        else
            pga_finding_add_sql(finding, statement);
    }
}

void
pga_finding_fix_each(PgaFinding *finding, const PgaTableGroup *group, const char *before,
                     const char *after)
{
    add_each(finding, group, FALSE, before, after);
    if (group->tables->len > STATEMENTS_SHOWN)
        pga_finding_note(finding, "The same for %u more partitions.",
                         group->tables->len - STATEMENTS_SHOWN);
}

void
pga_finding_undo_each(PgaFinding *finding, const PgaTableGroup *group, const char *before,
                      const char *after)
{
    add_each(finding, group, TRUE, before, after);
}

void
pga_finding_fix_vacuum(PgaFinding *finding, const PgaTableGroup *group, const char *command)
{
    g_autofree char *before = g_strconcat(command, " ", NULL);

    pga_finding_fix_each(finding, group, before, ";");
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
}
