/* One run's result, complete and unformatted: what every renderer is given. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/rule_text.h>

G_BEGIN_DECLS

typedef struct {
    const char *command; /* "check"; static */
    gboolean complete;   /* FALSE when a part of the analysis could not be done */
    PgaEnvironment *environment;
    guint n_relations, n_indexes, n_foreign_keys;
    guint n_rules;          /* rules that were run */
    GPtrArray *findings;    /* of PgaFinding *, most important first */
    GPtrArray *top;         /* of PgaFinding *, borrowed: the fixes to make first */
    GPtrArray *not_checked; /* of PgaNotChecked * */
    GPtrArray *accepted;    /* of PgaFinding *: accepted by the configuration, not counted */
    GPtrArray *ignored;     /* of PgaFinding *: their rule or object is ignored, not counted */
    GPtrArray *baseline;    /* of PgaFinding *: in the baseline, not counted */
    GPtrArray *notes;       /* of char *: sentences about the run: what of the configuration or the
                               baseline no longer applies */
    GPtrArray *rules;       /* of PgaRuleText *: those that were run */
    char *configuration;    /* (nullable): the file that was read */
    char *lab;              /* (nullable): "PostgreSQL 15.18", where fixes were executed */
} PgaReport;

PgaReport *pga_report_new(const char *command);
void pga_report_free(PgaReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaReport, pga_report_free)

G_END_DECLS
