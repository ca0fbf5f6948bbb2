/* Statements of a script, a log or pg_stat_statements gathered to a set of distinct queries. Only
 * the first text of each shape (its tokens without constants) is parsed. Texts come from strangers.
 */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/planner.h>
#include <model/query_set.h>
#include <model/workload.h>
#include <parse/log.h>
#include <parse/script.h>

G_BEGIN_DECLS

typedef struct PgaQueryGatherer PgaQueryGatherer;

PgaQueryGatherer *pga_query_gatherer_new(void);
void pga_query_gatherer_free(PgaQueryGatherer *gatherer);

/* What the queries that come next are from: a file's base name. */
void pga_query_gatherer_name(PgaQueryGatherer *gatherer, const char *name);

/* Each statement of a script once. */
void pga_query_gather_script(PgaQueryGatherer *gatherer, const PgaScript *script);

/* What the server recorded, repaired where recording mangled it (date $1, IN ($1 , ...)). */
void pga_query_gather_workload(PgaQueryGatherer *gatherer, const PgaWorkload *workload);

/* A PgaLogTake; @gatherer: PgaQueryGatherer *. Parameters are put into the text. */
gboolean pga_query_gather_logged(gpointer gatherer, const PgaLogStatement *statement,
                                 GError **error);

/* (transfer full): what was gathered; the gatherer is empty then. */
PgaQuerySet *pga_query_gatherer_finish(PgaQueryGatherer *gatherer);

/**
 * pga_query_set_represent:
 * @statistics: of the relations that the queries name
 *
 * Gives each query whose only text has $n samples with values: drawn from the statistics of the
 * columns that they are compared with, at several selectivities; the generic text stays one of the
 * samples. What has no column to draw from stays generic.
 */
void pga_query_set_represent(PgaQuerySet *set, const PgaCatalog *catalog,
                             const PgaPlannerData *statistics);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaQueryGatherer, pga_query_gatherer_free)

G_END_DECLS
