/* SQL as psql cuts it: just enough of the language to know where a statement ends. */
#pragma once
#include <glib.h>

typedef enum {
    TOKEN_END, /* of the text */
    TOKEN_SEMICOLON,
    TOKEN_OPEN,         /* ( */
    TOKEN_CLOSE,        /* ) */
    TOKEN_BACKSLASH,    /* begins a command of psql */
    TOKEN_WORD,         /* a keyword or a bare identifier */
    TOKEN_QUOTED,       /* an identifier in double quotes */
    TOKEN_OTHER,        /* a string, a number, one character of an operator */
    TOKEN_UNTERMINATED, /* the text ends inside it */
} TokenKind;

typedef struct {
    TokenKind kind;
    const char *text; /* borrowed from the text */
    gsize length;     /* bytes */
    const char *what; /* of TOKEN_UNTERMINATED: "a quoted string"; static */
} Token;

typedef struct {
    const char *at, *end;
    guint dumped_from; /* major version by pg_dump's comment; 0 before it is met */
    guint n_headers;   /* of pg_dump and pg_dumpall */
    guint n_footers;
    void (*comment)(gpointer data, const char *text,
                    gsize length); /* (nullable): of each comment */
    gpointer data;
} Lexer;

/* The token at lexer->at, which is moved behind it; comments and blanks before it are skipped. */
Token pga_lexer_next(Lexer *lexer);

/* Whether @token is the keyword @word (in lower case), in any case. */
gboolean pga_token_is(const Token *token, const char *word);
