/* An SQL script, as people and pg_dump write it, cut into statements: psql's lexical rules (quotes,
 * dollar quotes, nested comments, BEGIN ATOMIC bodies), COPY data and INSERT counted but not kept,
 * backslash commands noted. Outside data. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    PGA_STATEMENT_SQL,  /* to execute */
    PGA_STATEMENT_ROWS, /* COPY … FROM stdin with its data, or INSERT: rows, not executed */
    PGA_STATEMENT_META, /* a backslash command of psql, not executed */
} PgaStatementKind;

typedef struct {
    PgaStatementKind kind;
    const char *text;   /* borrowed from the script, not NUL-terminated, without the semicolon */
    gsize length;       /* bytes */
    guint line, column; /* 1-based, of the first character; column counts characters */
    char *relation;     /* (nullable): of PGA_STATEMENT_ROWS, as written: public.orders */
    guint64 n_rows; /* of PGA_STATEMENT_ROWS; INSERTs in a row into one relation are one statement,
                     * which keeps the first one's text; 0 for INSERT … SELECT */
} PgaStatement;

typedef struct {
    char *name;         /* what messages call it */
    GArray *statements; /* of PgaStatement, in file order */
    guint dumped_from;  /* major version by pg_dump's header; 0 when there is none */
    /*< private >*/
    GMappedFile *mapped;
    char *owned_text;
} PgaScript;

/**
 * pga_script_open:
 *
 * Returns: (nullable): NULL with PGA_ERROR_INPUT: not readable; not text (pg_dump's custom,
 * directory and tar formats, gzip, UTF-16 and the like are recognised and the hint says how to make
 * SQL of them); not UTF-8 (detail: line and byte); ends inside a quoted string, comment, COPY or
 * statement (detail: where that began); a dump of pg_dump without its last line; a backslash
 * command in the middle of a statement, but for \g and its like; no statement, or more than two
 * million. PGA_ERROR_INTERRUPTED
 */
PgaScript *pga_script_open(const char *path, GError **error);
PgaScript *pga_script_parse(const char *text, gsize length, const char *name, GError **error);
void pga_script_free(PgaScript *script);

/* Line and column of the character that is @offset characters (1-based, as
 * PG_DIAG_STATEMENT_POSITION) into @statement. */
void pga_statement_position(const PgaStatement *statement, guint offset, guint *line,
                            guint *column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaScript, pga_script_free)

G_END_DECLS
