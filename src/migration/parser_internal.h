/* One statement's text to its tree: libpg_query with its memory kept, on a stack that is deep
 * enough. */
#pragma once
#include <glib.h>
#include <pg_query/pg_query.pb-c.h>

typedef struct MigrationParser MigrationParser;

typedef struct {
    const PgQuery__Node *tree; /* (nullable); valid until the next call */
    char *error;               /* (nullable) (transfer full) */
    gsize error_offset;        /* bytes into the text */
    guint newer;               /* of PgaNewerSyntax */
} MigrationParsed;

MigrationParser *pga_migration_parser_new(void);
void pga_migration_parser_free(MigrationParser *parser);

/* @depth: no less than the tree can be deep (pga_migration_depth()). */
MigrationParsed pga_migration_parse(MigrationParser *parser, const char *text, gsize length,
                                    gsize depth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationParser, pga_migration_parser_free)
