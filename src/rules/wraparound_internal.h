/* How near the databases are to the end of transaction ids, or of multixact ids. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** One of the two counters that wrap around. */
typedef struct {
    const char *what;    /* "transaction ids" */
    const char *max_age; /* the setting at which the forced vacuum begins */
    const char *age_of;  /* SQL of a database's age */
    gint64 (*database_age)(const PgaDatabase *database);
    gint64 (*relation_age)(const PgaRelation *relation);
    gboolean counts_transactions; /* a rate can be told from commits */
} PgaWraparound;

/* Thresholds of both rules: places. */
#define PGA_WRAPAROUND_WARNING 0
#define PGA_WRAPAROUND_ERROR   1
#define PGA_WRAPAROUND_TIMES   2

void pga_wraparound_check(PgaRuleRun *run, const PgaWraparound *wraparound);

G_END_DECLS
