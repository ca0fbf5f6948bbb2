/* The two processes of an interleaving. */
#pragma once
#include "lab/interleave.h"
#include "session_internal.h"

G_BEGIN_DECLS

/** One of them. */
typedef struct {
    PgaSession *session;
    GHashTable *values;           /* of char *, a column's name, to char *: its value as SQL */
    PgaInterleavingStep *waiting; /* (nullable): for a lock of the other one */
    gboolean has_ended;           /* by an error */
} PgaInterleavingProcess;

/**
 * pga_interleaving_play:
 * @processes: two, idle, their search_path set
 * @failure: (out): (nullable) (transfer full): why the steps cannot be judged
 *
 * Both processes have no transaction open at the end, unless there is a failure: their sessions are
 * of no use then.
 *
 * FALSE with PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED.
 */
gboolean pga_interleaving_play(PgaInterleavingProcess *processes, const GPtrArray *steps,
                               char **failure, GError **error);

G_END_DECLS
