/* What an action of a migration costs others, asked of its effect and told in words. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* The action changes a relation that existed before and that others use. */
gboolean pga_lint_concerns(const PgaLintRun *run, const PgaAction *action);

/* What the action alone would do, as if it were a statement: a table gets a new file, its rows are
 * read, indexes are built again. */
gboolean pga_lint_rewrites(const PgaLintRun *run, const PgaAction *action);
gboolean pga_lint_scans(const PgaLintRun *run, const PgaAction *action);
gboolean pga_lint_rebuilds(const PgaLintRun *run, const PgaAction *action);

/* The relation is among those that the effect reads whole. */
gboolean pga_effect_reads(const PgaEffect *effect, const PgaStateRelation *relation);

/* The transaction has that lock, or a stronger one, on the relation already. */
gboolean pga_lint_holds(const PgaLintRun *run, const PgaStateRelation *relation, PgaLockMode mode);

/* A finding whose evidence is the lock, the work under it and who waits, with the safe way of the
 * action as its fix. Returns: (transfer none) */
PgaFinding *pga_lint_report_cost(PgaLintRun *run, const PgaAction *action);
/* The same of the whole statement. */
PgaFinding *pga_lint_report_step_cost(PgaLintRun *run, const PgaAction *action);

/* "Takes ACCESS EXCLUSIVE on public.orders and rewrites it: reads and writes wait until it is
 * done." (transfer full) */
char *pga_effect_sentence(const PgaEffect *effect);

/* What to do, where no recipe says it in SQL. */
void pga_lint_advise(PgaFinding *finding, const char *advice);

/* Unless the configuration fixed it. */
void pga_lint_lower(const PgaLintRun *run, PgaFinding *finding, PgaSeverity severity);

/* The option of that name is among DefElems: there and not FALSE. */
gboolean pga_option_is_on(PgQuery__Node *const *options, gsize n_options, const char *name);

G_END_DECLS
