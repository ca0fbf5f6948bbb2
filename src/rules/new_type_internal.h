/* Types that a migration writes. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* (nullable): of ADD COLUMN, of a column of CREATE TABLE, of ALTER COLUMN TYPE. */
const PgQuery__TypeName *pga_action_type(const PgaAction *action);

/* "int4", "varchar", "serial": without the schema. */
const char *pga_type_last_name(const PgQuery__TypeName *type);
/* Its modifier at that place; -1 none. */
gint32 pga_type_modifier(const PgQuery__TypeName *type, guint place);

/** Whether the action's type is one that the rule speaks of. */
typedef gboolean (*PgaTypeMatches)(const PgaLintRun *run, const PgaAction *action,
                                   const PgQuery__TypeName *type);

/* One finding for all columns of the statement that match, at the first of them. */
void pga_lint_report_types(PgaLintRun *run, PgaTypeMatches matches);

G_END_DECLS
