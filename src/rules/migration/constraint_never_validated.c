/* constraint-never-validated: a constraint that was to be validated later, and is not. */
#include "../lock_cost_internal.h"

typedef struct {
    PgaPlace *place;
    char *relation, *constraint;
    guint migration;
} Added;

static void
added_free(gpointer data)
{
    Added *added = data;

    pga_place_free(added->place);
    g_free(added->relation);
    g_free(added->constraint);
    g_free(added);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    Added *added;

    if (action->kind != PGA_ACTION_ADD_CONSTRAINT || !action->constraint || !action->name ||
        !action->constraint->skip_validation || !pga_lint_concerns(run, action))
        return;
    added = g_new0(Added, 1);
    added->place = pga_place_new(run->step, action->location);
    added->relation = pga_state_relation_name(action->relation);
    added->constraint = g_strdup(action->name);
    added->migration = run->state->migration;
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(added_free);
    g_ptr_array_add(run->memory, added);
}

static gboolean
is_not_valid(const PgaState *state, const Added *added)
{
    GHashTableIter each;
    gpointer value;

    g_hash_table_iter_init(&each, state->relations);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        g_autofree char *name = pga_state_relation_name(value);
        const PgaStateConstraint *constraint = g_str_equal(name, added->relation)
                                                   ? pga_state_constraint(value, added->constraint)
                                                   : NULL;

        if (constraint)
            return !constraint->valid && constraint->enforced;
    }
    return FALSE;
}

/* Of the last migration it is not known what comes. */
static void
finish_history(PgaLintRun *run)
{
    const GPtrArray *all = run->memory;

    for (guint i = 0; all && i < all->len; i++) {
        const Added *added = g_ptr_array_index(all, i);
        g_autofree char *object = g_strconcat(added->relation, ".", added->constraint, NULL);

        if (added->migration < run->state->migration && is_not_valid(run->state, added))
            pga_lint_report_at(run, added->place, object,
                               "No later migration has VALIDATE CONSTRAINT for it.");
    }
}

const PgaRule pga_rule_constraint_never_validated = {
    .id = "constraint-never-validated",
    .title = "NOT VALID constraint that nothing validates",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Rows from before may break the rule, and the planner does not rely on it.",
    .when_not = "The old rows are meant to be excepted.",
    .condition = "ADD CONSTRAINT … NOT VALID without VALIDATE CONSTRAINT in a later migration of "
                 "the given history; the last migration is left out.",
    .fix = "Proposes the migration with VALIDATE CONSTRAINT.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge,
             .finish_history = finish_history,
             .forget = (GDestroyNotify)g_ptr_array_unref},
};
