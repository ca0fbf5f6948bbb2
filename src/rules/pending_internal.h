/* What a later statement of the file may put right is reported at its end. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* To be reported about the action; @key names it for what may settle it. */
void pga_lint_pend(PgaLintRun *run, const PgaAction *action, const char *key, const char *evidence);
/* Whatever has that key is not. */
void pga_lint_settle(PgaLintRun *run, const char *key);

/* PgaLintHooks.finish and forget of such rules; @run->memory is theirs. */
void pga_lint_report_pending(PgaLintRun *run);
void pga_lint_forget_pending(gpointer memory);

G_END_DECLS
