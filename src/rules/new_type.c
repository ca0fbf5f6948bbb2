/* Types that a migration writes. */
#include "new_type_internal.h"

#define MAX_NAMES 8 /* of columns in the evidence */

const PgQuery__TypeName *
pga_action_type(const PgaAction *action)
{
    if ((action->kind != PGA_ACTION_ADD_COLUMN && action->kind != PGA_ACTION_ALTER_TYPE) ||
        !action->column)
        return NULL;
    return action->column->type_name;
}

const char *
pga_type_last_name(const PgQuery__TypeName *type)
{
    return type->n_names > 0 ? type->names[type->n_names - 1]->string->sval : "";
}

gint32
pga_type_modifier(const PgQuery__TypeName *type, guint place)
{
    const PgQuery__Node *modifier = place < type->n_typmods ? type->typmods[place] : NULL;

    if (!modifier || modifier->node_case != PG_QUERY__NODE__NODE_A_CONST ||
        modifier->a_const->val_case != PG_QUERY__A__CONST__VAL_IVAL)
        return -1;
    return modifier->a_const->ival->ival;
}

void
pga_lint_report_types(PgaLintRun *run, PgaTypeMatches matches)
{
    const PgaAction *first = NULL;
    g_autoptr(GString) names = g_string_new(NULL);
    guint n_columns = 0;

    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);
        const PgQuery__TypeName *type = pga_action_type(action);

        if (!type || !action->name || !matches(run, action, type))
            continue;
        first = first ? first : action;
        if (n_columns++ < MAX_NAMES)
            g_string_append_printf(names, "%s%s", n_columns > 1 ? ", " : "", action->name);
    }
    if (n_columns > MAX_NAMES)
        g_string_append_printf(names, " and %u more", n_columns - MAX_NAMES);
    if (first)
        pga_lint_report(run, first, "%s of the statement: %s.",
                        n_columns > 1 ? "Columns" : "Column", names->str);
}
