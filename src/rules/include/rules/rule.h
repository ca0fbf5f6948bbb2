/* A rule: data, and one pure function of the model. It cannot fail; lacking data it says "not
 * evaluated". One file and one line in rules.def each. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/configuration.h>
#include <model/environment.h>
#include <model/finding.h>

G_BEGIN_DECLS

#define PGA_RULE_MAX_THRESHOLDS 4

typedef struct {
    const char *key;  /* snake_case, as in the configuration; NULL ends the list */
    const char *unit; /* rows, bytes, days, share, … */
    double value;     /* the default */
    const char *help; /* one sentence */
} PgaThreshold;

/** What a rule's advice is for; the order of findings depends on it (rank.h). */
typedef enum {
    PGA_FAMILY_CORRECTNESS, /* keys, constraints: what breaks or lets wrong data in */
    PGA_FAMILY_INDEX,       /* indexes missing, broken or for nothing */
    PGA_FAMILY_PARTITIONING,
    PGA_FAMILY_CONFIGURATION, /* settings */
    PGA_FAMILY_MODELLING,     /* types and checks that would fit better */
} PgaRuleFamily;

typedef struct PgaRule PgaRule;

/** One evaluation of one rule: what check() reads and where it writes. */
typedef struct {
    const PgaRule *rule;
    const PgaCatalog *catalog; /* its relations are those outside the ignored schemas */
    const PgaCatalog *whole;   /* with the ignored schemas: a partition may be in one */
    const PgaEnvironment *environment;
    const PgaConfiguration *configuration;
    double threshold[PGA_RULE_MAX_THRESHOLDS]; /* by place in rule->thresholds, the configuration
                                                  applied */
    PgaSeverity severity;                      /* the rule's, or the configuration's */
    gboolean severity_fixed; /* the configuration stated it: check() may not raise or lower it */
    GPtrArray *findings;     /* of PgaFinding * */
    GPtrArray *not_checked;  /* of PgaNotChecked * */
} PgaRuleRun;

struct PgaRule {
    const char *id;
    const char *title;    /* what is wrong, without names: "Foreign key without an index" */
    const char *category; /* index, schema, config, … */
    PgaRuleFamily family;
    PgaSeverity severity;
    const char *why;          /* what it costs; one or two sentences */
    const char *when_not;     /* when not to worry */
    const char *condition;    /* what makes it a finding; one or two sentences, a threshold of the
                                 rule as its key in braces: "… has {min_rows} or more." */
    const char *example;      /* (nullable): SQL that makes the smallest case of it; lines end in
                                 "\n" but for the last */
    const char *fix;          /* what is proposed and how safe that is, one sentence: "Creates the
                                 index with CONCURRENTLY; reads and writes go on." */
    const char *versions;     /* (nullable): what differs between PostgreSQL's versions */
    const char *docs;         /* page and anchor: "ddl-constraints.html#DDL-CONSTRAINTS-FK" */
    const char *docs_title;   /* the page's heading */
    const char *requirements; /* "T1-2 PRE-7" */
    gboolean live_only;       /* needs counters or settings: of a DDL file it is not evaluated */
    const char
        *live_only_why; /* what a DDL file lacks: "needs usage counters of a running server" */
    PgaThreshold thresholds[PGA_RULE_MAX_THRESHOLDS];
    void (*check)(PgaRuleRun *run);
};

/* Every rule in the order of rules.def. Static. */
const PgaRule *const *pga_rules(guint *n_rules);

/* (nullable) */
const PgaRule *pga_rule_by_id(const char *id);

/**
 * pga_rules_run:
 *
 * Runs every rule that the configuration leaves on, appending to @findings and @not_checked.
 * Returns how many.
 */
guint pga_rules_run(const PgaCatalog *catalog, const PgaEnvironment *environment,
                    const PgaConfiguration *configuration, GPtrArray *findings,
                    GPtrArray *not_checked);

/**
 * pga_rule_report:
 * @relation: (nullable)
 * @attribute: (nullable)
 *
 * Appends a finding about that object with the rule's title, severity, citation and text, and
 * @format as its evidence; object, fingerprint and documentation URL are filled in. The caller
 * completes it.
 *
 * Returns: (transfer none)
 */
PgaFinding *pga_rule_report(PgaRuleRun *run, const PgaRelation *relation,
                            const PgaAttribute *attribute, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The same about an object that is neither: an index, a sequence, a setting. @object is displayed
 * text. */
PgaFinding *pga_rule_report_object(PgaRuleRun *run, const char *object, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* "Not evaluated" for one object, or for the whole rule when @what is NULL. */
void pga_rule_not_evaluated(PgaRuleRun *run, const char *what, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Unless the configuration fixed it. */
void pga_rule_set_severity(const PgaRuleRun *run, PgaFinding *finding, PgaSeverity severity);

/* Relations that advice is meant for: tables and partitioned tables, neither a partition (its
 * parent is reported), nor temporary, nor of an extension, nor in an ignored schema. */
gboolean pga_rule_concerns(const PgaRelation *relation);

G_END_DECLS
