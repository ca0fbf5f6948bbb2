/* Findings that were there at some time and are no news since. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define PGA_BASELINE_VERSION 1 /* of the file's format */

typedef struct {
    char *fingerprint;
    char *rule;
    char *object;  /* (nullable): for its readers */
    gboolean seen; /* a finding of this run has the fingerprint */
} PgaBaselineEntry;

typedef struct {
    char *path;
    GHashTable *entries; /* of char * (fingerprint, the entry's) to PgaBaselineEntry * */
} PgaBaseline;

PgaBaseline *pga_baseline_new(const char *path);
void pga_baseline_free(PgaBaseline *baseline);

/* The entry of @fingerprint, made when absent; the first one's rule and object stay. */
PgaBaselineEntry *pga_baseline_add(PgaBaseline *baseline, const char *fingerprint, const char *rule,
                                   const char *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaBaseline, pga_baseline_free)

G_END_DECLS
