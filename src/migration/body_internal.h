/* The statements in the bodies of DO, of functions and of procedures. */
#pragma once
#include "migration/script.h"

/** One of them, of its own: the step that the body is of may be gone. */
typedef struct {
    PgaStepKind kind;
    char *text;
    gsize length;
    gsize offset; /* bytes from the file's beginning, as near as can be told */
    guint line, column;
    gboolean anchored, executed, conditional;
    char *error; /* (nullable): of PGA_STEP_OPAQUE */
    char *hint;
} MigrationInner;

void pga_migration_inner_free(MigrationInner *inner);

/* Appends MigrationInner * to @queue for a step that has a body. */
void pga_migration_body(const PgaStep *step, GQueue *queue);

/** Where a body's text stands. */
typedef struct {
    const PgaStep *step;
    const char *text; /* as the server sees it: quotes taken off */
    gsize length;
    gsize offset; /* of its first byte in the file */
    guint line, column;
    gboolean exact; /* nothing was unquoted in it: bytes are those of the file */
    gboolean executed;
} MigrationBody;

/* Appends the @length bytes at @at, which are in the body or came out of it (@anchored). */
MigrationInner *pga_migration_body_add(const MigrationBody *body, GQueue *queue, gsize at,
                                       const char *text, gsize length);

/* plpgsql.c: the statements of the body. FALSE: it cannot be parsed; @error (out) says why. */
gboolean pga_migration_plpgsql(const MigrationBody *body, const char *statement, GQueue *queue,
                               char **error);

/* plpgsql_words.c: the same by the words alone, for a body that has a mistake, or syntax newer than
 * the parser. FALSE: there is none. */
gboolean pga_migration_plpgsql_words(const MigrationBody *body, GQueue *queue);

/* dynamic.c: what the SQL expression always is: (nullable) (transfer full) */
char *pga_migration_constant(const char *expression);
extern const char pga_migration_dynamic[]; /* the error where it is not always the same */
