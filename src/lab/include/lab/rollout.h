/* A bundle's SQL files executed as their user would: one after another, each in a session of its
 * own, as a role that owns the database, makes roles and is no superuser. The first failure ends
 * it. */
#pragma once
#include <glib.h>
#include <lab/lab.h>

G_BEGIN_DECLS

typedef struct {
    const PgaScript *script;
    gboolean makes_roles; /* only this one may */
} PgaRolloutScript;

/** A statement that is asked when everything was executed. */
typedef struct {
    const char *sql; /* borrowed */
    char *answer;    /* (nullable): the first column, a line each row; no newline at the end */
    char *failure;   /* (nullable): what the server said instead */
} PgaRolloutQuestion;

void pga_rollout_question_clear(PgaRolloutQuestion *question);

/** What became of it. */
typedef struct {
    GArray *questions; /* (nullable): of PgaRolloutQuestion, set by the caller: in this order, in
                          one session; borrowed */
    guint n_executed;  /* statements */
    char *lacking;     /* (nullable): an extension that this machine does not have: not executed */
    char *failure;     /* (nullable): what the server said, printable */
    char *statement;   /* (nullable): of the failure: its text */
    char *excerpt;     /* (nullable): its beginning, printable */
    char *file;        /* (nullable): of the failure */
    guint line;        /* of the failure: where the server points to, else where it begins */
    gboolean is_located; /* the server pointed there */
} PgaRollout;

/**
 * pga_lab_roll_out:
 * @scripts: of PgaRolloutScript
 * @rollout: (out): caller's storage, zeroed
 *
 * In a new database of the lab. CREATE EXTENSION is carried out by the lab, from its list. The
 * lab's server cannot be used for other strangers' scripts afterwards: the roles stay.
 *
 * Returns: %FALSE with PGA_ERROR_LAB (the server died, its disk is full), PGA_ERROR_INPUT (a limit
 * was hit), PGA_ERROR_INTERRUPTED
 */
gboolean pga_lab_roll_out(PgaLab *lab, const GArray *scripts, PgaRollout *rollout, GError **error);
void pga_rollout_clear(PgaRollout *rollout);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaRollout, pga_rollout_clear)

G_END_DECLS
