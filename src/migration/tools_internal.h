/* What is known about the tools that run migrations: how their files are named, what their comments
 * say. */
#pragma once
#include "migration/script.h"

/** A tool's conventions. */
typedef struct {
    PgaMigrationTool tool;
    const char *path;      /* (nullable): regular expression of the end of a path; groups v
                            * (version), down, rep (repeatable) */
    const char *mark;      /* (nullable): comment in the file's first lines, in lower case */
    const char *up, *down; /* (nullable): comments that begin a section, in lower case */
} MigrationConvention;

/* The conventions that the tool belongs to. */
const MigrationConvention *pga_migration_convention(const PgaMigrationTool *tool);

/* Fills tool, version, down and repeatable by the path and by the text's first lines. */
void pga_migration_detect(PgaMigrationFile *file, const char *text, gsize length);

/* What stands behind "--" in the comment at @text, without blanks, as far as @size holds it, in
 * lower case; "" when it is no line comment. */
void pga_migration_comment(const char *text, gsize length, char *out, gsize size);

/** What a comment says to the tool; bits. */
typedef enum {
    MARK_NO_TRANSACTION = 1 << 0,
    MARK_TRANSACTION = 1 << 1,
    MARK_UP = 1 << 2, /* what follows is to be run */
    MARK_DOWN = 1 << 3,
    MARK_CHANGESET = 1 << 4, /* a new transaction begins */
    MARK_OF_FILE = 1 << 5,   /* no transaction in any section */
} MigrationMark;

/* @comment as pga_migration_comment() writes it. */
guint pga_migration_mark(const PgaMigrationTool *tool, const char *comment);
