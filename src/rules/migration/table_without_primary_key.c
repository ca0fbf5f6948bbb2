/* table-without-primary-key: a table whose rows nothing tells apart. */
#include "../rule_internal.h"

typedef struct {
    PgaPlace *place;
    char *nspname, *relname;
} Created;

static void
created_free(gpointer data)
{
    Created *created = data;

    pga_place_free(created->place);
    g_free(created->nspname);
    g_free(created->relname);
    g_free(created);
}

static gboolean
is_meant_to_stay(const PgaAction *action)
{
    return action->object != PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE &&
           g_str_equal(action->range->relpersistence, "p");
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    Created *created;

    if (action->kind != PGA_ACTION_CREATE_TABLE || !action->range || !is_meant_to_stay(action))
        return;
    created = g_new0(Created, 1);
    created->place = pga_place_new(run->step, action->location);
    created->nspname = g_strdup(action->range->schemaname);
    created->relname = g_strdup(action->range->relname);
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(created_free);
    g_ptr_array_add(run->memory, created);
}

static gboolean
lacks_key(const PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->type == 'p')
            return FALSE;
    }
    return relation->kind == 'r' || relation->kind == 'p';
}

static void
finish(PgaLintRun *run)
{
    const GPtrArray *all = run->memory;

    for (guint i = 0; all && i < all->len; i++) {
        const Created *created = g_ptr_array_index(all, i);
        PgaStateRelation *relation =
            pga_state_relation(run->state, created->nspname, created->relname);
        g_autofree char *name = relation ? pga_state_relation_name(relation) : NULL;

        if (relation && !relation->is_partition && lacks_key(relation))
            pga_lint_report_at(run, created->place, name,
                               "It has no primary key at the end of the file.");
    }
    g_clear_pointer(&run->memory, g_ptr_array_unref);
}

const PgaRule pga_rule_table_without_primary_key = {
    .id = "table-without-primary-key",
    .title = "New table without a primary key",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Logical replication refuses UPDATE and DELETE of its rows, and of two equal rows one "
           "cannot be deleted alone.",
    .when_not = "Rows are only added and read, and the table is not replicated.",
    .condition = "CREATE TABLE without a primary key at the end of the file; temporary, unlogged "
                 "and foreign tables and partitions are left out.",
    .example = "CREATE TABLE orders (id bigint);",
    .fix = "Proposes a primary key.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    .docs_title = "Constraints: Primary Keys",
    .requirements = "DJ-5 T2-3",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = finish, .forget = (GDestroyNotify)g_ptr_array_unref},
};
