/* `check`: any source in, a complete report out. Prints nothing. */
#pragma once
#include <base/progress.h>
#include <glib.h>
#include <model/report.h>

G_BEGIN_DECLS

typedef struct {
    const char *source; /* (nullable): conninfo, URI, database name, or a file of DDL */
    const char *host, *port, *user, *service; /* (nullable): as psql */
    const char *config_path;                  /* (nullable) */
    const char *const *rows;                  /* (nullable) NULL-terminated: --rows arguments */
    const char *workload_type;                /* (nullable) */
    const char *ram;                          /* (nullable) */
    const char *bindir;                       /* (nullable) */
    guint pg_version; /* major of the lab for a DDL file; 0: by the file, else newest */
    gboolean no_values;
    gboolean no_lab;   /* do not prove fixes (live sources) */
    guint prove_limit; /* at most so many fixes executed; 0: 200 */
    guint top;         /* fixes to show first; 0: 3 */
    char *(*ask_password)(gpointer data, const char *user); /* (nullable) */
    gpointer ask_data;
    const PgaProgress *progress; /* (nullable) */
} PgaCheckRequest;

/* (nullable): NULL with any PgaError. */
PgaReport *pga_app_check(const PgaCheckRequest *request, GError **error);

G_END_DECLS
