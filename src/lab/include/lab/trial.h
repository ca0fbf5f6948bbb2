/* A whole configuration on trial: a throw-away server is started with it and asked what it made of
 * it. */
#pragma once
#include <lab/lab.h>

G_BEGIN_DECLS

/** What is tried, and what came of it. */
struct PgaTrial {
    const char *configuration;    /* lines of postgresql.conf */
    const char *const *overrides; /* NULL-terminated "name=value": what the server gets instead of
                                     the configuration's, this machine being another one */
    const char *access;           /* (nullable): pg_hba.conf that is read, too */
    GPtrArray *access_errors;     /* of char *: "line 3: …", what PostgreSQL says of its lines */
    guint n_access;               /* rules that it took */
    char *version;                /* "17.10" */
    char *failure;                /* (nullable): why the server did not start */
    GHashTable *values;           /* of pg_settings.name to .setting, char * both */
    gint64 shared_memory_kb;      /* shared_memory_size of the configuration without the overrides;
                                     -1: before 15 */
    gint64 huge_pages;            /* shared_memory_size_in_huge_pages of the same; -1 */
};

/* Borrows both. */
PgaTrial *pga_trial_new(const char *configuration, const char *const *overrides);
void pga_trial_free(PgaTrial *trial);

/**
 * pga_lab_try:
 * @options: want_major is the one to try; its trial is ignored
 *
 * Lets PostgreSQL read the configuration as it is (postgres -C), which no value that it refuses
 * survives; then starts it with the overrides and reads every setting back. A server that did not
 * start is no error, but trial->failure.
 *
 * Returns: %FALSE with PGA_ERROR_LAB (there is no server, no room …), PGA_ERROR_INTERRUPTED
 */
gboolean pga_lab_try(const PgaLabOptions *options, PgaTrial *trial, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTrial, pga_trial_free)

G_END_DECLS
