/* add-unique-compat: values that running code may write twice. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static gboolean
has_columns(const GPtrArray *have, const GPtrArray *wanted)
{
    if (have->len != wanted->len)
        return FALSE;
    for (guint i = 0; i < have->len; i++)
        if (g_strcmp0(g_ptr_array_index(have, i), g_ptr_array_index(wanted, i)) != 0)
            return FALSE;
    return TRUE;
}

/* The rule holds already: a unique index is built again. */
static gboolean
is_unique_already(const PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->unique && !index->predicate && has_columns(index->columns, columns))
            return TRUE;
    }
    return FALSE;
}

/* (transfer container): of const char *, NULL for an expression. */
static GPtrArray *
columns_of_index(const PgQuery__IndexStmt *index)
{
    GPtrArray *columns = g_ptr_array_new();

    for (size_t i = 0; i < index->n_index_params; i++) {
        const char *name = index->index_params[i]->index_elem->name;

        g_ptr_array_add(columns, name[0] != '\0' ? (gpointer)name : NULL);
    }
    return columns;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) columns = NULL;

    if (!pga_lint_concerns(run, action))
        return;
    if (action->kind == PGA_ACTION_CREATE_INDEX && action->statement->index_stmt->unique)
        columns = columns_of_index(action->statement->index_stmt);
    else if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, FALSE) &&
             !pga_constraint_uses_index(action->constraint))
        columns = pga_action_key(action);
    if (columns && !is_unique_already(action->relation, columns))
        pga_lint_report(run, action,
                        "Rows that are there twice make it fail; code that writes one twice fails "
                        "from then on (23505).");
}

const PgaRule pga_rule_add_unique_compat = {
    .id = "add-unique-compat",
    .title = "New uniqueness rule on a table in use",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "If there are duplicates the build fails, at its end; if the running code makes them, "
           "it fails from then on.",
    .when_not = "The application has kept the values unique all along.",
    .condition =
        "ADD UNIQUE or CREATE UNIQUE INDEX on a table that others can use already, unless the "
        "columns are unique already; USING INDEX, whose index was reported, is left out.",
    .example = "CREATE UNIQUE INDEX CONCURRENTLY orders_number ON orders (number);",
    .fix = "Proposes to count and merge duplicates first, and to deploy code that copes.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
    .docs_title = "Constraints: Unique Constraints",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
