/* What the formulas are given and what they say. A formula sets one value, and the text that shows
 * how it came about with the numbers put in; units, bounds, defaults and documentation are
 * completed for all of them alike (setting.c). */
#pragma once
#include <model/tuning.h>

#include "server_settings_internal.h"

G_BEGIN_DECLS

#define PGA_KB G_GINT64_CONSTANT(1024)
#define PGA_MB (1024 * PGA_KB)
#define PGA_GB (1024 * PGA_MB)

typedef struct {
    PgaTuning *tuning;
    const PgaTuningInput *input;
    const PgaTuningEvidence *seen;
    guint major;        /* whose formulas hold: 14 to 18 */
    guint server_major; /* whose settings there are: 10 to 18 */
    gint64 ram;         /* bytes */
    gint64 cores;
    PgaStorage storage;
    PgaWorkloadClass workload; /* never unknown */
    gint64 max_wal_size;       /* bytes */
    PgaMemorySettings wanted;  /* by the formulas */
    PgaMemorySettings memory;  /* wanted, lowered until it fits */
    char *connections_why;     /* how wanted.max_connections came about */
} PgaTune;

typedef void (*PgaFormula)(const PgaTune *t, PgaTunedSetting *s);

#define SETTING(name, group, page, formula, why, ours, difference)                                 \
    void pga_tune_##formula(const PgaTune *t, PgaTunedSetting *s);
#include "settings.def" /* NOLINT(readability-duplicate-include) */
#undef SETTING

/* What a formula sets. */
void pga_tuned_number(PgaTunedSetting *s, double number); /* in the setting's unit */
void pga_tuned_bytes(PgaTunedSetting *s, gint64 bytes);
void pga_tuned_seconds(PgaTunedSetting *s, double seconds);
void pga_tuned_word(PgaTunedSetting *s, const char *word);
void pga_tuned_switch(PgaTunedSetting *s, gboolean on);
void pga_tuned_explain(PgaTunedSetting *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_tuned_also(PgaTunedSetting *s, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What a fresh server of the major has. */
void pga_tuned_default(const PgaTune *t, PgaTunedSetting *s);

/* The source's own value: a number in the setting's unit, or NAN; bytes, or -1; a word, or NULL. */
double pga_tune_current(const PgaTune *t, const char *name);
gint64 pga_tune_current_bytes(const PgaTune *t, const char *name);
const char *pga_tune_current_word(const PgaTune *t, const char *name);
gboolean pga_tune_current_is(const PgaTune *t, const char *name, const char *word);

/* (transfer full): "64GB", "15.5GB". */
char *pga_size_text(gint64 bytes);

/* wanted, memory: what the formulas give, then what fits. memory.safe is in the tuning. */
void pga_tune_want_memory(PgaTune *t);
void pga_tune_fit_memory(PgaTune *t);

/* The work_mem with which fitting is tried, and bounds of the result. */
#define PGA_WORK_MEM_FLOOR_KB 4096
gint64 pga_tune_work_mem_cap_kb(const PgaTune *t);

/* What checkpoint_timeout, max_wal_size and max_connections become. */
gint64 pga_tune_checkpoint_seconds(const PgaTune *t);
gint64 pga_tune_max_wal_bytes(const PgaTune *t);
gint64 pga_tune_want_connections(PgaTune *t);
gboolean pga_tune_are_unused(const PgaTune *t); /* most of the source's connections */

/* More than this many connections ask for a pooler. */
#define PGA_MANY_CONNECTIONS 500

gint64 pga_tune_query_size(const PgaTune *t); /* bytes */
gint64 pga_tune_io_max_combine_bytes(const PgaTune *t);

/* Three-valued wishes: stated, else as the source has it, else no. */
gboolean pga_tune_has_standby(const PgaTune *t);
gboolean pga_tune_has_slots(const PgaTune *t);
gboolean pga_tune_is_logical(const PgaTune *t);

/* One line of settings.def. */
typedef struct {
    const char *name, *group, *page;
    PgaFormula formula;
    const char *why, *ours, *difference;
} PgaSettingEntry;

/* (transfer full) (nullable): NULL when the server has no such setting. */
PgaTunedSetting *pga_tune_setting(const PgaTune *t, const PgaSettingEntry *entry);

/* (transfer full): "https://www.postgresql.org/docs/17/runtime-config-…". */
char *pga_setting_docs_url(guint major, const char *page, const char *name);

/* Back to the source's own value where that does as well. */
void pga_tune_keep(const PgaTune *t, PgaTunedSetting *s);

void pga_tune_managed(PgaDeployment deployment, PgaTunedSetting *s);

/* The least that the deployment's service takes, in the setting's unit; @least when it says none.
 */
gint64 pga_tune_managed_least(PgaDeployment deployment, const char *name, gint64 least);
void pga_tune_findings(const PgaTune *t);
void pga_tune_proposals(const PgaTune *t);
void pga_tune_pooler(const PgaTune *t);
void pga_tune_not_checked(const PgaTune *t);

/* Takes @title and @evidence. */
PgaFinding *pga_tune_add_finding(const PgaTune *t, const char *rule, PgaSeverity severity,
                                 char *title, char *evidence);

G_END_DECLS
