/* drop-column-silent-constraint: constraints and indexes over several columns go with one of them.
 */
#include <string.h>

#include "../lock_cost_internal.h"

static gboolean
has_column(const GPtrArray *columns, const char *name)
{
    for (guint i = 0; i < columns->len; i++)
        if (g_strcmp0(g_ptr_array_index(columns, i), name) == 0)
            return TRUE;
    return FALSE;
}

static void
append(GString *names, const char *name)
{
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* A rule about other columns too, or the table's key. */
static gboolean
is_lost(const PgaStateConstraint *constraint, const char *column)
{
    return strchr("upf", constraint->type) && has_column(constraint->columns, column) &&
           (constraint->columns->len > 1 || constraint->type == 'p');
}

/* (transfer full): names of what goes along. */
static GString *
lost(const PgaAction *action)
{
    const PgaStateRelation *relation = action->relation;
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (is_lost(constraint, action->name))
            append(names, constraint->name);
    }
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(relation->indexes, i);

        if (!index->constraint && index->columns->len > 1 &&
            has_column(index->columns, action->name))
            append(names, index->name);
    }
    return names;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    GString *names;

    if (action->kind != PGA_ACTION_DROP_COLUMN || !action->name || !pga_lint_concerns(run, action))
        return;
    names = lost(action);
    if (names->len > 0)
        pga_lint_advise(pga_lint_report(run, action, "With the column goes: %s.", names->str),
                        "Make what replaces it first, and drop it by name.");
    g_string_free(names, TRUE);
}

const PgaRule pga_rule_drop_column_silent_constraint = {
    .id = "drop-column-silent-constraint",
    .title = "DROP COLUMN that takes a constraint or index with it",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "A constraint or an index over several columns vanishes without a word when one of them "
           "is dropped: the rule over the others holds no longer.",
    .when_not = "What goes along is not needed any more.",
    .condition = "DROP COLUMN of a column of the primary key, or of a unique constraint, foreign "
                 "key or index over several columns.",
    .example = "CREATE TABLE orders (shop int, number int, UNIQUE (shop, number));\n"
               "\n"
               "ALTER TABLE orders DROP COLUMN shop;",
    .fix = "Proposes to make the replacement first and to drop the constraint or index by name.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
