/* Effects of statements as short text, to be compared with what servers did. */
#pragma once
#include <migration/effect.h>

/** What one statement does to relations that were there before: names without their schema, sorted,
 * "t=ACCESS EXCLUSIVE,t_pkey=SHARE". */
typedef struct {
    char *locks, *rewritten, *scanned;
    gboolean refused, known;
} Facts;

/* Runs the file's statements on the state. */
void effects_apply(PgaState *state, const char *sql);
/* A state with tests/migration/locks.sql, its tables filled, and @setup (nullable). */
PgaState *effects_state(guint version, const char *setup);
/* Of the last statement of @sql; those before are applied. */
void effects_of(PgaState *state, const char *sql, Facts *facts);
void effects_clear(Facts *facts);
/* (transfer full): locks.sql */
char *effects_schema(void);
/* (transfer full): elements sorted and joined */
char *effects_join(GPtrArray *words);
