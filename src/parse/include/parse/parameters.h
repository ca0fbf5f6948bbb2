/* The parameters of a statement: what each is compared with, and values put in their places. */
#pragma once
#include <glib.h>
#include <model/catalog.h>

G_BEGIN_DECLS

typedef enum {
    PGA_PARAMETER_COMPARED, /* with a column: by itself, cast, one of a list, or as a date in an
                               expression */
    PGA_PARAMETER_DELTA,    /* added to, or taken from, what is compared */
    PGA_PARAMETER_INTERVAL,
    PGA_PARAMETER_LIMIT,
    PGA_PARAMETER_OFFSET,
} PgaParameterKind;

typedef struct {
    guint number; /* of $n */
    PgaParameterKind kind;
    const PgaRelation *relation;   /* of COMPARED: of the Catalog */
    const PgaAttribute *attribute; /* the same */
    const char *operator_; /* of COMPARED: "=", ">=", "= ANY", "BETWEEN", "LIKE" …; static */
    guint item;            /* of a list or BETWEEN: which one, from 0 */
} PgaParameterUse;

/* (transfer full) (nullable): of PgaParameterUse: of those parameters of @sql, one statement, whose
 * use is known; NULL: it is no SQL. @catalog: finished. */
GArray *pga_parameter_uses(const char *sql, const PgaCatalog *catalog);

/* (transfer full): @sql with SQL in the places of its parameters; @values: of char * (nullable), $1
 * first. What has no value keeps its place, numbered anew. */
char *pga_parameters_put(const char *sql, const GPtrArray *values);

/* Whether @sql is exactly one statement that PostgreSQL's grammar (libpg_query's version) knows and
 * that can be planned; *command (out) (optional): s SELECT, i INSERT, u UPDATE, d DELETE, m MERGE,
 * x other. PGA_ERROR_INPUT. */
gboolean pga_query_check(const char *sql, char *command, GError **error);

G_END_DECLS
