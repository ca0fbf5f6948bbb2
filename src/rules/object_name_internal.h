/* Names for relations and constraints that a fix makes. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

/* (transfer full): the names of all relations, indexes and sequences, for
 * pga_object_name_choose(). */
GHashTable *pga_object_names_new(const PgaCatalog *catalog);

/* (transfer full): "@name1_@name2_@label" (@name2 may be NULL: "@name1_@label"), both names cut
 * alike so that it fits into 63 bytes. Source: makeObjectName() in PostgreSQL 18
 * src/backend/commands/indexcmds.c */
char *pga_object_name_make(const char *name1, const char *name2, const char *label);

/* (transfer full): the same, numbered where @names has it already in @nspname; joins @names. */
char *pga_object_name_choose(GHashTable *names, const char *nspname, const char *name1,
                             const char *name2, const char *label);

/* (transfer full): the names of @attnums joined by "_", "expr" for an expression, as PostgreSQL
 * puts them into an index's name. */
char *pga_object_name_columns(const PgaRelation *relation, const GArray *attnums);

G_END_DECLS
