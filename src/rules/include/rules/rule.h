/* A rule: data, and one pure function of the model. It cannot fail; lacking data it says "not
 * evaluated". One file and one line in rules.def each. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/configuration.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/object.h>
#include <model/server.h>
#include <model/workload.h>
#include <rules/django.h>
#include <rules/lint.h>

G_BEGIN_DECLS

#define PGA_RULE_MAX_THRESHOLDS 5

typedef struct {
    const char *key;  /* snake_case, as in the configuration; NULL ends the list */
    const char *unit; /* rows, bytes, days, share, … */
    double value;     /* the default */
    const char *help; /* one sentence */
} PgaThreshold;

/** What a rule's advice is for; the order of findings depends on it (rank.h). */
typedef enum {
    PGA_FAMILY_CORRECTNESS, /* keys, constraints: what breaks or lets wrong data in */
    PGA_FAMILY_OPERATION,   /* what stops or loses a server: wraparound, disk, replication, locks */
    PGA_FAMILY_SECURITY,
    PGA_FAMILY_INDEX, /* indexes missing, broken or for nothing */
    PGA_FAMILY_PARTITIONING,
    PGA_FAMILY_QUERY,         /* statements of the workload */
    PGA_FAMILY_MAINTENANCE,   /* vacuum, bloat, planner statistics */
    PGA_FAMILY_CONFIGURATION, /* settings */
    PGA_FAMILY_MODELLING,     /* types and checks that would fit better */
    PGA_FAMILY_MIGRATION,     /* what a migration does to those who use the database meanwhile */
} PgaRuleFamily;

/** What a rule can be judged on. */
typedef enum {
    PGA_INPUTS_ANY,       /* DDL file, snapshot, running server */
    PGA_INPUTS_SERVER,    /* snapshot, running server: needs counters, settings or statistics */
    PGA_INPUTS_LIVE,      /* running server: needs its present state */
    PGA_INPUTS_MIGRATION, /* migrations: judged by @lint, not by check() */
    PGA_INPUTS_DJANGO,    /* Django projects: judged by @django */
} PgaRuleInputs;

/** What rules read. */
typedef struct {
    const PgaCatalog *catalog;
    const PgaEnvironment *environment;
    const PgaConfiguration *configuration;
    const PgaObjects *objects;   /* (nullable): could not be read */
    const PgaServer *server;     /* (nullable): of a DDL file */
    const PgaWorkload *workload; /* (nullable): of a DDL file */
    const char *const *only;     /* (nullable) NULL-terminated: ids; NULL: every rule */
} PgaRuleSource;

/** One evaluation of one rule: what check() reads and where it writes. */
typedef struct {
    const PgaRule *rule;
    const PgaCatalog *catalog; /* its relations are those outside the ignored schemas */
    const PgaCatalog *whole;   /* with the ignored schemas: a partition may be in one */
    const PgaEnvironment *environment;
    const PgaConfiguration *configuration;
    const PgaObjects *objects;                 /* never NULL; empty when it could not be read */
    const PgaServer *server;                   /* never NULL; all unknown for a DDL file */
    const PgaWorkload *workload;               /* never NULL; not known for a DDL file */
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
    const char *docs;         /* page and anchor: "ddl-constraints.html#DDL-CONSTRAINTS-FK"; of
                                 others than PostgreSQL's the whole address */
    const char *docs_title;   /* the page's heading */
    const char *requirements; /* "T1-2 PRE-7" */
    PgaRuleInputs inputs;     /* of another source it is "not evaluated" */
    const char *inputs_why;   /* (nullable): what that lacks: "needs usage counters of a server" */
    gboolean of_server;       /* about the server, whichever of its databases is looked at */
    gboolean off_by_default;  /* runs only where the configuration names it */
    PgaThreshold thresholds[PGA_RULE_MAX_THRESHOLDS];
    void (*check)(PgaRuleRun *run); /* (nullable): of rules of migrations and Django projects */
    PgaLintHooks lint;
    PgaDjangoHooks django;
};

/* Every rule in the order of rules.def. Static. */
const PgaRule *const *pga_rules(guint *n_rules);

/* (nullable) */
const PgaRule *pga_rule_by_id(const char *id);

/* Whether @configuration (nullable) leaves or switches @rule on. */
gboolean pga_rule_is_enabled(const PgaRule *rule, const PgaConfiguration *configuration);

/**
 * pga_rules_run:
 *
 * Runs every rule that the configuration leaves on, appending to @findings and @not_checked.
 * Returns how many.
 */
guint pga_rules_run(const PgaRuleSource *source, GPtrArray *findings, GPtrArray *not_checked);

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
