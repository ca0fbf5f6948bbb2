/* Foreign keys that a file adds, kept until its end: what comes later may settle them. */
#pragma once
#include "lint_internal.h"

G_BEGIN_DECLS

/** One of them, with its table's name as written. */
typedef struct {
    PgaPlace *place;
    char *nspname; /* (nullable) */
    char *relname, *object;
    GPtrArray *columns; /* of char * */
} PgaLintKey;

/* Whether the action adds a foreign key. */
gboolean pga_lint_adds_key(const PgaAction *action);

/* Keeps it in the run's memory. @columns: of char *, those that the rule is about. */
void pga_lint_remember_key(PgaLintRun *run, const PgaAction *action, const GPtrArray *columns);

/* (transfer full): of PgaLintKey *, in the file's order: what was remembered since. */
GPtrArray *pga_lint_take_keys(PgaLintRun *run);

G_END_DECLS
