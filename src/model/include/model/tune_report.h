/* The result of `tune`, complete and unformatted: what its renderers are given. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/tuning.h>

G_BEGIN_DECLS

typedef struct {
    PgaTuning *tuning;
    PgaEnvironment *environment; /* (nullable): of the source; NULL without one */
    char *version_method;        /* where the major comes from: "--pg-version", "the source" */
    gint64 now_worst_kb;         /* that the source's settings take as they are; -1 unknown */
    gboolean complete;           /* FALSE: a part of what was asked for could not be read */
} PgaTuneReport;

PgaTuneReport *pga_tune_report_new(void);
void pga_tune_report_free(PgaTuneReport *report);

/* Whether a setting belongs into the file: it is neither what a fresh server has nor what the
 * source has, or the source has something else in place of the fresh server's value. */
gboolean pga_tune_writes(const PgaTunedSetting *setting);

/* Whether the memory inequality counts on it: worth telling though it need not be set. */
gboolean pga_tune_proof_counts_on(const PgaTunedSetting *setting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTuneReport, pga_tune_report_free)

G_END_DECLS
