/* What the search looks at. */
#pragma once
#include "index_batch_internal.h"

G_BEGIN_DECLS

/** A plan of a sample, as numbers of the search. */
typedef struct {
    guint sample;
    GArray *there, *used; /* of guint, sorted */
    double cost;          /* below 0: it could not be planned */
} PgaIndexMade;

void pga_index_made_add(GPtrArray *made, guint sample, const GArray *there, const GArray *used,
                        double cost);
void pga_index_made_free(gpointer data); /* a GDestroyNotify */

gboolean pga_index_is_planned(const PgaIndexRun *run, guint sample);

/* (transfer full): of GArray * of guint, for each sample: indexes that its plan could use. */
GPtrArray *pga_index_relevant_of(const PgaIndexRun *run);

/* Of a statement's relevant ones those that were made for others. (transfer full): as
 * pga_index_relevant_of() */
GPtrArray *pga_index_foreign_of(const PgaIndexRun *run, const GPtrArray *relevant);

enum { PGA_INDEX_PLAIN_WIDTH = 2 }; /* key columns of what any statement may share */

/* A B-tree of at most @width columns and nothing else. @candidate: (nullable) */
gboolean pga_index_is_plain(const PgaIndexCandidate *candidate, guint width);

/* @all and @some are sorted. */
void pga_index_subtract(GArray *all, const GArray *some);

/* An index that was made for one statement serves another as well when it is there: that is looked
 * for where the other's plans show it. Every pair would be too many for the bound. @made
 * (nullable): of PgaIndexMade *: plans that come about are added. */
gboolean pga_index_narrow(PgaIndexRun *run, GPtrArray *relevant, GPtrArray *made, GError **error);

G_END_DECLS
