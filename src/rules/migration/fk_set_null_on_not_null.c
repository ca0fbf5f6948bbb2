/* fk-set-null-on-not-null: a foreign key that sets NULL where no NULL may be. */
#include "../lint_internal.h"
#include "../rule_internal.h"

typedef struct {
    PgaPlace *place;
    char *nspname, *relname, *object;
    GPtrArray *columns; /* of char *: that the action sets to NULL */
} Key;

static void
key_free(gpointer data)
{
    Key *key = data;

    pga_place_free(key->place);
    g_free(key->nspname);
    g_free(key->relname);
    g_free(key->object);
    g_ptr_array_unref(key->columns);
    g_free(key);
}

/* (transfer full): of char *; those of SET NULL (a, b) where they are listed. */
static GPtrArray *
columns_set(const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;
    GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) all = pga_action_key(action);

    for (size_t i = 0; i < constraint->n_fk_del_set_cols; i++)
        g_ptr_array_add(columns, g_strdup(constraint->fk_del_set_cols[i]->string->sval));
    for (guint i = 0; constraint->n_fk_del_set_cols == 0 && i < all->len; i++)
        g_ptr_array_add(columns, g_strdup(g_ptr_array_index(all, i)));
    return columns;
}

static gboolean
sets_null(const PgQuery__Constraint *constraint)
{
    return constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN &&
           (g_strcmp0(constraint->fk_del_action, "n") == 0 ||
            g_strcmp0(constraint->fk_upd_action, "n") == 0);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    Key *key;

    if (action->kind != PGA_ACTION_ADD_CONSTRAINT || !action->constraint || !action->range ||
        !sets_null(action->constraint))
        return;
    key = g_new0(Key, 1);
    key->place = pga_place_new(run->step, action->location);
    key->nspname = g_strdup(action->range->schemaname);
    key->relname = g_strdup(action->range->relname);
    key->object = pga_lint_object(action);
    key->columns = columns_set(action);
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(key_free);
    g_ptr_array_add(run->memory, key);
}

/* (nullable): the first that may not be NULL. */
static const char *
required_column(const PgaState *state, const Key *key)
{
    const PgaStateRelation *relation = pga_state_relation(state, key->nspname, key->relname);

    for (guint i = 0; relation && i < key->columns->len; i++) {
        const PgaStateColumn *column =
            pga_state_column(relation, g_ptr_array_index(key->columns, i));

        if (column && column->not_null)
            return column->name;
    }
    return NULL;
}

static void
finish(PgaLintRun *run)
{
    const GPtrArray *all = run->memory;

    for (guint i = 0; all && i < all->len; i++) {
        const Key *key = g_ptr_array_index(all, i);
        const char *column = required_column(run->state, key);

        if (column)
            pga_lint_report_at(run, key->place, key->object,
                               "%s is NOT NULL: deleting a referenced row fails (23502).", column);
    }
    g_clear_pointer(&run->memory, g_ptr_array_unref);
}

const PgaRule pga_rule_fk_set_null_on_not_null = {
    .id = "fk-set-null-on-not-null",
    .title = "SET NULL of a foreign key on a NOT NULL column",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The definition is accepted, and every later DELETE, or change of key, of a referenced "
           "row fails.",
    .when_not = "Referenced rows are never deleted and their keys never change.",
    .condition =
        "A foreign key with ON DELETE or ON UPDATE SET NULL one of whose columns is NOT NULL at "
        "the end of the file; a column that SET NULL (…) leaves out does not count.",
    .example =
        "CREATE TABLE lines (order_id bigint NOT NULL REFERENCES orders ON DELETE SET NULL);",
    .fix = "Proposes CASCADE or RESTRICT, or to drop NOT NULL.",
    .versions = "SET NULL (columns) came with 15.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = finish, .forget = (GDestroyNotify)g_ptr_array_unref},
};
