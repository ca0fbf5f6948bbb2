/* One statement while its tokens arrive: what kind it is, whether a semicolon would end it, how
 * many rows it holds. */
#pragma once
#include "lexer_internal.h"

typedef enum {
    FORM_UNDECIDED,
    FORM_OTHER,
    FORM_CREATE, /* CREATE [OR [REPLACE]] so far */
    FORM_ROUTINE,
    FORM_COPY,
    FORM_INSERT,
} StatementForm;

/** Where the relation's name is expected, and what comes behind it. */
typedef enum {
    PART_BEFORE_NAME,
    PART_NAME,       /* a name must follow */
    PART_AFTER_NAME, /* a dot may follow */
    PART_HEAD,       /* behind the name */
    PART_ROWS,       /* behind VALUES */
    PART_TAIL,       /* nothing of interest follows */
} StatementPart;

typedef struct {
    const char *start, *end; /* of its tokens; start is NULL while there is none */
    StatementForm form;
    StatementPart part;
    guint depth;       /* of parentheses */
    guint begin_depth; /* of BEGIN ATOMIC, and of CASE in it */
    Token previous;
    GString *relation;   /* as written, without blanks */
    gboolean from_stdin; /* of FORM_COPY: data follow */
    gboolean has_header; /* of FORM_COPY: their first line is no row */
    guint64 n_rows;      /* of FORM_INSERT */
} Statement;

void pga_statement_init(Statement *statement);
void pga_statement_destroy(Statement *statement);

/* Ready for the next one. */
void pga_statement_reset(Statement *statement);

void pga_statement_take(Statement *statement, const Token *token);

/* Whether a semicolon ends it here. */
gboolean pga_statement_may_end(const Statement *statement);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Statement, pga_statement_destroy)
