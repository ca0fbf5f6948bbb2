/* How rules of migrations report: a finding at a place in a file. */
#include "lint_internal.h"
#include "rule_internal.h"

#include <base/text.h>

PgaPlace *
pga_place_new(const PgaStep *step, gsize location)
{
    PgaPlace *place = g_new0(PgaPlace, 1);

    place->file = g_strdup(step->file);
    pga_step_position(step, location, &place->line, &place->column);
    return place;
}

void
pga_place_free(PgaPlace *place)
{
    if (!place)
        return;
    g_free(place->file);
    g_free(place);
}

/* Of the same change in another file it is another one: a baseline does not take what comes later.
 */
static char *
fingerprint(const PgaFinding *finding)
{
    g_autofree char *file = g_path_get_basename(finding->file);
    g_autofree char *where = g_strconcat(finding->object, "\n", file, NULL);

    return pga_finding_fingerprint(finding->rule, where);
}

/* Takes @object and @evidence. */
static PgaFinding *
report(PgaLintRun *run, const char *file, guint line, guint column, char *object, char *evidence)
{
    PgaFinding *finding = pga_finding_new(run->rule->id);

    finding->severity = run->severity;
    finding->category = run->rule->category;
    finding->object = object;
    finding->file = g_strdup(file);
    finding->line = line;
    finding->column = column;
    finding->title = g_strdup(run->rule->title);
    finding->evidence = evidence;
    finding->fingerprint = fingerprint(finding);
    finding->when_not = run->rule->when_not;
    finding->docs_title = run->rule->docs_title;
    finding->docs_url = run->docs_url;
    finding->requirements = run->rule->requirements;
    g_ptr_array_add(run->findings, finding);
    return finding;
}

/* DROP TABLE t: the name is the relation's own, not that of a part of it. */
static gboolean
names_itself(const PgaAction *action)
{
    static const PgQuery__ObjectType relations[] = {
        PG_QUERY__OBJECT_TYPE__OBJECT_TABLE, PG_QUERY__OBJECT_TYPE__OBJECT_VIEW,
        PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW, PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE,
        PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE};
    const gboolean of_relation = action->kind == PGA_ACTION_DROP ||
                                 action->kind == PGA_ACTION_RENAME ||
                                 action->kind == PGA_ACTION_SET_SCHEMA;

    for (guint i = 0; of_relation && i < G_N_ELEMENTS(relations); i++)
        if (action->object == relations[i])
            return TRUE;
    return action->kind == PGA_ACTION_CREATE_TABLE;
}

char *
pga_lint_object(const PgaAction *action)
{
    g_autofree char *relation = action->relation ? pga_state_relation_name(action->relation) : NULL;
    g_autofree char *range =
        !relation && action->range
            ? pga_quote_qualified(action->range->schemaname && *action->range->schemaname
                                      ? action->range->schemaname
                                      : NULL,
                                  action->range->relname)
            : NULL;
    const char *table = relation ? relation : range;
    g_autofree char *name =
        action->name && *action->name ? pga_quote_identifier(action->name) : NULL;

    if (table && name && !names_itself(action))
        return g_strconcat(table, ".", name, NULL);
    if (table)
        return g_strdup(table);
    if (name)
        return pga_quote_qualified(action->nspname && *action->nspname ? action->nspname : NULL,
                                   action->name);
    return NULL;
}

/* (transfer full): what the statement locks most. */
static char *
statement_object(const PgaLintRun *run)
{
    PgaLockMode strongest = PGA_LOCK_NONE;
    const char *relation = NULL;

    for (guint i = 0; run->effect && i < run->effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(run->effect->locks, PgaLock, i);

        if (lock->mode > strongest) {
            strongest = lock->mode;
            relation = lock->relation;
        }
    }
    return g_strdup(relation);
}

/* A lock on a small table is over before anyone notices. */
static gboolean
is_small(const PgaLintRun *run, const PgaAction *action)
{
    const PgaStateRelation *relation = action ? action->relation : NULL;

    return relation && relation->rows >= 0 && relation->rows < run->small_table_rows;
}

PgaFinding *
pga_lint_report(PgaLintRun *run, const PgaAction *action, const char *format, ...)
{
    char *object = action ? pga_lint_object(action) : statement_object(run);
    guint line = run->step->line, column = run->step->column;
    PgaFinding *finding;
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    if (action)
        pga_step_position(run->step, action->location, &line, &column);
    if (!object)
        object = g_path_get_basename(run->step->file);
    finding = report(run, run->step->file, line, column, object, evidence);
    if (!run->severity_fixed && g_str_equal(run->rule->category, "lock") && is_small(run, action))
        finding->severity = PGA_SEVERITY_INFO;
    return finding;
}

PgaFinding *
pga_lint_report_at(PgaLintRun *run, const PgaPlace *place, const char *object, const char *format,
                   ...)
{
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    return report(run, place->file, place->line, place->column, g_strdup(object), evidence);
}

/* Takes the recipe's steps. */
static void
take_steps(PgaFinding *finding, PgaRecipe *recipe)
{
    gsize n_steps = 0;
    g_autofree gpointer *steps = g_ptr_array_steal(recipe->steps, &n_steps);

    for (gsize i = 0; i < n_steps; i++)
        pga_finding_add_step(finding, steps[i]);
}

void
pga_lint_add_recipe(PgaLintRun *run, PgaFinding *finding, const PgaAction *action)
{
    g_autoptr(PgaRecipe) recipe = pga_recipe_for(run->state, action, run->recipes);

    if (!recipe)
        return;
    if (run->file->django)
        finding->fix.code = pga_lint_django_code(run->file->django, run->step, recipe);
    take_steps(finding, recipe);
    for (guint i = 0; i < recipe->undo->len; i++)
        pga_finding_add_undo(finding, g_strdup(g_ptr_array_index(recipe->undo, i)));
    finding->fix.safety = recipe->several_deployments ? PGA_SAFETY_REVIEW : PGA_SAFETY_SAFE;
    if (recipe->difference)
        pga_finding_note(finding, "%s", recipe->difference);
}

gboolean
pga_lint_is_shared(const PgaLintRun *run, const PgaStateRelation *relation)
{
    return relation && relation->persistence != 't' && !pga_state_is_new(run->state, relation);
}
