/* What the snapshot says of columns, kept from before its names were changed. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

#include "value_internal.h"

G_BEGIN_DECLS

/** Columns in their order. */
typedef struct {
    GPtrArray *names; /* of char * */
    GPtrArray *types; /* of const PgaValueType *; NULL: no value of a column */
    GArray *numbers;  /* of gint16: a table's attnums */
    gboolean open;    /* there may be others */
} SqlColumns;

SqlColumns *pga_sql_columns_new(void);
void pga_sql_columns_free(SqlColumns *columns);
void pga_sql_columns_add(SqlColumns *columns, const char *name, const PgaValueType *type);
/* (nullable) */
const PgaValueType *pga_sql_columns_numbered(const SqlColumns *columns, gint16 attnum);
gboolean pga_sql_columns_find(const SqlColumns *columns, const char *name,
                              const PgaValueType **type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlColumns, pga_sql_columns_free)

/** A table, or a view. */
typedef struct {
    PgaOid oid, parent;
    char *nspname;
    char *partkey;       /* (nullable) */
    char *partbound;     /* (nullable) */
    GHashTable *bounds;  /* (nullable): of its partitions: char * to char *: texts in order */
    char *definition;    /* (nullable): a view's */
    gboolean being_read; /* a view whose definition is being looked into */
    SqlColumns *columns; /* (nullable): of a view that nobody looked into */
} SqlRelation;

typedef struct {
    PgaValueMap *values;
    GHashTable *by_oid;     /* to SqlRelation *, borrowed */
    GHashTable *by_relname; /* of char * to GPtrArray * of SqlRelation * */
    GHashTable *by_column;  /* of char * to const PgaValueType *; NULL: columns of several kinds */
    GHashTable *routines;   /* of char * to char *: a function's result */
    GHashTable *measured;   /* of char *: functions of which there are statistics */
    GPtrArray *search_path; /* of char * */
} SqlCatalog;

SqlCatalog *pga_sql_catalog_new(PgaValueMap *values, const PgaSnapshot *snapshot);
void pga_sql_catalog_free(SqlCatalog *catalog);

/* (nullable) */
SqlRelation *pga_sql_catalog_relation(const SqlCatalog *catalog, PgaOid oid);
/* (nullable): @nspname (nullable): by the search path, or the only one of the name. */
SqlRelation *pga_sql_catalog_named(const SqlCatalog *catalog, const char *nspname,
                                   const char *relname);

/* The type of all columns of the name; NULL where there are none, or of several kinds. */
const PgaValueType *pga_sql_catalog_column(const SqlCatalog *catalog, const char *attname);

/* The type that a name of one means: "int4", "public.status", "text[]". */
const PgaValueType *pga_sql_catalog_type(const SqlCatalog *catalog, const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlCatalog, pga_sql_catalog_free)

G_END_DECLS
