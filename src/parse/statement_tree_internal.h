/* Statements' parse trees (parse/node.h). */
#pragma once
#include <glib.h>
#include <jansson.h>
#include <model/catalog.h>
#include <model/workload.h>

#include "parse/node.h"

G_BEGIN_DECLS

/** Where unqualified names are looked for. */
typedef struct {
    const PgaCatalog *catalog;
    GHashTable *by_relname; /* of char * to PgaRelation *, NULL: of several schemas */
    GPtrArray *search_path; /* of char *; "$user" as such */
} PgaNames;

PgaNames *pga_names_new(const PgaCatalog *catalog);
void pga_names_free(PgaNames *names);

/* (nullable): the relation of @nspname (nullable) and @relname for @usename (nullable). */
const PgaRelation *pga_names_relation(const PgaNames *names, const char *nspname,
                                      const char *relname, const char *usename);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaNames, pga_names_free)

/** One thing of a FROM list. */
typedef struct {
    const char *alias;           /* borrowed from the tree */
    const PgaRelation *relation; /* (nullable): a subquery, a function, a view, a CTE */
} PgaFromItem;

/** What names of columns can mean at one place; @outer: of the query around a subquery. */
typedef struct PgaScope {
    GArray *items; /* of PgaFromItem */
    const struct PgaScope *outer;
} PgaScope;

/** A column as a statement names it. */
typedef struct {
    const PgaRelation *relation; /* NULL: unknown */
    const PgaAttribute *attribute;
} PgaColumn;

/* @ref: fields of a ColumnRef. */
PgaColumn pga_scope_column(const PgaScope *scope, const json_t *ref);

/* (nullable): the item that "alias.*" is of. */
const PgaFromItem *pga_scope_item(const PgaScope *scope, const char *alias);

/* Told of each comparison of a column, plain or cast to a string, with @other. */
typedef void (*PgaTakeCompared)(gpointer self, const PgaColumn *column, const char *operator_,
                                const json_t *other);

/** The reading of one statement. */
typedef struct {
    const PgaNames *names;
    PgaWorkloadStatement *statement;
    GPtrArray *ctes;               /* of const char *: names that are no relations */
    PgaTakeCompared take_compared; /* (nullable) */
    gpointer taker;
} PgaTreeReader;

/* Adds what @condition compares to the statement's predicates. Subqueries in it are read too. */
void pga_tree_read_condition(PgaTreeReader *reader, const PgaScope *scope, const json_t *condition);

/* Reads the subqueries of any node. */
void pga_tree_read_sublinks(PgaTreeReader *reader, const PgaScope *scope, const json_t *node);

/* A query inside a statement: fields of a SelectStmt. */
void pga_tree_read_select(PgaTreeReader *reader, const PgaScope *outer, const json_t *select);

/* Tells of the comparisons in @tree, libpg_query's of one statement of @usename (nullable). */
void pga_statement_tree_compared(const PgaNames *names, const json_t *tree, const char *usename,
                                 PgaTakeCompared take_compared, gpointer taker);

/* Reads the statement's query; FALSE when it cannot be parsed. */
gboolean pga_statement_tree_read(const PgaNames *names, PgaWorkloadStatement *statement);

G_END_DECLS
