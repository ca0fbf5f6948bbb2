/* Many statements at once: pipelined, over several sessions in parallel, each statement a
 * transaction of its own, so that one that is refused takes no other with it. */
#pragma once
#include "session_internal.h"

G_BEGIN_DECLS

typedef struct PgaBatch PgaBatch;

PgaBatch *pga_batch_new(void);
void pga_batch_free(PgaBatch *batch);

/**
 * pga_batch_add:
 * @lane: statements of one lane are executed in the order they were added
 * @sql: (transfer full): one statement
 * @failure: (nullable): gets the server's message when it is refused, else NULL; outlives the run
 */
void pga_batch_add(PgaBatch *batch, guint lane, char *sql, char **failure);

/* The same for a query: @answer gets the first column of its rows, a line each, or stays NULL. Both
 * outlive the run. */
void pga_batch_ask(PgaBatch *batch, guint lane, char *sql, char **answer, char **failure);

/**
 * pga_batch_run:
 * @sessions: of PgaSession *: one that a statement ends is opened again
 * @statement_limit_ms: as the sessions' statement_timeout, set by whoever opened them
 *
 * Executes all of it and empties the batch. FALSE with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED.
 */
gboolean pga_batch_run(PgaBatch *batch, GPtrArray *sessions, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaBatch, pga_batch_free)

G_END_DECLS
