/* Two processes that run the same code at the same time, step by step, as a lab runs it: what gets
 * lost, and that it no longer does after the fix. Plain data. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** One step of one of them. */
typedef struct {
    guint process; /* 1, 2 */
    /* One statement. In it and in @when, :name stands for what its process read last in a column of
     * that name, :rows for how many rows its last step was about, 0 when it was left out: the
     * lab puts values in. */
    char *sql;
    char *does; /* in words: "reads stock" */
    char *when; /* (nullable): a condition of SQL, ":status = 'new'", without which the code does
                   not come here: the step is left out then */
    char *saw;  /* (nullable): filled in by the lab: "10", "nothing", "1 row"; "waits; 1 row"; an
                   error's message; "not done" */
} PgaInterleavingStep;

typedef struct {
    /* Of char *, as the catalog spells them: each is copied for a run, without its rows, foreign
     * keys, checks, and without NOT NULL but for the primary key: rows need hold no more than what
     * it is about. */
    GPtrArray *tables;
    GPtrArray *setup; /* of char *: statements that make the rows, on the lab's copy only */
    GPtrArray *steps; /* of PgaInterleavingStep *: as the code is */
    GPtrArray *fixed; /* of PgaInterleavingStep *: after the fix; empty: not known */
    char *observe;    /* one query of one value: what is there at the end */
    char *expected;   /* what it would be, one process after the other: the lab runs that too */
    /* Filled in by the lab: */
    gboolean done;      /* both ways were run */
    char *result;       /* (nullable): what was there, as the code is */
    char *fixed_result; /* (nullable): and after the fix */
    char *outcome;      /* (nullable): one sentence: what was seen on which server, or why it was
                           not run */
} PgaInterleaving;

PgaInterleaving *pga_interleaving_new(void);
void pga_interleaving_free(PgaInterleaving *interleaving);

/* Appends to @steps (of PgaInterleavingStep *); takes @sql. */
void pga_interleaving_add(GPtrArray *steps, guint process, const char *does, char *sql);
/* The same, of a step that is taken only when @when holds; takes both. */
void pga_interleaving_add_when(GPtrArray *steps, guint process, const char *does, char *when,
                               char *sql);

/* It was run, went wrong as the code is, and did not after the fix. */
gboolean pga_interleaving_is_proven(const PgaInterleaving *interleaving);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaInterleaving, pga_interleaving_free)

G_END_DECLS
