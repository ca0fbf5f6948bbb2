/* fk-added-without-index: a foreign key whose referencing columns no index begins with. */
#include "../lint_keys_internal.h"
#include "../rule_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) columns = pga_lint_adds_key(action) ? pga_action_key(action) : NULL;

    if (columns)
        pga_lint_remember_key(run, action, columns);
}

static gboolean
has_among_first(const PgaStateIndex *index, const char *column, guint n_first)
{
    for (guint i = 0; i < n_first; i++)
        if (g_strcmp0(g_ptr_array_index(index->columns, i), column) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
serves(const PgaStateIndex *index, const GPtrArray *columns)
{
    if (index->predicate || index->columns->len < columns->len)
        return FALSE;
    for (guint i = 0; i < columns->len; i++)
        if (!has_among_first(index, g_ptr_array_index(columns, i), columns->len))
            return FALSE;
    return TRUE;
}

/* Of a table that was only named it is not known which indexes it has, unless the column is new. */
static gboolean
is_without_index(const PgaState *state, const PgaLintKey *key)
{
    const PgaStateRelation *relation = pga_state_relation(state, key->nspname, key->relname);

    if (!relation || key->columns->len == 0 ||
        (relation->assumed && !pga_state_column(relation, g_ptr_array_index(key->columns, 0))))
        return FALSE;
    for (guint i = 0; i < relation->indexes->len; i++)
        if (serves(g_ptr_array_index(relation->indexes, i), key->columns))
            return FALSE;
    return TRUE;
}

static void
finish(PgaLintRun *run)
{
    g_autoptr(GPtrArray) all = pga_lint_take_keys(run);

    for (guint i = 0; i < all->len; i++) {
        const PgaLintKey *key = g_ptr_array_index(all, i);

        if (is_without_index(run->state, key))
            pga_lint_report_at(run, key->place, key->object,
                               "No index begins with its referencing columns at the end of the "
                               "file.");
    }
}

const PgaRule pga_rule_fk_added_without_index = {
    .id = "fk-added-without-index",
    .title = "New foreign key without an index on its referencing columns",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "PostgreSQL indexes the referenced side only: deleting a referenced row, or changing "
           "its key, reads the whole referencing table, and joins have nothing to use.",
    .when_not = "Referenced rows are never deleted, their keys never change, and no query joins "
                "along the key; or the table stays small.",
    .condition =
        "A foreign key whose columns are not the first ones, in any order, of an index without a "
        "predicate at the end of the file; of a table whose indexes are not known nothing is said.",
    .example =
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);",
    .fix = "Proposes CREATE INDEX CONCURRENTLY on the columns before the foreign key.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "DJ-5 T1-2",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = finish, .forget = (GDestroyNotify)g_ptr_array_unref},
};
