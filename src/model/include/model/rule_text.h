/* What a rule says about itself, for layers that do not see the rules: pages, SARIF. Borrowed from
 * the rule; only the struct is owned. */
#pragma once
#include <glib.h>
#include <model/finding.h>

G_BEGIN_DECLS

#define PGA_RULE_TEXT_MAX_THRESHOLDS 5

typedef struct {
    const char *key; /* NULL ends the list */
    const char *unit;
    const char *help;
    double value; /* the default, or the configuration's */
} PgaThresholdText;

typedef struct {
    const char *id, *title, *category;
    PgaSeverity severity; /* the rule's, or the configuration's */
    const char *why, *when_not, *fix;
    const char *condition;              /* with thresholds as {key} */
    const char *example;                /* (nullable): SQL; of a rule of django Python */
    const char *versions;               /* (nullable) */
    const char *needs;                  /* (nullable): why it is not evaluated of a DDL file */
    const char *verb;                   /* that runs it: "check", "lint", "django" */
    gboolean off_by_default;            /* runs only where the configuration names it */
    const char *docs_page, *docs_title; /* "ddl-constraints.html#DDL-CONSTRAINTS-FK" */
    const char *requirements;
    PgaThresholdText thresholds[PGA_RULE_TEXT_MAX_THRESHOLDS];
} PgaRuleText;

G_END_DECLS
