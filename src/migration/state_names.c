/* Names that the server chooses: src/backend/commands/indexcmds.c (makeObjectName,
 * ChooseRelationName, ChooseIndexNameAddition), catalog/pg_constraint.c (ChooseConstraintName) and
 * parser/parse_target.c (FigureColnameInternal). */
#include <string.h>

#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

/* Bytes of @name, at most @limit, without cutting a character. */
static gsize
clip(const char *name, gsize limit)
{
    gsize length = strlen(name);

    if (length <= limit)
        return length;
    length = limit;
    while (length > 0 && ((guchar)name[length] & 0xC0) == 0x80)
        length--;
    return length;
}

char *
pga_state_truncated(const char *name)
{
    return g_strndup(name, clip(name, PGA_NAME_MAX));
}

char *
pga_state_object_name(const char *name1, const char *name2, const char *label)
{
    gsize length1 = strlen(name1);
    gsize length2 = name2 ? strlen(name2) : 0;
    gsize overhead = (name2 ? 1 : 0) + (label ? strlen(label) + 1 : 0);
    gsize available = PGA_NAME_MAX - overhead;

    while (length1 + length2 > available) {
        if (length1 > length2)
            length1--;
        else
            length2--;
    }
    return g_strdup_printf("%.*s%s%.*s%s%s", (int)clip(name1, length1), name1, name2 ? "_" : "",
                           name2 ? (int)clip(name2, length2) : 0, name2 ? name2 : "",
                           label ? "_" : "", label ? label : "");
}

gboolean
pga_state_name_taken(const PgaState *state, const char *nspname, const char *name)
{
    g_autofree char *key = pga_state_key_text(nspname, name);
    const PgaStateRelation *relation = g_hash_table_lookup(state->relations, key);

    return (relation && !relation->assumed) || g_hash_table_contains(state->indexes, key);
}

static gboolean
constraint_taken(const PgaState *state, const char *nspname, const char *name)
{
    g_autofree char *key = pga_state_key_text(nspname, name);

    return g_hash_table_contains(state->memory->constraint_names, key);
}

/* label, label1, label2, …, until @taken says no */
static char *
choose(const PgaState *state, const char *name1, const char *name2, const char *label,
       gboolean (*taken)(const PgaState *, const char *, const char *), const char *nspname)
{
    for (guint pass = 0;; pass++) {
        g_autofree char *numbered = pass ? g_strdup_printf("%s%u", label, pass) : g_strdup(label);
        g_autofree char *name = pga_state_object_name(name1, name2, numbered);

        if (!taken(state, nspname, name))
            return g_steal_pointer(&name);
    }
}

static gboolean
relation_or_constraint_taken(const PgaState *state, const char *nspname, const char *name)
{
    return pga_state_name_taken(state, nspname, name) || constraint_taken(state, nspname, name);
}

char *
pga_state_choose_relation_name(const PgaState *state, const char *name1, const char *name2,
                               const char *label, const char *nspname, gboolean constraint)
{
    return choose(state, name1, name2, label,
                  constraint ? relation_or_constraint_taken : pga_state_name_taken, nspname);
}

char *
pga_state_choose_constraint_name(const PgaState *state, const char *name1, const char *name2,
                                 const char *label, const char *nspname)
{
    return choose(state, name1, name2, label, constraint_taken, nspname);
}

char *
pga_state_name_addition(const GPtrArray *columns)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < columns->len && text->len <= PGA_NAME_MAX; i++) {
        if (i > 0)
            g_string_append_c(text, '_');
        g_string_append(text, g_ptr_array_index(columns, i));
    }
    return g_string_free(text, FALSE);
}

const char *
pga_state_string(const PgQuery__Node *node)
{
    return node && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : "";
}

const char *
pga_state_names(size_t n, PgQuery__Node **names, const char **nspname)
{
    if (nspname)
        *nspname = n > 1 ? pga_state_string(names[n - 2]) : "";
    return n > 0 ? pga_state_string(names[n - 1]) : "";
}

static const char *const value_function_names[] = {
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE] = "current_date",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME] = "current_time",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME_N] = "current_time",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP] = "current_timestamp",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP_N] = "current_timestamp",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME] = "localtime",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME_N] = "localtime",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP] = "localtimestamp",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N] = "localtimestamp",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_ROLE] = "current_role",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_USER] = "current_user",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_USER] = "user",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_SESSION_USER] = "session_user",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_CATALOG] = "current_catalog",
    [PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_SCHEMA] = "current_schema",
};

/* How good a name is: 1 only for want of a better one, 2 good. */
static guint figure(const PgQuery__Node *node, const char **name);

static guint
good(const char **name, const char *text)
{
    if (!text || !*text)
        return 0;
    *name = text;
    return 2;
}

/* Of the last string in a list of fields. */
static guint
figure_field(size_t n, PgQuery__Node **fields, const char **name)
{
    while (n > 0) {
        if (fields[--n]->node_case == PG_QUERY__NODE__NODE_STRING)
            return good(name, fields[n]->string->sval);
    }
    return 0;
}

static guint
figure_cast(const PgQuery__TypeCast *cast, const char **name)
{
    guint strength = figure(cast->arg, name);

    if (strength > 1 || !cast->type_name || cast->type_name->n_names == 0)
        return strength;
    *name = pga_state_names(cast->type_name->n_names, cast->type_name->names, NULL);
    return 1;
}

static guint
figure_case(const PgQuery__CaseExpr *expression, const char **name)
{
    guint strength = figure(expression->defresult, name);

    if (strength > 1)
        return strength;
    *name = "case";
    return 1;
}

static guint
figure_sublink(const PgQuery__SubLink *link, const char **name)
{
    const PgQuery__SelectStmt *select;

    if (link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK)
        return good(name, "exists");
    if (link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK)
        return good(name, "array");
    if (link->sub_link_type != PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK || !link->subselect ||
        link->subselect->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
        return 0;
    select = link->subselect->select_stmt;
    if (select->n_target_list == 0 ||
        select->target_list[0]->node_case != PG_QUERY__NODE__NODE_RES_TARGET)
        return 0;
    if (*select->target_list[0]->res_target->name)
        return good(name, select->target_list[0]->res_target->name);
    return figure(select->target_list[0]->res_target->val, name);
}

static guint
figure_value_function(const PgQuery__SQLValueFunction *function, const char **name)
{
    return (guint)function->op < G_N_ELEMENTS(value_function_names)
               ? good(name, value_function_names[function->op])
               : 0;
}

static guint
figure_indirection(const PgQuery__AIndirection *indirection, const char **name)
{
    guint strength = figure_field(indirection->n_indirection, indirection->indirection, name);

    return strength ? strength : figure(indirection->arg, name);
}

/* Expressions with a keyword of their own. */
static guint
figure_keyword(const PgQuery__Node *node, const char **name)
{
    switch ((int)node->node_case) {
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
        return good(name, "coalesce");
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
        return good(name, node->min_max_expr->op == PG_QUERY__MIN_MAX_OP__IS_LEAST ? "least"
                                                                                   : "greatest");
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
        return good(name, "array");
    case PG_QUERY__NODE__NODE_ROW_EXPR:
        return good(name, "row");
    case PG_QUERY__NODE__NODE_GROUPING_FUNC:
        return good(name, "grouping");
    case PG_QUERY__NODE__NODE_XML_SERIALIZE:
        return good(name, "xmlserialize");
    case PG_QUERY__NODE__NODE_A_EXPR:
        return node->a_expr->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF ? good(name, "nullif")
                                                                           : 0;
    default:
        return 0;
    }
}

static guint
figure(const PgQuery__Node *node, const char **name)
{
    if (!node)
        return 0;
    switch ((int)node->node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_REF:
        return figure_field(node->column_ref->n_fields, node->column_ref->fields, name);
    case PG_QUERY__NODE__NODE_A_INDIRECTION:
        return figure_indirection(node->a_indirection, name);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
        return good(name,
                    pga_state_names(node->func_call->n_funcname, node->func_call->funcname, NULL));
    case PG_QUERY__NODE__NODE_TYPE_CAST:
        return figure_cast(node->type_cast, name);
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
        return figure(node->collate_clause->arg, name);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
        return figure_case(node->case_expr, name);
    case PG_QUERY__NODE__NODE_SUB_LINK:
        return figure_sublink(node->sub_link, name);
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
        return figure_value_function(node->sqlvalue_function, name);
    default:
        return figure_keyword(node, name);
    }
}

char *
pga_state_figure_name(const PgQuery__Node *expression)
{
    const char *name = NULL;

    return figure(expression, &name) ? g_strdup(name) : NULL;
}

/* NOLINTEND(misc-no-recursion) */
