/* Syntax newer than the parser's: rewritten before parsing, put right in the tree behind it. */
#pragma once
#include "migration/script.h"

/** A text as the parser knows it. */
typedef struct {
    char *text;      /* NUL-terminated */
    guint newer;     /* of PgaNewerSyntax */
    GArray *changes; /* private */
} MigrationRewriting;

/* FALSE: nothing newer is in it. */
gboolean pga_newer_rewrite(const char *text, gsize length, MigrationRewriting *rewriting);
void pga_newer_rewriting_clear(MigrationRewriting *rewriting);

/* The byte of the original text that the rewritten text's is. */
gsize pga_newer_offset(const MigrationRewriting *rewriting, gsize offset);

/* Makes the tree what the newer parser's would be: places, constraints NOT NULL of a table. */
void pga_newer_correct(MigrationRewriting *rewriting, ProtobufCMessage *tree);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationRewriting, pga_newer_rewriting_clear)
