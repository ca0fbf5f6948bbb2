/* Why adding a column rewrites its table. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

typedef enum {
    PGA_NEW_COLUMN_NO_REWRITE,
    PGA_NEW_COLUMN_DOMAIN,   /* its type is a domain with constraints */
    PGA_NEW_COLUMN_NUMBERED, /* serial, identity, nextval() */
    PGA_NEW_COLUMN_STORED,   /* generated and stored */
    PGA_NEW_COLUMN_VOLATILE, /* a default that each row computes */
} PgaNewColumnCause;

/* Of ADD COLUMN of a table that others use. */
PgaNewColumnCause pga_new_column_cause(const PgaLintRun *run, const PgaAction *action);

/* Of ADD COLUMN: serial, identity, nextval(). */
gboolean pga_new_column_is_numbered(const PgaAction *action);

/* The DEFAULT as written (nullable): none, or NULL. */
const PgQuery__Node *pga_new_column_default(const PgaAction *action);

G_END_DECLS
