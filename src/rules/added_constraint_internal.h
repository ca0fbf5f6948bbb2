/* Constraints that ALTER TABLE adds to a table that others use. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* ADD CONSTRAINT of that type; with @of_column one that stands at a column of ADD COLUMN. */
gboolean pga_lint_adds_constraint(const PgaLintRun *run, const PgaAction *action,
                                  PgQuery__ConstrType type, gboolean of_column);

/* It takes an index that exists. */
gboolean pga_constraint_uses_index(const PgQuery__Constraint *constraint);

/* Of a foreign key (nullable). */
PgaStateRelation *pga_lint_referenced(const PgaLintRun *run, const PgQuery__Constraint *constraint);

/* It is the table that the action changes or creates. */
gboolean pga_lint_is_self(const PgaAction *action, const PgaStateRelation *referenced);

G_END_DECLS
