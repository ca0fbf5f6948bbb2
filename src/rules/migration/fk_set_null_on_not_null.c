/* fk-set-null-on-not-null: a foreign key that sets NULL where no NULL may be. */
#include "../lint_keys_internal.h"
#include "../rule_internal.h"

/* (transfer container): of const char *; those of SET NULL (a, b) where they are listed. */
static GPtrArray *
columns_set(const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;
    GPtrArray *columns;

    if (constraint->n_fk_del_set_cols == 0)
        return pga_action_key(action);
    columns = g_ptr_array_new();
    for (size_t i = 0; i < constraint->n_fk_del_set_cols; i++)
        g_ptr_array_add(columns, constraint->fk_del_set_cols[i]->string->sval);
    return columns;
}

static gboolean
sets_null(const PgQuery__Constraint *constraint)
{
    return g_strcmp0(constraint->fk_del_action, "n") == 0 ||
           g_strcmp0(constraint->fk_upd_action, "n") == 0;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) columns =
        pga_lint_adds_key(action) && sets_null(action->constraint) ? columns_set(action) : NULL;

    if (columns)
        pga_lint_remember_key(run, action, columns);
}

/* (nullable): the first that may not be NULL. */
static const char *
required_column(const PgaState *state, const PgaLintKey *key)
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
    g_autoptr(GPtrArray) all = pga_lint_take_keys(run);

    for (guint i = 0; i < all->len; i++) {
        const PgaLintKey *key = g_ptr_array_index(all, i);
        const char *column = required_column(run->state, key);

        if (column)
            pga_lint_report_at(run, key->place, key->object,
                               "%s is NOT NULL: deleting a referenced row fails (23502).", column);
    }
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
