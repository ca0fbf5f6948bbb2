/* Going through a statement's tree, with what names mean at each place. */
#pragma once
#include <parse/node.h>

#include "sql_map_internal.h"

G_BEGIN_DECLS

/** One thing of a FROM list. */
typedef struct {
    const char *alias;         /* (nullable), borrowed from the tree */
    const SqlColumns *columns; /* (nullable): nobody knows which */
} SqlItem;

/** What names of columns can mean; @outer: around a subquery. */
typedef struct SqlScope {
    GArray *items; /* of SqlItem */
    const struct SqlScope *outer;
} SqlScope;

/** The going through one text. */
typedef struct {
    PgaSqlMap *map;
    SqlText *text;      /* (nullable): nothing is replaced: a view's columns are looked for */
    guint offset;       /* of the text in what was parsed */
    GPtrArray *names;   /* of const char *: of CTEs */
    GPtrArray *outputs; /* of const SqlColumns *: of the CTE at the same place */
    GPtrArray *made;    /* of SqlColumns *: everything that was made on the way */
    const SqlRelation *relation;  /* (nullable): whose columns bare names are */
    const SqlColumns *parameters; /* (nullable): $1 and so on */
} SqlWalk;

/* @want (nullable): the type that a constant here is compared with or becomes. */
void pga_sql_walk(SqlWalk *walk, const SqlScope *scope, const json_t *node,
                  const PgaValueType *want);
void pga_sql_walk_each(SqlWalk *walk, const SqlScope *scope, const json_t *list,
                       const PgaValueType *want);

/* sql_scope.c */

/* Fields of a SelectStmt; returns its columns. */
const SqlColumns *pga_sql_query(SqlWalk *walk, const SqlScope *outer, const json_t *select);
/* INSERT, UPDATE, DELETE, MERGE. */
const SqlColumns *pga_sql_change(SqlWalk *walk, const SqlScope *outer, const json_t *fields);

void pga_sql_scope_init(SqlScope *scope, const SqlScope *outer);
void pga_sql_scope_clear(SqlScope *scope);
void pga_sql_scope_add(SqlScope *scope, const char *alias, const SqlColumns *columns);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SqlScope, pga_sql_scope_clear)

/* Adds the relation of a RangeVar's fields; (nullable): its columns. */
const SqlColumns *pga_sql_scope_relation(SqlWalk *walk, SqlScope *scope, const json_t *range);
/* (nullable): columns of a relation, a view's from its definition. */
const SqlColumns *pga_sql_relation_columns(SqlWalk *walk, SqlRelation *relation);
/* (nullable): @ref: fields of a ColumnRef. */
const PgaValueType *pga_sql_scope_column(const SqlWalk *walk, const SqlScope *scope,
                                         const json_t *ref);

/* sql_type.c */

/* (nullable): the type of values of columns that @node has; NULL: it is none, or only constants. */
const PgaValueType *pga_sql_classify(const SqlWalk *walk, const SqlScope *scope,
                                     const json_t *node);
/* Of a TypeName's fields; *name (out) (optional) (transfer full): its bare name: "int4". */
const PgaValueType *pga_sql_type(const SqlWalk *walk, const json_t *type, char **name);
/* Whether it holds no columns, parameters or subqueries. */
gboolean pga_sql_is_constant(const json_t *node);
const char *pga_sql_last_name(const json_t *names);

/* sql_compare.c: fields of an A_Expr. */
void pga_sql_compare(SqlWalk *walk, const SqlScope *scope, const json_t *expression);
/* What is compared with values of @want. */
void pga_sql_operand(SqlWalk *walk, const SqlScope *scope, const json_t *node,
                     const PgaValueType *want);

/* sql_shift.c: puts the shift of @want's values beside an expression of constants. */
void pga_sql_shift(SqlWalk *walk, const json_t *node, const PgaValueType *want);

/* sql_months.c: a date with an interval of months added to it; FALSE when it is none. */
gboolean pga_sql_shift_months(SqlWalk *walk, const json_t *node);

/* sql_call.c: fields of a FuncCall. */
void pga_sql_call(SqlWalk *walk, const SqlScope *scope, const json_t *call);

/* sql_statement.c: everything that is not a query. TRUE when it was one of those. */
gboolean pga_sql_statement(SqlWalk *walk, const SqlScope *scope, const char *kind,
                           const json_t *fields);

/* Replaces the constant at a node's location: fields of an A_Const. */
void pga_sql_constant(SqlWalk *walk, const json_t *constant, const PgaValueType *want);
void pga_sql_constant_as(SqlWalk *walk, const json_t *constant, SqlStringUse use);

/* sql_bound.c */

/* (nullable): the columns of the partition key of @parent_range's fields of a RangeVar, or of the
 * parent of the relation that the text is of. */
const SqlColumns *pga_sql_key(SqlWalk *walk, const json_t *parent_range);
/* One value of a bound. */
void pga_sql_bound(SqlWalk *walk, const json_t *node, const SqlColumns *key, guint column,
                   gboolean is_range);

/* The token of a node; FALSE where there is none, or it was replaced already. */
gboolean pga_sql_token_of(const SqlWalk *walk, const json_t *fields, guint *i);

G_END_DECLS
