/* The next statement of a source: cut as psql cuts, but going on behind what is wrong. */
#pragma once
#include "depth_internal.h"
#include "source_internal.h"
#include "statement_internal.h"
#include "tools_internal.h"

typedef enum {
    CUT_END,
    CUT_STATEMENT,
    CUT_COPY,         /* COPY … FROM stdin: the lexer stands behind its data */
    CUT_COMMAND,      /* a backslash command */
    CUT_UNTERMINATED, /* the source ends inside of @what */
} CutKind;

typedef struct {
    CutKind kind;
    const char *start;
    gsize length;
    gsize depth;       /* of the tree at most (depth_internal.h) */
    const char *what;  /* "a quoted string"; static */
    const char *wrong; /* where that begins */
    const char *inner; /* (nullable): the first semicolon inside of parentheses */
    gboolean by_mark;  /* a comment that begins a section ended it */
} MigrationCut;

typedef struct {
    Statement statement;
    MigrationDepth depth;
    const guint *marks; /* (nullable): of MigrationMark, as comments make them */
    guint marks_before; /* the statement */
} MigrationCutter;

void pga_migration_cutter_init(MigrationCutter *cutter);
void pga_migration_cutter_destroy(MigrationCutter *cutter);
MigrationCut pga_migration_cut(MigrationCutter *cutter, MigrationSource *source);
