/* The walk over the records of a snapshot: what becomes of each text, by what its field means. */
#pragma once
#include <glib.h>

#include "names_internal.h"
#include "sql_internal.h"
#include "value_internal.h"

G_BEGIN_DECLS

typedef struct {
    PgaSnapshot *snapshot;
    PgaNameMap *names;
    PgaValueMap *values;
    PgaSqlMap *sql;
    guint n_masked; /* texts of which nothing is left */
} PgaWalk;

/* Gives every name its pseudonym in a fixed order, so that what it is called after does not depend
 * on where it is met first. */
void pga_walk_meet_names(PgaWalk *walk);

/* Every text in all sections but values of columns, settings and predicates. */
void pga_walk_records(PgaWalk *walk);

/* Settings of the server and of roles. */
void pga_walk_settings(PgaWalk *walk);

/* FALSE for a field that holds names, SQL or other text and has no line in the walk's table: it
 * would be emptied. */
gboolean pga_walk_knows(const PgaRecordType *type, const PgaField *field);

G_END_DECLS
