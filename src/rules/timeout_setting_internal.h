/* lock_timeout and statement_timeout, as a migration sets them. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* Milliseconds of "2s", "500", "1min"; 0 off; -1 no number of a unit that PostgreSQL knows. */
double pga_timeout_parse(const char *text);

/* The same of the session's present setting; -1 not set. */
double pga_lint_timeout(const PgaLintRun *run, const char *name);

/* (nullable) (transfer full): what SET name = value sets; NULL for DEFAULT, and of other statements
 * and names. */
char *pga_action_sets(const PgaAction *action, const char *name);

/* The strongest lock of the statement on what others use. */
PgaLockMode pga_lint_strongest(const PgaLintRun *run);

/* Some other session waits for what the statement locks: SHARE or stronger. */
gboolean pga_lint_locks_strongly(const PgaLintRun *run);

G_END_DECLS
