/* Searches by LIKE and ILIKE: which columns statements search so while they read the whole table,
 * and which indexes would serve. pg_stat_statements replaces the patterns by parameters. */
#pragma once
#include "statement_internal.h"

G_BEGIN_DECLS

/** How one column is searched by statements that read its table. */
typedef struct {
    const PgaRelation *relation;
    const PgaAttribute *attribute;
    const char *function; /* (nullable): "lower" or "upper" around it; static */
    guint n_like, n_ilike;
    guint n_prefix, n_inside;          /* of n_like, with a pattern that is known: 'x%', '%x' */
    double time;                       /* ms of these statements */
    const PgaWorkloadStatement *first; /* the one that takes most time */
} PgaPatternUse;

/* (transfer full): of PgaPatternUse *, in the order of the statements' time. Only of tables with at
 * least @min_rows that advice is meant for. */
GPtrArray *pga_pattern_uses(const PgaRuleRun *run, double min_rows);

/* Whether a usable index serves "LIKE 'x%'" on what @use searches. */
gboolean pga_pattern_has_prefix_index(const PgaRuleRun *run, const PgaPatternUse *use);

/* Whether a usable index serves any pattern of three characters or more. */
gboolean pga_pattern_has_trigram_index(const PgaPatternUse *use);

/* (nullable): a usable B-tree that begins with what @use searches. */
const PgaIndex *pga_pattern_btree(const PgaPatternUse *use);

/* (transfer full): "lower(name)", "name", quoted as SQL needs it. */
char *pga_pattern_expression(const PgaPatternUse *use);

/* The finding about @use, with @format before the statement's share and text. */
PgaFinding *pga_rule_report_pattern(PgaRuleRun *run, const PgaPatternUse *use, const char *format,
                                    ...) G_GNUC_PRINTF(3, 4);

G_END_DECLS
