/* What initdb makes, kept for the next run: a data directory for each server version and kind, in
 * the user's cache. */
#pragma once
#include "process_internal.h"
#include <glib.h>
#include <lab/binaries.h>

G_BEGIN_DECLS

/** What differs in initdb's arguments. */
typedef enum {
    PGA_TEMPLATE_LAB,   /* small WAL segments */
    PGA_TEMPLATE_TRIAL, /* initdb's own: shared memory depends on them */
} PgaTemplateKind;

/* TRUE when @data was made as a copy of a whole template; on FALSE it does not exist. */
gboolean pga_template_restore(const PgaBinaries *binaries, PgaTemplateKind kind,
                              const PgaLabUser *user, const char *data);

/* Keeps a copy of @data (just made by initdb, never started). A cache that cannot be written is
 * none. */
void pga_template_store(const PgaBinaries *binaries, PgaTemplateKind kind, const char *data);

/* Forgets a template that turned out to be broken. */
void pga_template_discard(const PgaBinaries *binaries, PgaTemplateKind kind);

G_END_DECLS
