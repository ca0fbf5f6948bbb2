/* What becomes of a text of SQL: its identifiers by the map of names, its constants by the map of
 * values as their places want it. Comments are left out. Whatever cannot be read is replaced, never
 * handed on. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

#include "names_internal.h"
#include "value_internal.h"

G_BEGIN_DECLS

/** What a text is: with what around it, it is a statement. */
typedef enum {
    PGA_SQL_STATEMENTS, /* complete ones, parted by semicolons: definitions, queries */
    PGA_SQL_EXPRESSION, /* pg_get_expr() of one: a default, a predicate, a policy's condition */
    PGA_SQL_EXPRESSION_LIST, /* of several: an index's expressions */
    PGA_SQL_CONSTRAINT, /* pg_get_constraintdef(): CHECK (…), FOREIGN KEY (…) REFERENCES … */
    PGA_SQL_TYPE_DEFINITION, /* what follows the name in CREATE DOMAIN or TYPE: AS integer … */
    PGA_SQL_PARTITION_KEY,   /* pg_get_partkeydef(): RANGE (created_at) */
    PGA_SQL_PARTITION_BOUND, /* FOR VALUES FROM … of relation, which is the partition */
    PGA_SQL_TYPE,            /* format_type(), pg_get_function_result() */
    PGA_SQL_ARGUMENTS,       /* pg_get_function_arguments() */
    PGA_SQL_NAME,            /* qualified or not, quoted where SQL wants it; lists by commas */
    PGA_SQL_OPTIONS,         /* "{search_path=app,public}", "fillfactor=70": settings and values */
    PGA_SQL_ACL,             /* array text of aclitem[] */
    PGA_SQL_PROSE,           /* English that names objects: pg_describe_object(), messages */
} PgaSqlForm;

typedef struct PgaSqlMap PgaSqlMap;

/**
 * pga_sql_map_new:
 * @names, @values: borrowed
 * @snapshot: linked, with the names as they were: what is needed of it is copied
 */
PgaSqlMap *pga_sql_map_new(PgaNameMap *names, PgaValueMap *values, const PgaSnapshot *snapshot);
void pga_sql_map_free(PgaSqlMap *map);

/**
 * pga_sql_map:
 * @sql: (nullable): then NULL
 * @relation: (nullable): whose columns bare names are; only its oid is looked at, so that it may
 * have been renamed already
 *
 * Returns: (transfer full)
 */
char *pga_sql_map(PgaSqlMap *map, PgaSqlForm form, const char *sql, const PgaRelation *relation);

/* The same for a column's default or generation expression: constants of the column's type. */
char *pga_sql_map_default(PgaSqlMap *map, const char *sql, const PgaRelation *relation,
                          gint16 attnum);

/* The same for the body of a routine; of another language than sql and plpgsql nothing stays. */
char *pga_sql_map_body(PgaSqlMap *map, const char *body, const char *language);

/* How many bodies of other languages were emptied, texts could not be lexed to the end and were cut
 * there. */
guint pga_sql_map_n_emptied(const PgaSqlMap *map);
guint pga_sql_map_n_cut(const PgaSqlMap *map);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSqlMap, pga_sql_map_free)

G_END_DECLS
