/* The one error domain: a message, and optionally a detail and a hint, worded as PostgreSQL words
 * them: message in lower case without a full stop, detail and hint as sentences. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** PgaError: the exit status of the program follows from the code, see cli/exit.h. */
typedef enum {
    PGA_ERROR_INPUT,       /* wrong usage, unreadable input, refused requirements (exit 2) */
    PGA_ERROR_SOURCE,      /* the analysed database cannot be used (exit 3) */
    PGA_ERROR_LAB,         /* the throw-away server cannot be used (exit 3) */
    PGA_ERROR_INTERNAL,    /* our own fault (exit 4) */
    PGA_ERROR_INTERRUPTED, /* Ctrl-C or SIGTERM (exit 130) */
} PgaError;

#define PGA_ERROR (pga_error_quark())
GQuark pga_error_quark(void);

/**
 * pga_error_set:
 * @error: (nullable): as for g_set_error(): NULL, or pointing to NULL
 */
void pga_error_set(GError **error, PgaError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Both do nothing when @error or *@error is NULL; a second call replaces the text of the first. */
void pga_error_detail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_error_hint(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* (transfer full) @other (nullable): becomes @error where there is none yet, else is told behind
 * it: the first twenty of one kind of thing, each once. */
void pga_error_also(GError **error, GError *other);

/* (nullable): of GError *, those that came after @error. Borrowed. */
const GPtrArray *pga_error_get_others(const GError *error);

/* (nullable): NULL when @error is of another domain or has none. Borrowed. */
const char *pga_error_get_detail(const GError *error);
const char *pga_error_get_hint(const GError *error);

G_END_DECLS
