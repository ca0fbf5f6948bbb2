/* Sequences, triggers, policies, rules, functions, extensions, schemas; rows put into tables. */
#include <string.h>

#include "migration/effect.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

/* (nullable): the argument of an option that is a name or a text */
static const PgQuery__Node *
option(size_t n, PgQuery__Node **options, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (options[i]->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
            g_str_equal(options[i]->def_elem->defname, name))
            return options[i]->def_elem->arg;
    return NULL;
}

static void
disown(PgaState *state, PgaStateRelation *sequence)
{
    PgaStateRelation *owner = sequence->owner;

    for (guint i = 0; owner && i < owner->columns->len; i++) {
        PgaStateColumn *column = g_ptr_array_index(owner->columns, i);

        if (column->sequence != sequence)
            continue;
        pga_state_put(state, column->sequence, NULL);
        pga_state_put(state, column->serial, FALSE);
    }
    pga_state_put(state, sequence->owner, NULL);
}

/* OWNED BY table.column, OWNED BY NONE */
static void
set_owner(PgaState *state, PgaStateRelation *sequence, size_t n, PgQuery__Node **options)
{
    const PgQuery__Node *owner = option(n, options, "owned_by");
    const PgQuery__List *names =
        owner && owner->node_case == PG_QUERY__NODE__NODE_LIST ? owner->list : NULL;
    const char *nspname, *relname;
    PgaStateRelation *relation;
    PgaStateColumn *column;

    if (!names)
        return;
    disown(state, sequence);
    if (names->n_items < 2)
        return;
    relname = pga_state_names(names->n_items - 1, names->items, &nspname);
    relation = pga_state_relation(state, nspname, relname);
    column = relation
                 ? pga_state_column(relation, pga_state_string(names->items[names->n_items - 1]))
                 : NULL;
    if (!column)
        return;
    pga_state_put(state, sequence->owner, relation);
    pga_state_put(state, column->sequence, sequence);
    pga_state_refresh_serial(state, column);
}

static gboolean
create_sequence(PgaState *state, const PgQuery__CreateSeqStmt *statement)
{
    PgaStateRelation *sequence;
    const char *nspname;

    if (!pga_state_may_create(state, statement->sequence, statement->if_not_exists, &nspname))
        return !state->memory->refusal;
    sequence = pga_state_create_relation(state, statement->sequence, nspname, 'S');
    pga_state_relation_register(state, sequence);
    set_owner(state, sequence, statement->n_options, statement->options);
    return TRUE;
}

static gboolean
alter_sequence(PgaState *state, const PgQuery__AlterSeqStmt *statement)
{
    PgaStateRelation *sequence = pga_state_need(state, statement->sequence, statement->missing_ok);

    if (!sequence)
        return !state->memory->refusal;
    if (sequence->assumed)
        pga_state_put(state, sequence->kind, 'S');
    set_owner(state, sequence, statement->n_options, statement->options);
    return TRUE;
}

static gboolean
has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return TRUE;
    return FALSE;
}

static gboolean
create_trigger(PgaState *state, const PgQuery__CreateTrigStmt *statement)
{
    PgaStateRelation *relation = pga_state_need(state, statement->relation, FALSE);

    if (!relation)
        return !state->memory->refusal;
    if (!statement->replace && has_name(relation->triggers, statement->trigname))
        return pga_state_refuse(state, "trigger \"%s\" for relation \"%s\" already exists",
                                statement->trigname, relation->relname);
    if (!has_name(relation->triggers, statement->trigname))
        pga_state_array_add(state, relation->triggers, pga_state_keep(state, statement->trigname));
    return TRUE;
}

static gboolean
create_policy(PgaState *state, const PgQuery__CreatePolicyStmt *statement)
{
    PgaStateRelation *relation = pga_state_need(state, statement->table, FALSE);

    if (!relation)
        return !state->memory->refusal;
    if (has_name(relation->policies, statement->policy_name))
        return pga_state_refuse(state, "policy \"%s\" for table \"%s\" already exists",
                                statement->policy_name, relation->relname);
    pga_state_array_add(state, relation->policies, pga_state_keep(state, statement->policy_name));
    return TRUE;
}

static gboolean
create_rule(PgaState *state, const PgQuery__RuleStmt *statement)
{
    PgaStateRelation *relation = pga_state_need(state, statement->relation, FALSE);

    if (!relation)
        return !state->memory->refusal;
    if (!has_name(relation->rules, statement->rulename))
        pga_state_array_add(state, relation->rules, pga_state_keep(state, statement->rulename));
    return TRUE;
}

static void
set_volatility(PgaState *state, size_t n_names, PgQuery__Node **names, size_t n,
               PgQuery__Node **options)
{
    const char *word = pga_state_string(option(n, options, "volatility"));
    const char *letter = g_str_equal(word, "immutable") ? "i"
                         : g_str_equal(word, "stable")  ? "s"
                                                        : "v";
    char *name = pga_state_keep(state, pga_state_names(n_names, names, NULL));

    if (name)
        pga_state_hash_put(state, state->functions, name, (gpointer)letter);
}

/* As calls of it are judged: pga_expression_is_volatile(). */
static gboolean
create_function(PgaState *state, const PgQuery__CreateFunctionStmt *statement)
{
    static const char *const letters[] = {"i", "s", "v"};
    const char volatility = pga_function_volatility(state, statement);
    char *name =
        pga_state_keep(state, pga_state_names(statement->n_funcname, statement->funcname, NULL));

    for (guint i = 0; name && i < G_N_ELEMENTS(letters); i++)
        if (*letters[i] == volatility)
            pga_state_hash_put(state, state->functions, name, (gpointer)letters[i]);
    return TRUE;
}

/* CREATE STATISTICS name ON … FROM table */
static gboolean
create_statistics(PgaState *state, const PgQuery__CreateStatsStmt *statement)
{
    const char *name = pga_state_names(statement->n_defnames, statement->defnames, NULL);
    const PgQuery__Node *node = statement->n_relations ? statement->relations[0] : NULL;
    PgaStateRelation *relation = node && node->node_case == PG_QUERY__NODE__NODE_RANGE_VAR
                                     ? pga_state_need(state, node->range_var, FALSE)
                                     : NULL;

    if (relation && *name)
        pga_state_hash_put(state, state->statistics, pga_state_keep(state, name), relation);
    return !state->memory->refusal;
}

static gboolean
alter_function(PgaState *state, const PgQuery__AlterFunctionStmt *statement)
{
    if (statement->func && option(statement->n_actions, statement->actions, "volatility"))
        set_volatility(state, statement->func->n_objname, statement->func->objname,
                       statement->n_actions, statement->actions);
    return TRUE;
}

/** Extensions that bring no relations: what is not known after others is not known. */
static const char *const without_relations[] = {
    "btree_gin", "btree_gist", "citext",    "cube",        "earthdistance", "fuzzystrmatch",
    "hstore",    "intarray",   "isn",       "ltree",       "pg_trgm",       "pgcrypto",
    "plpgsql",   "seg",        "tablefunc", "unaccent",    "uuid-ossp",     "vector",
    "xml2",      "dict_int",   "lo",        "pgstattuple", "pgrowlocks",    "tsm_system_rows",
};

static gboolean
create_extension(PgaState *state, const PgQuery__CreateExtensionStmt *statement)
{
    char *name = pga_state_keep(state, statement->extname);
    gboolean plain = FALSE;

    if (!name)
        return TRUE;
    if (g_hash_table_contains(state->extensions, name))
        return statement->if_not_exists ||
               pga_state_refuse(state, "extension \"%s\" already exists", name);
    pga_state_hash_put(state, state->extensions, name, name);
    for (guint i = 0; !plain && i < G_N_ELEMENTS(without_relations); i++)
        plain = g_str_equal(without_relations[i], name);
    if (!plain && state->complete)
        pga_state_put(state, state->complete, FALSE);
    return TRUE;
}

static char *
schema_name(PgaState *state, const PgQuery__CreateSchemaStmt *statement)
{
    if (*statement->schemaname)
        return pga_state_keep(state, statement->schemaname);
    return statement->authrole ? pga_state_keep(state, statement->authrole->rolename) : NULL;
}

/* CREATE SCHEMA s CREATE TABLE t …: what it brings is created in it. */
static gboolean
schema_elements(PgaState *state, const PgQuery__CreateSchemaStmt *statement, char *name)
{
    gboolean done = TRUE;

    if (statement->n_schema_elts > 0)
        g_ptr_array_insert(state->search_path, 0, name);
    for (size_t i = 0; done && i < statement->n_schema_elts; i++)
        done = pga_state_apply_tree(state, statement->schema_elts[i]);
    if (statement->n_schema_elts > 0)
        g_ptr_array_remove_index(state->search_path, 0);
    return done;
}

static gboolean
create_schema(PgaState *state, const PgQuery__CreateSchemaStmt *statement)
{
    char *name = schema_name(state, statement);

    if (!name)
        return TRUE;
    if (g_hash_table_contains(state->schemas, name))
        return statement->if_not_exists || !state->complete ||
               pga_state_refuse(state, "schema \"%s\" already exists", name);
    pga_state_hash_put(state, state->schemas, name, name);
    return schema_elements(state, statement, name);
}

/* Rows of it may be anybody's from now on. */
static gboolean
fill(PgaState *state, const PgQuery__RangeVar *range)
{
    PgaStateRelation *relation = range ? pga_state_need(state, range, FALSE) : NULL;

    if (relation && !relation->filled)
        pga_state_put(state, relation->filled, TRUE);
    return !state->memory->refusal;
}

static gboolean
apply_definition(PgaState *state, const PgQuery__Node *tree, gboolean *known)
{
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
        return create_sequence(state, tree->create_seq_stmt);
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT:
        return alter_sequence(state, tree->alter_seq_stmt);
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        return create_trigger(state, tree->create_trig_stmt);
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
        return create_policy(state, tree->create_policy_stmt);
    case PG_QUERY__NODE__NODE_RULE_STMT:
        return create_rule(state, tree->rule_stmt);
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
        return create_extension(state, tree->create_extension_stmt);
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
        return create_schema(state, tree->create_schema_stmt);
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
        return alter_function(state, tree->alter_function_stmt);
    default:
        *known = FALSE;
        return TRUE;
    }
}

gboolean
pga_state_apply_object(PgaState *state, const PgQuery__Node *tree, gboolean *known)
{
    *known = TRUE;
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
        return create_function(state, tree->create_function_stmt);
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT:
        return create_statistics(state, tree->create_stats_stmt);
    case PG_QUERY__NODE__NODE_INSERT_STMT:
        return fill(state, tree->insert_stmt->relation);
    case PG_QUERY__NODE__NODE_MERGE_STMT:
        return fill(state, tree->merge_stmt->relation);
    case PG_QUERY__NODE__NODE_COPY_STMT:
        return !tree->copy_stmt->is_from || fill(state, tree->copy_stmt->relation);
    case PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT:
        if (state->complete)
            pga_state_put(state, state->complete, FALSE);
        return TRUE;
    default:
        return apply_definition(state, tree, known);
    }
}

/* NOLINTEND(misc-no-recursion) */
