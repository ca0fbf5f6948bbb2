/* Statements without an action of their own: which of them lock relations, which must run outside
 * of a transaction block, which nobody has measured. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define OBJECT(name) PG_QUERY__OBJECT_TYPE__OBJECT_##name

/* A column by its table; what only the catalogs of a table know is read under the weakest lock. */
static void
comment(PgaEffectRun *run, const PgaAction *action)
{
    const PgaStateIndex *index = action->object == OBJECT(INDEX)
                                     ? pga_state_index(run->state, action->nspname, action->name)
                                     : NULL;

    if (action->object == OBJECT(INDEX))
        pga_effect_lock_index(run, index, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    else if (action->object == OBJECT(TABCONSTRAINT) || action->object == OBJECT(TRIGGER) ||
             action->object == OBJECT(RULE) || action->object == OBJECT(POLICY))
        pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_SHARE);
    else
        pga_effect_lock_relation(run, action->relation, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
}

/* OWNED BY table.column */
static void
sequence_owner(PgaEffectRun *run, PgQuery__Node *const *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__DefElem *option =
            options[i]->node_case == CASE(DEF_ELEM) ? options[i]->def_elem : NULL;
        const PgQuery__List *names = option && option->arg &&
                                             strcmp(option->defname, "owned_by") == 0 &&
                                             option->arg->node_case == CASE(LIST)
                                         ? option->arg->list
                                         : NULL;

        if (!names || names->n_items < 2) /* NONE */
            continue;
        pga_effect_lock_relation(
            run,
            pga_state_assume(run->state, names->n_items > 2 ? names->items[0]->string->sval : NULL,
                             names->items[names->n_items - 2]->string->sval),
            PGA_LOCK_ACCESS_SHARE);
    }
}

static void
create_sequence(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__CreateSeqStmt *create = action->statement->create_seq_stmt;

    sequence_owner(run, create->options, create->n_options);
}

static void
alter_sequence(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__AlterSeqStmt *alter = action->statement->alter_seq_stmt;

    pga_effect_lock_relation(run, action->relation, PGA_LOCK_SHARE_ROW_EXCLUSIVE);
    sequence_owner(run, alter->options, alter->n_options);
}

static void
lock_lightly(PgaEffectRun *run, const PgaAction *action)
{
    pga_effect_lock_relation(run, action->relation, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
}

static void
lock_wholly(PgaEffectRun *run, const PgaAction *action)
{
    pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
}

/* A sample is read, not the whole. */
static void
analyze(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family = pga_effect_family(action->relation, FALSE);

    run->effect->known = action->relation != NULL;
    for (guint i = 0; i < family->len; i++) {
        PgaStateRelation *relation = family->pdata[i];

        pga_effect_lock_relation(run, relation, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
        pga_effect_lock_indexes(run, relation, PGA_LOCK_ACCESS_SHARE);
    }
}

/* OpenTableList() in publicationcmds.c */
static void
publish(PgaEffectRun *run, PgQuery__Node *const *objects, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__RangeVar *range = objects[i]->node_case == CASE(PUBLICATION_OBJ_SPEC) &&
                                                 objects[i]->publication_obj_spec->pubtable
                                             ? objects[i]->publication_obj_spec->pubtable->relation
                                             : NULL;

        if (range)
            pga_effect_lock_relation(
                run, pga_state_assume(run->state, range->schemaname, range->relname),
                PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    }
}

static void
create_publication(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__CreatePublicationStmt *create = action->statement->create_publication_stmt;

    publish(run, create->pubobjects, create->n_pubobjects);
}

static void
alter_publication(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__AlterPublicationStmt *alter = action->statement->alter_publication_stmt;

    publish(run, alter->pubobjects, alter->n_pubobjects);
}

/** Each, and whether it must run outside of a transaction block. */
static const struct {
    PgQuery__Node__NodeCase node;
    gboolean outside;
    PgaEffectHandler locks; /* NULL: no relation */
} statements[] = {
    {CASE(COMMENT_STMT), FALSE, comment},
    {CASE(CREATE_SEQ_STMT), FALSE, create_sequence},
    {CASE(ALTER_SEQ_STMT), FALSE, alter_sequence},
    {CASE(CREATE_STATS_STMT), FALSE, lock_lightly},
    {CASE(ALTER_STATS_STMT), FALSE, NULL},
    {CASE(ALTER_POLICY_STMT), FALSE, lock_wholly},
    {CASE(VACUUM_STMT), FALSE, analyze},
    {CASE(CREATE_PUBLICATION_STMT), FALSE, create_publication},
    {CASE(ALTER_PUBLICATION_STMT), FALSE, alter_publication},
    {CASE(CREATE_SCHEMA_STMT), FALSE, NULL},
    {CASE(CREATE_CAST_STMT), FALSE, NULL},
    {CASE(CREATE_CONVERSION_STMT), FALSE, NULL},
    {CASE(CREATE_OP_CLASS_STMT), FALSE, NULL},
    {CASE(CREATE_OP_FAMILY_STMT), FALSE, NULL},
    {CASE(ALTER_OP_FAMILY_STMT), FALSE, NULL},
    {CASE(CREATE_TRANSFORM_STMT), FALSE, NULL},
    {CASE(CREATE_AM_STMT), FALSE, NULL},
    {CASE(CREATE_PLANG_STMT), FALSE, NULL},
    {CASE(CREATE_FDW_STMT), FALSE, NULL},
    {CASE(CREATE_FOREIGN_SERVER_STMT), FALSE, NULL},
    {CASE(CREATE_USER_MAPPING_STMT), FALSE, NULL},
    {CASE(ALTER_USER_MAPPING_STMT), FALSE, NULL},
    {CASE(DROP_USER_MAPPING_STMT), FALSE, NULL},
    {CASE(CREATE_EVENT_TRIG_STMT), FALSE, NULL},
    {CASE(ALTER_EVENT_TRIG_STMT), FALSE, NULL},
    {CASE(CREATE_ROLE_STMT), FALSE, NULL},
    {CASE(ALTER_ROLE_STMT), FALSE, NULL},
    {CASE(ALTER_ROLE_SET_STMT), FALSE, NULL},
    {CASE(DROP_ROLE_STMT), FALSE, NULL},
    {CASE(GRANT_ROLE_STMT), FALSE, NULL},
    {CASE(ALTER_DEFAULT_PRIVILEGES_STMT), FALSE, NULL},
    {CASE(ALTER_DATABASE_SET_STMT), FALSE, NULL},
    {CASE(ALTER_FUNCTION_STMT), FALSE, NULL},
    {CASE(ALTER_OWNER_STMT), FALSE, NULL},
    {CASE(ALTER_OPERATOR_STMT), FALSE, NULL},
    {CASE(ALTER_TYPE_STMT), FALSE, NULL},
    {CASE(ALTER_COLLATION_STMT), FALSE, NULL},
    {CASE(ALTER_TSDICTIONARY_STMT), FALSE, NULL},
    {CASE(ALTER_TSCONFIGURATION_STMT), FALSE, NULL},
    {CASE(DEFINE_STMT), FALSE, NULL},
    {CASE(DO_STMT), FALSE, NULL}, /* its body comes as statements */
    {CASE(VARIABLE_SHOW_STMT), FALSE, NULL},
    {CASE(CONSTRAINTS_SET_STMT), FALSE, NULL},
    {CASE(CHECK_POINT_STMT), FALSE, NULL},
    {CASE(NOTIFY_STMT), FALSE, NULL},
    {CASE(LISTEN_STMT), FALSE, NULL},
    {CASE(UNLISTEN_STMT), FALSE, NULL},
    {CASE(PREPARE_STMT), FALSE, NULL},
    {CASE(DEALLOCATE_STMT), FALSE, NULL},
    {CASE(EXPLAIN_STMT), FALSE, NULL},
    {CASE(DISCARD_STMT), FALSE, NULL},
    {CASE(LOAD_STMT), FALSE, NULL},
    {CASE(CREATEDB_STMT), TRUE, NULL},
    {CASE(DROPDB_STMT), TRUE, NULL},
    {CASE(CREATE_TABLE_SPACE_STMT), TRUE, NULL},
    {CASE(DROP_TABLE_SPACE_STMT), TRUE, NULL},
    {CASE(ALTER_SYSTEM_STMT), TRUE, NULL},
    {CASE(CREATE_SUBSCRIPTION_STMT), TRUE, NULL},
    {CASE(DROP_SUBSCRIPTION_STMT), TRUE, NULL},
};

void
pga_effect_other(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Node__NodeCase node = action->statement->node_case;

    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        if (statements[i].node != node)
            continue;
        run->effect->outside_block = run->effect->outside_block || statements[i].outside;
        if (statements[i].locks)
            statements[i].locks(run, action);
        return;
    }
    run->effect->known = FALSE;
}
