/* What the rules' files share: the declaration of each, and small steps that most of them take. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

#define RULE(name) extern const PgaRule pga_rule_##name;
#include <rules/django.def>
#include <rules/migrations.def>
#include <rules/rules.def>
#undef RULE

/* Relations whose indexes are judged: pga_rule_concerns() and besides partitions and materialized
 * views. */
gboolean pga_rule_concerns_indexes(const PgaRelation *relation);

/* A running server or its snapshot: there are counters, settings and statistics. */
gboolean pga_rule_is_server(const PgaRuleRun *run);

/* "Not evaluated" where a live source showed no values of any of the @n_wanted columns. */
void pga_rule_judge_samples(PgaRuleRun *run, guint n_wanted, guint n_sampled);

/* The thresholds by place in rule->thresholds and the severity, @configuration (nullable) applied.
 * Whether that fixed the severity. */
gboolean pga_rule_prepare(const PgaRule *rule, const PgaConfiguration *configuration,
                          double *thresholds, PgaSeverity *severity);

/* What the configuration says about another rule than the one that runs. */
gboolean pga_rule_is_on(const PgaRuleRun *run, const PgaRule *rule);
double pga_rule_threshold_of(const PgaRuleRun *run, const PgaRule *rule, guint place);

/* (transfer full): "1.2 M rows (pg_class.reltuples)": the number and how it is known. */
char *pga_rule_rows(const PgaRelation *relation);

/* (transfer full): 'public.orders', for ::regclass: an oid is another one in a restored database,
 * and of a DDL file it is the lab's. */
char *pga_relation_literal(const PgaRelation *relation);

/* (transfer full): "https://www.postgresql.org/docs/17/" and @page. */
const char *pga_rule_docs_url(const PgaEnvironment *environment, const char *page);
const char *pga_rule_docs_of(guint version, const char *page); /* server_version_num */

/* What the lab is to prove; @relation joins those it touches. The first one is the finding's own.
 */
void pga_finding_prove(PgaFinding *finding, PgaProofKind kind, const PgaRelation *relation);

/* Adds a sentence to fix.note. */
void pga_finding_note(PgaFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* How to see that the fix helped: one sentence, or a query of the catalogs or views, into
 * fix.verify. The last call counts; without one it is that a new check no longer reports it. */
void pga_finding_verify(PgaFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Sets the three words about the fix at once; @lock and @duration are static or NULL. */
void pga_finding_set_fix(PgaFinding *finding, PgaSafety safety, const char *lock,
                         const char *duration);

/* (transfer full): of PgaOid to GPtrArray of const PgaRelation *: a partitioned table's direct
 * partitions. */
GHashTable *pga_rule_partitions(const PgaCatalog *catalog);

G_END_DECLS
