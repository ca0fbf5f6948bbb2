/* What the program is doing, told to whoever waits. The receiver decides whether and when to show
 * it. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    PGA_PROGRESS_STEP,   /* "collecting the catalog": shown once work takes over two seconds */
    PGA_PROGRESS_NOTICE, /* something the user should know now: always shown unless --quiet */
} PgaProgressKind;

typedef struct {
    void (*receive)(gpointer data, PgaProgressKind kind, const char *message);
    gpointer data;
} PgaProgress;

/* All accept a NULL @progress. Messages: lower case, no full stop. */
void pga_progress_step(const PgaProgress *progress, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_progress_notice(const PgaProgress *progress, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_END_DECLS
