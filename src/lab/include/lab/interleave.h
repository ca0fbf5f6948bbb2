/* Two sessions of a throw-away server, step by step in the order that an interleaving states: what
 * two processes of an application do to each other, seen on a real server. */
#pragma once
#include <glib.h>
#include <lab/lab.h>
#include <model/interleaving.h>

G_BEGIN_DECLS

typedef struct PgaInterleaver PgaInterleaver;

/**
 * pga_interleaver_open:
 * @statements: of char *: what makes the tables, in order, without semicolons; of CREATE EXTENSION
 * those on the lab's list are carried out
 *
 * A database of its own with what of it could be made. That a statement is refused is no error: an
 * interleaving that needs what it makes is not run then, and says so.
 *
 * Returns: (nullable): NULL with PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED
 */
PgaInterleaver *pga_interleaver_open(PgaLab *lab, const GPtrArray *statements, GError **error);
void pga_interleaver_free(PgaInterleaver *interleaver);

/**
 * pga_interleaver_run:
 *
 * Three times, each with copies of its tables of its own: one process after the other, which has to
 * end as expected; in the order of the steps; in that of the fixed ones. A statement that waits for
 * a lock of the other process goes on when that one lets go of it; an error ends its process, as an
 * exception would. Fills in what the lab fills in; without `done` its outcome says why it was not
 * run.
 *
 * Returns: %FALSE with PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED
 */
gboolean pga_interleaver_run(PgaInterleaver *interleaver, PgaInterleaving *interleaving,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaInterleaver, pga_interleaver_free)

G_END_DECLS
