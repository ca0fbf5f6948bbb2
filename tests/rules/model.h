/* A small database as a model, and one rule run over it. */
#pragma once
#include <rules/rank.h>
#include <rules/rule.h>

typedef struct {
    PgaCatalog *catalog;
    PgaEnvironment *environment;
    PgaConfiguration *configuration;
    PgaObjects *objects;   /* empty; not finished by model_run() */
    PgaServer *server;     /* all unknown */
    PgaWorkload *workload; /* not known */
    GPtrArray *findings;
    GPtrArray *not_checked;
    PgaOid next_oid;
} Model;

/** What a rule made of a model. */
typedef enum { SILENT, FIRES, NOT_EVALUATED } Outcome;

/* A live server of version 17 with counters of 40 days. */
Model *model_new(void);
void model_free(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)

void model_make_ddl(Model *model);

/* In schema public; @rows below 0: unknown. */
PgaRelation *model_table(Model *model, const char *relname, double rows);
PgaRelation *model_partition(Model *model, const PgaRelation *parent, const char *relname,
                             double rows);

/* @type as SQL writes it: "integer", "character varying(36)". */
PgaAttribute *model_column(PgaRelation *relation, const char *attname, const char *type);

/* As if it had none. */
void model_drop_columns(PgaRelation *relation);

/* @columns: names separated by blanks; definition and all else as CREATE INDEX would make it. */
PgaIndex *model_index(Model *model, PgaRelation *relation, const char *relname,
                      const char *columns);
PgaIndex *model_primary_key(Model *model, PgaRelation *relation, const char *columns);
PgaConstraint *model_foreign_key(Model *model, PgaRelation *relation, const char *columns,
                                 const PgaRelation *parent, const char *parent_columns);
PgaConstraint *model_check(Model *model, PgaRelation *relation, const char *columns);

/* Owned by the column, whose default calls it. */
PgaSequence *model_serial(Model *model, PgaRelation *relation, PgaAttribute *attribute,
                          gint64 last_value);

void model_setting(Model *model, const char *name, const char *value, const char *unit);

/* Values separated by "|" as the histogram. */
PgaAttributeStats *model_values(PgaAttribute *attribute, const char *values);

/* @n values: @pattern with each "#" replaced by a number from 10 up. */
PgaAttributeStats *model_numbered_values(PgaAttribute *attribute, const char *pattern, guint n);

/* Runs what the configuration leaves on; the catalog is finished. Returns how many rules. */
guint model_run_rules(Model *model);

/* Finishes the catalog and runs that rule alone. Once a model. */
Outcome model_run(Model *model, const char *rule);

/* Finishes the catalog and runs every rule that the configuration leaves on. Once a model. */
void model_run_all(Model *model);

/* Findings of that rule. */
guint model_count(const Model *model, const char *rule);

/* The only finding; fails if there is not exactly one. */
const PgaFinding *model_finding(const Model *model);
const PgaFinding *model_finding_at(const Model *model, guint i);

/* Statement @i of the fix, of the undo; "" when there is none. */
const char *fix_at(const PgaFinding *finding, guint i);
const char *undo_at(const PgaFinding *finding, guint i);

/* Fails unless @text holds @part. */
void assert_contains(const char *text, const char *part);
