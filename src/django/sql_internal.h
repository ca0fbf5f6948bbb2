/* Statements being made of chains, as Django's compiler makes them. */
#pragma once
#include <django/query.h>

#include "links_internal.h"
#include "queryset_internal.h"

G_BEGIN_DECLS

#define PGA_DJANGO_MAX_LEVEL 6   /* of subqueries */
#define PGA_DJANGO_MAX_JOINS 100 /* of one query */

/** One statement. */
typedef struct {
    const PgaDjangoProject *project;
    guint n_parameters;
    gboolean use_tz;
    char *why;         /* (nullable): what is left out */
    gboolean is_other; /* a name is no field: a manager makes another query of it */
} SqlRun;

/** One table of a query; the first is its model's. */
typedef struct {
    char *alias; /* as written in SQL: with quotes when it is the table's own name */
    const char *table;
    guint parent;         /* place in joins */
    char *left, *right;   /* columns: parent's and its own */
    char *extra;          /* (nullable): more of its ON */
    gboolean is_direct;   /* along a foreign key: at most one row */
    gboolean is_many;     /* one row may become many */
    gboolean is_nullable; /* there may be none */
    gboolean is_left;     /* LEFT OUTER JOIN */
    gboolean is_reusable; /* by the filter() that made it */
    guint n_refs;
} SqlJoin;

/** A condition: a leaf, or others joined. */
typedef struct SqlNode SqlNode;
struct SqlNode {
    char *leaf; /* (nullable) */
    gboolean is_or, is_negated, has_aggregate;
    GPtrArray *children; /* (nullable): of SqlNode * */
};

typedef struct SqlQuery SqlQuery;
struct SqlQuery {
    SqlRun *run;
    SqlQuery *outer; /* (nullable) */
    guint level;
    const PgaDjangoQuerySet *queryset; /* (nullable) */
    const PgaDjangoModel *model;
    GPtrArray *joins; /* of SqlJoin * */
    SqlNode *where;
    GPtrArray *annotations; /* of SqlAnnotation * */
    GPtrArray *qualify;     /* of char *: conditions on what windows compute */
    GPtrArray *order;       /* of char *: texts with direction */
    GPtrArray *order_parts; /* of char *: without */
    gboolean is_grouped;    /* an annotation is an aggregate */
};

typedef struct {
    char *name, *sql;
    char *type; /* (nullable) */
    gboolean is_aggregate;
    gboolean is_subquery; /* PostgreSQL need not group by it */
    gboolean is_window;
} SqlAnnotation;

/** An expression with what is known of its type. */
typedef struct {
    char *sql;                   /* (nullable): cannot be told */
    char *type;                  /* (nullable): PostgreSQL's */
    const PgaDjangoField *field; /* (nullable): a plain column of it */
    gboolean is_aggregate, is_nullable;
    gboolean is_json_key, is_window;
    guint alias; /* of a plain column */
} SqlTerm;

void pga_sql_term_clear(SqlTerm *term);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SqlTerm, pga_sql_term_clear)

void pga_sql_leave_out(SqlRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* --- joins --- */

SqlQuery *pga_sql_query_new(SqlRun *run, SqlQuery *outer, const PgaDjangoModel *model,
                            const PgaDjangoQuerySet *queryset);
void pga_sql_query_free(SqlQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlQuery, pga_sql_query_free)
SqlJoin *pga_sql_join(const SqlQuery *query, guint place);

/** Where a path has led: joins that it took and its column. */
typedef struct {
    GArray *joins; /* of guint: from the model's table on, before any was trimmed */
    guint alias;
    char *column;
    guint n_many; /* place in joins of the first that may bring many rows; 0: none */
} SqlRoute;

void pga_sql_route_clear(SqlRoute *route);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SqlRoute, pga_sql_route_clear)

/* Joins of all hops of a path from @alias; @own_many: those of many rows are taken again only when
 * this filter() made them. FALSE: a table or column is not known. */
gboolean pga_sql_route(SqlQuery *query, guint alias, const PgaDjangoPath *path, gboolean own_many,
                       SqlRoute *route);
/* Whether a path goes over a relation of many rows: hops before that one are @n_before. */
gboolean pga_sql_path_is_many(const PgaDjangoPath *path, guint *n_before);
/* One more join, of a hop from @from: its place. */
guint pga_sql_join_hop(SqlQuery *query, guint alias, const PgaDjangoModel *from,
                       const PgaDjangoHop *hop);
/** What links rows to one of the hop's beginning. */
typedef struct {
    char *table;
    char *own;   /* its column for the row that one comes from */
    char *other; /* (nullable): its column for the rows at the end; NULL: it has these rows */
} SqlLink;

void pga_sql_link_clear(SqlLink *link);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SqlLink, pga_sql_link_clear)
/* Of a many-to-many, and of a key gone backwards. FALSE: a table or column is not known. */
gboolean pga_sql_link(const PgaDjangoModel *from, const PgaDjangoHop *hop, SqlLink *link);
/* Leaves out joins at the end whose key is in the table before. */
void pga_sql_trim(SqlQuery *query, SqlRoute *route);
void pga_sql_promote(SqlQuery *query, const GArray *aliases);
void pga_sql_demote(SqlQuery *query, const GArray *aliases);
/* FROM with all joins that are used. */
void pga_sql_append_from(GString *sql, const SqlQuery *query);
guint pga_sql_n_tables(const SqlQuery *query);
/* "\"shop_order\".\"id\"" (transfer full) */
char *pga_sql_column(const SqlQuery *query, guint alias, const char *column);

/* --- values and types --- */

/* (transfer full) (nullable): "integer", "varchar" … of what a field holds. */
char *pga_sql_field_type(const PgaDjangoModel *model, const PgaDjangoField *field);
/* (transfer full): a constant as SQL, else the next parameter, cast. */
char *pga_sql_value(SqlRun *run, const PgaPyValue *value, const char *type);
char *pga_sql_parameter(SqlRun *run, const char *type);
char *pga_sql_quoted(const char *text);      /* 'text' */
char *pga_sql_json(const PgaPyValue *value); /* (nullable): JSON of a constant */

/* --- expressions --- */

/* An expression of annotate(), F() …; strings are names of fields if @names. */
void pga_sql_expression(SqlQuery *query, const PgaPyValue *value, gboolean names, SqlTerm *out);
/* The column, transforms applied, of a path from the query's table. */
void pga_sql_path_term(SqlQuery *query, const PgaDjangoPath *path, SqlTerm *out);
void pga_sql_transform(SqlQuery *query, const PgaDjangoPath *path, gboolean as_text, SqlTerm *term);
const SqlAnnotation *pga_sql_annotation(const SqlQuery *query, const char *name);
void pga_sql_add_annotations(SqlQuery *query, const GPtrArray *annotations);

/* Window(RowNumber(), partition_by=…) */
void pga_sql_window(SqlQuery *query, const PgaPyValue *call, SqlTerm *out);
/* Whether the condition is one on a window's result, which the rows are asked for only then. */
gboolean pga_sql_take_qualify(SqlQuery *query, const PgaDjangoCondition *condition);
/* The SELECT around @text (transfer full) that asks so. (transfer full) */
char *pga_sql_qualified(const SqlQuery *query, char *text);
/* Text of the code's own, its %s as parameters: (transfer full) (nullable): several statements. */
char *pga_sql_raw(SqlRun *run, const char *text);

/* --- conditions --- */

SqlNode *pga_sql_node_new(gboolean is_or, gboolean is_negated);
SqlNode *pga_sql_leaf(char *text, gboolean has_aggregate);
void pga_sql_node_free(SqlNode *node);
void pga_sql_node_add(SqlNode *node, SqlNode *child, gboolean is_or);
/* (transfer full) (nullable): NULL: nothing in it. */
char *pga_sql_node_text(const SqlNode *node);
/* One filter(), exclude(), Q of a When. */
void pga_sql_add_condition(SqlQuery *query, const PgaDjangoCondition *condition);
/* (transfer full) (nullable): a condition as text that is no part of WHERE. */
char *pga_sql_condition_text(SqlQuery *query, const PgaDjangoCondition *condition);
/* (transfer full) (nullable): "a = 1"; NULL: cannot be told. */
char *pga_sql_lookup(SqlQuery *query, const PgaDjangoLookup *lookup, SqlTerm *term);
/* year=2024: a range instead of a transform. */
gboolean pga_sql_is_year(const PgaDjangoLookup *lookup);
/* In @node all that has an aggregate is taken out and returned. (nullable) */
SqlNode *pga_sql_take_having(SqlNode *node);

/* sql_join.c: the column of the primary key; "id" where it is not told. Borrowed. */
const char *pga_sql_key_column(const PgaDjangoModel *model);

/* --- whole statements --- */

/* obj.tags.add(…), set(), remove(), clear(): what of it is an INSERT (@act CREATE) or a DELETE; of
 * rows that hold the key itself, an UPDATE. (transfer full) (nullable): nothing, or not known. */
char *pga_sql_related_write(SqlRun *run, const PgaDjangoEvent *event, PgaDjangoAct act);
/* " ON CONFLICT …" of bulk_create(): (transfer full). */
char *pga_sql_conflict(SqlRun *run, const PgaDjangoModel *model, const PgaPyValue *call);

typedef enum {
    SQL_ROWS,
    SQL_EXISTS,
    SQL_IN, /* one column: of __in */
    SQL_COUNT,
} SqlPurpose;

/* (transfer full) (nullable): a SELECT. @limit: of get(), -1 none. */
char *pga_sql_select(SqlRun *run, SqlQuery *outer, const PgaDjangoQuerySet *queryset,
                     SqlPurpose purpose, gint64 limit);
/* A query with its conditions, annotations. (transfer full) */
SqlQuery *pga_sql_build(SqlRun *run, SqlQuery *outer, const PgaDjangoQuerySet *queryset);
void pga_sql_add_order(SqlQuery *query);
void pga_sql_append_where(GString *sql, SqlQuery *query, GString *having);
/* Columns of a model from @alias, parents' first: to @columns (of char *). */
void pga_sql_model_columns(SqlQuery *query, const PgaDjangoModel *model, guint alias,
                           const GPtrArray *only, const GPtrArray *deferred, GPtrArray *columns);
void pga_sql_related_columns(SqlQuery *query, GPtrArray *columns);

G_END_DECLS
