/* Advice that would repeat itself is given once: per table of a transaction, per transaction, per
 * file. The set is the rule's memory; the file's end empties it. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* TRUE the first time that @key comes up in this transaction of the file; statements outside of a
 * block share the file's. */
gboolean pga_lint_first_time(PgaLintRun *run, const char *key);
/* The same of a relation. */
gboolean pga_lint_first_time_of(PgaLintRun *run, const PgaStateRelation *relation);

/* Whether that was asked of the relation before, in this file. */
gboolean pga_lint_was_told_of(PgaLintRun *run, const PgaStateRelation *relation);

/* TRUE the first time in this file. */
gboolean pga_lint_first_time_in_file(PgaLintRun *run);

/* What migration tools keep their own book in. */
gboolean pga_lint_is_book(const PgaStateRelation *relation);

/* PgaLintHooks.finish and forget of such rules. */
void pga_lint_start_over(PgaLintRun *run);
void pga_lint_forget_told(gpointer memory);

G_END_DECLS
