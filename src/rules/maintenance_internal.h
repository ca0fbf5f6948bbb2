/* What keeps tables tidy: their storage parameters, autovacuum's thresholds, and findings about
 * several partitions at once. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* A table or materialized view with rows of its own, not temporary, not of an extension. */
gboolean pga_table_is_stored(const PgaRelation *relation);

/* autovacuum_enabled is there and false. */
gboolean pga_reloptions_stop_autovacuum(const char *reloptions);

/* A number: the table's own storage parameter, or else the setting of that name; NAN when neither
 * is known. */
double pga_table_parameter(const PgaRuleRun *run, const PgaRelation *relation, const char *name);

/* FALSE only when the setting is known to be off. */
gboolean pga_setting_is_on(const PgaRuleRun *run, const char *name);

/* Rows from which on autovacuum takes the table up: dead ones for VACUUM, changed ones for ANALYZE.
 * NAN when a setting is not known. */
double pga_vacuum_threshold(const PgaRuleRun *run, const PgaRelation *relation);
double pga_analyze_threshold(const PgaRuleRun *run, const PgaRelation *relation);

/* Seconds since the last VACUUM of either kind; below 0 never. */
double pga_last_vacuum_age(const PgaRelation *relation);
double pga_last_analyze_age(const PgaRelation *relation);

/* The planner's, of any of its columns, as far as the role may see them. */
gboolean pga_table_has_statistics(const PgaRelation *relation);

/** Tables that a rule finds the same about: one, or some partitions of one partitioned table. */
typedef struct {
    const PgaRelation *subject; /* the topmost partitioned table, or the only one of @tables */
    GPtrArray *tables;          /* of const PgaRelation *: greatest weight first */
    double weight;              /* their sum */
} PgaTableGroup;

/* Whether the rule finds it about this table, and how much it weighs there. */
typedef gboolean (*PgaTableTest)(const PgaRuleRun *run, const PgaRelation *relation,
                                 double *weight);

/* (transfer full): of PgaTableGroup *: stored tables that pass @test, in the Catalog's order. */
GPtrArray *pga_group_tables(const PgaRuleRun *run, PgaTableTest test);

/* The worst of them. */
const PgaRelation *pga_group_worst(const PgaTableGroup *group);

/* (transfer full): "" of a single table, or " This is partition public.p1, the worst of 3." */
char *pga_group_extent(const PgaTableGroup *group);

/* A statement for each table, the first twenty: @before, the table's name, @after. */
void pga_finding_fix_each(PgaFinding *finding, const PgaTableGroup *group, const char *before,
                          const char *after);
void pga_finding_undo_each(PgaFinding *finding, const PgaTableGroup *group, const char *before,
                           const char *after);

/* VACUUM or ANALYZE of each table: nothing to undo, reads and writes go on. @command: "VACUUM
 * (ANALYZE)" */
void pga_finding_fix_vacuum(PgaFinding *finding, const PgaTableGroup *group, const char *command);

G_END_DECLS
