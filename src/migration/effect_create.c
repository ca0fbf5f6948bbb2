/* CREATE TABLE: the tables that it looks at, inherits, references. Source: DefineRelation() in
 * src/backend/commands/tablecmds.c, transformTableLikeClause() in
 * src/backend/parser/parse_utilcmd.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name

static PgaStateRelation *
named(const PgaEffectRun *run, const PgQuery__RangeVar *range)
{
    return pga_state_assume(run->state, *range->schemaname ? range->schemaname : NULL,
                            range->relname);
}

static void
reference(PgaEffectRun *run, const PgQuery__CreateStmt *create,
          const PgQuery__Constraint *constraint)
{
    PgaEffectReference key = {0};

    if (constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN || !constraint->pktable)
        return;
    if (strcmp(constraint->pktable->relname, create->relation->relname) == 0 &&
        strcmp(constraint->pktable->schemaname, create->relation->schemaname) == 0)
        return;
    key.referenced = named(run, constraint->pktable);
    pga_effect_add_reference(run, &key);
}

static void
element(PgaEffectRun *run, const PgQuery__CreateStmt *create, const PgQuery__Node *node)
{
    if (node->node_case == CASE(TABLE_LIKE_CLAUSE))
        pga_effect_lock_relation(run, named(run, node->table_like_clause->relation),
                                 PGA_LOCK_ACCESS_SHARE);
    else if (node->node_case == CASE(CONSTRAINT))
        reference(run, create, node->constraint);
    for (size_t i = 0; node->node_case == CASE(COLUMN_DEF) && i < node->column_def->n_constraints;
         i++)
        if (node->column_def->constraints[i]->node_case == CASE(CONSTRAINT))
            reference(run, create, node->column_def->constraints[i]->constraint);
}

static void
partition_of(PgaEffectRun *run, PgaStateRelation *parent, const PgQuery__PartitionBoundSpec *bound)
{
    pga_effect_lock_relation(run, parent, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (!parent)
        return;
    pga_effect_new_partition(run, parent, bound);
    pga_effect_lock_indexes(run, parent, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    pga_effect_lock_referencing(run, parent);
    for (guint i = 0; i < parent->constraints->len; i++) {
        const PgaStateConstraint *constraint = parent->constraints->pdata[i];
        const PgaEffectReference key = {.referenced = constraint->referenced};

        if (constraint->type == 'f')
            pga_effect_add_reference(run, &key);
    }
}

static void
create_table(PgaEffectRun *run, const PgQuery__CreateStmt *create)
{
    for (size_t i = 0; i < create->n_inh_relations; i++) {
        PgaStateRelation *parent = named(run, create->inh_relations[i]->range_var);

        if (create->partbound)
            partition_of(run, parent, create->partbound);
        else
            pga_effect_lock_relation(run, parent, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    }
    if (create->of_typename)
        pga_effect_lock_name(run, NULL, pga_type_name_last(create->of_typename),
                             PGA_LOCK_ACCESS_SHARE);
    for (size_t i = 0; i < create->n_table_elts; i++)
        element(run, create, create->table_elts[i]);
}

void
pga_effect_create_table(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Node *statement = action->statement;
    const PgQuery__CreateStmt *create = statement->node_case == CASE(CREATE_STMT)
                                            ? statement->create_stmt
                                        : statement->node_case == CASE(CREATE_FOREIGN_TABLE_STMT)
                                            ? statement->create_foreign_table_stmt->base_stmt
                                            : NULL;

    if (!create) {
        pga_effect_query(run, action);
        return;
    }
    if (create->if_not_exists && pga_state_relation(run->state, action->nspname, action->name))
        return;
    create_table(run, create);
}
