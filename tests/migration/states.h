/* States made of SQL, and shown as text. */
#pragma once
#include <migration/schema.h>

G_BEGIN_DECLS

/* Applies @sql as one migration; each refusal is a line of the answer. (transfer full) */
char *state_apply_sql(PgaState *state, const char *sql);

/* All of it, one line for each thing, sorted. (transfer full) */
char *state_text(const PgaState *state);

/* Of one relation. (transfer full) */
char *state_relation_text(const PgaStateRelation *relation);

G_END_DECLS
