/* fk-added-without-index: a foreign key whose referencing columns no index begins with. */
#include "../lint_internal.h"
#include "../rule_internal.h"

typedef struct {
    PgaPlace *place;
    char *nspname, *relname, *object;
    GPtrArray *columns; /* of char * */
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

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) columns = NULL;
    Key *key;

    if (action->kind != PGA_ACTION_ADD_CONSTRAINT || !action->constraint || !action->range ||
        action->constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
        return;
    columns = pga_action_key(action);
    key = g_new0(Key, 1);
    key->place = pga_place_new(run->step, action->location);
    key->nspname = g_strdup(action->range->schemaname);
    key->relname = g_strdup(action->range->relname);
    key->object = pga_lint_object(action);
    key->columns = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(columns, i)));
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(key_free);
    g_ptr_array_add(run->memory, key);
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
is_without_index(const PgaState *state, const Key *key)
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
    const GPtrArray *all = run->memory;

    for (guint i = 0; all && i < all->len; i++) {
        const Key *key = g_ptr_array_index(all, i);

        if (is_without_index(run->state, key))
            pga_lint_report_at(run, key->place, key->object,
                               "No index begins with its referencing columns at the end of the "
                               "file.");
    }
    g_clear_pointer(&run->memory, g_ptr_array_unref);
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
