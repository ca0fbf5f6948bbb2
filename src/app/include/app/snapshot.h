/* `snapshot`: a source in, a file out that stands for it. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/verification.h>

G_BEGIN_DECLS

typedef struct {
    PgaSourceRequest from;
    const char *output;          /* path of the file */
    gint64 now;                  /* seconds since the epoch: when it is taken */
    const char *const *workload; /* (nullable) NULL-terminated: scripts of further statements */
    gboolean anonymize;
    const char *key_file; /* (nullable): with anonymize: for the same pseudonyms again */
    gboolean verify;      /* with anonymize: compare estimates, look for what is left */
    gboolean verify_all;  /* whatever it takes */
} PgaSnapshotRequest;

/** What was written. */
typedef struct {
    char *source_name;                          /* as PgaEnvironment has it */
    char *source_version;                       /* "15.18" */
    guint n_relations, n_indexes, n_statistics; /* tables and materialized views; of columns */
    guint n_statements;                         /* of the workload */
    guint64 bytes;                              /* of the file */
    GPtrArray *not_read; /* of PgaNotChecked *: what the role may not read, what was locked */
    gboolean anonymized;
    GPtrArray *kept;               /* of PgaNotChecked *: what anonymising left out or as it was */
    PgaVerification *verification; /* (nullable) */
} PgaSnapshotSummary;

/**
 * pga_app_snapshot:
 *
 * Reads the source, a live database or a snapshot, and writes the file, whole or not at all.
 *
 * Returns: (nullable): NULL with any PgaError
 */
PgaSnapshotSummary *pga_app_snapshot(const PgaSnapshotRequest *request, GError **error);
void pga_snapshot_summary_free(PgaSnapshotSummary *summary);

/* (transfer full): what was written, for a terminal; safe to print. @all: everything that could not
 * be read, not the first ones. */
char *pga_app_snapshot_summary(const PgaSnapshotSummary *summary, gboolean all);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSnapshotSummary, pga_snapshot_summary_free)

G_END_DECLS
