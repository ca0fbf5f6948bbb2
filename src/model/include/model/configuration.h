/* What the user decided about the rules: thresholds, rules switched off, findings accepted, rules
 * and objects ignored, for good or until a day. */
#pragma once
#include <glib.h>
#include <model/baseline.h>
#include <model/finding.h>

G_BEGIN_DECLS

typedef struct {
    gboolean off;
    gboolean has_severity;
    PgaSeverity severity;   /* with has_severity: instead of the rule's own */
    GHashTable *thresholds; /* of char * to double *: key as in the rule's table */
    GHashTable *lines;      /* of char * to guint: where the file says a threshold, "severity" or
                               "off"; empty when nobody read a file */
} PgaRuleSetting;

/** A finding that is accepted, by fingerprint, or findings that are ignored, by rule, object or
 * both. */
typedef struct {
    char *fingerprint; /* of an accepted one, else NULL */
    char *rule;        /* (nullable): of ignored ones */
    char *object;      /* (nullable): a glob: "public.legacy_*"; with what is below it */
    char *reason;
    char *expires;     /* (nullable): the last day on which it counts, UTC: "2027-01-31" */
    gint64 expires_at; /* with expires: seconds since the epoch, of the day after */
    guint line;        /* in the file */
    /*< private >*/
    GPatternSpec *pattern, *below;
} PgaException;

/** What `lint` is told about the server that migrations run on, and about the ways it proposes. */
typedef struct {
    double small_table_rows; /* of fewer rows a lock is over before anyone notices: 10000 */
    double bytes_per_second; /* that a scan reads, a rewrite writes: 100 MB */
    char *lock_timeout;      /* (nullable): "2s" */
    guint batch_rows;        /* of a backfill: 10000 */
} PgaLintSetting;

typedef struct {
    PgaLintSetting lint;
    GHashTable *rules;          /* of char * (id) to PgaRuleSetting * */
    GHashTable *accepted;       /* of char * (fingerprint) to PgaException * */
    GPtrArray *ignored;         /* of PgaException *, in the file's order */
    GPtrArray *ignored_schemas; /* of char *: their relations are left out */
    PgaBaseline *baseline;      /* (nullable): of --baseline */
    char *path;                 /* (nullable): the file that was read */
} PgaConfiguration;

PgaConfiguration *pga_configuration_new(void);
void pga_configuration_free(PgaConfiguration *configuration);

/* (nullable): NULL when nothing is set for @rule. */
const PgaRuleSetting *pga_configuration_rule(const PgaConfiguration *configuration,
                                             const char *rule);

/* The entry of @rule, made when absent. */
PgaRuleSetting *pga_configuration_set_rule(PgaConfiguration *configuration, const char *rule);
void pga_rule_setting_set_threshold(PgaRuleSetting *setting, const char *key, double value);

PgaException *pga_exception_new(void);
void pga_exception_free(PgaException *exception);

/* @now: seconds since the epoch; 0: nothing expires. */
gboolean pga_exception_has_expired(const PgaException *exception, gint64 now);

/* Both take @exception, which is complete; of two with the same fingerprint the later one counts.
 */
void pga_configuration_accept(PgaConfiguration *configuration, PgaException *exception);
void pga_configuration_ignore(PgaConfiguration *configuration, PgaException *exception);

/* (nullable): the entry by which @finding is accepted, or ignored, at @now. An object's pattern
 * also takes what is below the object: "public.orders" the columns of that table. */
const PgaException *pga_configuration_accepts(const PgaConfiguration *configuration,
                                              const PgaFinding *finding, gint64 now);
const PgaException *pga_configuration_ignores(const PgaConfiguration *configuration,
                                              const PgaFinding *finding, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaException, pga_exception_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaConfiguration, pga_configuration_free)

G_END_DECLS
