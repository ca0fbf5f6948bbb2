/* What a clone's planner makes of many statements, as the clone's user would be told. */
#pragma once
#include <glib.h>
#include <lab/clone.h>

G_BEGIN_DECLS

typedef struct {
    const char *sql;    /* one statement, without a semicolon; borrowed */
    guint n_parameters; /* $1 … $n in it; with any the plan is the generic one */
    char *plan;         /* (nullable): EXPLAIN (FORMAT JSON) */
    char *failure;      /* (nullable): what the server said when there is none */
} PgaExplain;

/* Of GArray: what pga_clone_explain() filled in. */
void pga_explain_clear(PgaExplain *explain);

/**
 * pga_clone_explain:
 * @statements: of PgaExplain: plan or failure is filled in
 *
 * Plans all of them in several sessions at once, with the settings that a new session of the
 * clone's user gets. None is executed.
 *
 * Returns: %FALSE with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED
 */
gboolean pga_clone_explain(PgaClone *clone, GArray *statements, GError **error);

G_END_DECLS
