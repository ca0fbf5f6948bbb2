/* Two processes that run the same code at the same time, step by step, as a lab runs it: what gets
 * lost, and that it no longer does after the fix. Plain data. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** One step of one of them. */
typedef struct {
    guint process; /* 1, 2 */
    char *sql;     /* one statement */
    char *does;    /* in words: "reads stock" */
    char *saw;     /* (nullable): filled in by the lab: "10"; "waits", an error's message */
} PgaInterleavingStep;

typedef struct {
    GPtrArray *setup; /* of char *: statements that make the rows, on the lab's copy only */
    GPtrArray *steps; /* of PgaInterleavingStep *: as the code is */
    GPtrArray *fixed; /* of PgaInterleavingStep *: after the fix; empty: not known */
    char *observe;    /* one query of one value: what is there at the end */
    char *expected;   /* what it would be, one process after the other */
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaInterleaving, pga_interleaving_free)

G_END_DECLS
