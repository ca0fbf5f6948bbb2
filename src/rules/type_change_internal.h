/* ALTER COLUMN … TYPE as a fix. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** A column's new type. */
typedef struct {
    const PgaRelation *relation;
    const PgaAttribute *attribute;
    const char *type;       /* "uuid" */
    gboolean default_casts; /* PostgreSQL converts the default by itself */
    GHashTable *referenced; /* from pga_referenced_columns() */
    const char *back;       /* (nullable): expression that gives the old values; a cast otherwise */
} PgaTypeChange;

/* Fix, undo and proof of the change. Where the column is in a foreign key, the partition key, a
 * CHECK constraint or an index's expression one statement cannot do it: then the note says what
 * can. */
void pga_finding_change_type(const PgaRuleRun *run, PgaFinding *finding,
                             const PgaTypeChange *change);

/* Says what rewriting @relation means, with its size where that is known. */
void pga_finding_note_rewrite(const PgaRuleRun *run, PgaFinding *finding,
                              const PgaRelation *relation);

G_END_DECLS
