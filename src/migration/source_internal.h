/* The text of a migration, or of a file that it includes: read, brought to UTF-8. */
#pragma once
#include "lexer_internal.h"
#include "place_internal.h"
#include <glib.h>

typedef struct {
    char *name; /* as shown */
    const char *text;
    gsize length;
    gsize mark; /* bytes of a byte order mark before the text */
    Lexer lexer;
    Place place;       /* up to where lines are counted */
    gboolean anchored; /* the text was put together: all of it stands at @place */
    /*< private >*/
    GMappedFile *mapped;
    char *owned;
} MigrationSource;

/* (nullable): PGA_ERROR_INPUT. @text (nullable): what the file holds; else it is read. */
MigrationSource *pga_migration_source_open(const char *path, const char *text, const char *encoding,
                                           GError **error);
void pga_migration_source_free(MigrationSource *source);

/* Line and column of @at, which is not behind the present place again. */
void pga_migration_source_place(MigrationSource *source, const char *at, guint *line,
                                guint *column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationSource, pga_migration_source_free)
