/* How a source's catalog becomes a state. */
#pragma once
#include "parser_internal.h"
#include "state_internal.h"

G_BEGIN_DECLS

/** One load: what oids became. */
typedef struct {
    PgaState *state;
    const PgaCatalog *catalog;
    const PgaObjects *objects; /* (nullable) */
    GHashTable *relations;     /* of oid to PgaStateRelation * */
    GHashTable *indexes;       /* of oid to PgaStateIndex * */
    MigrationParser *parser;
} PgaStateLoad;

/* state_load_parts.c: indexes and constraints of relations that are there */
void pga_state_load_indexes(PgaStateLoad *load);
void pga_state_load_constraints(PgaStateLoad *load);

/* state_load_objects.c */
void pga_state_load_types(PgaStateLoad *load);
void pga_state_load_views(PgaStateLoad *load);
void pga_state_load_schema(PgaStateLoad *load);

/* (nullable): the tree of one statement, valid until the next */
const PgQuery__Node *pga_state_load_parse(PgaStateLoad *load, const char *sql);

G_END_DECLS
