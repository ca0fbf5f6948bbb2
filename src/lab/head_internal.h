/* The beginning of a statement, as far as one must read to know what it makes and how to treat it.
 */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    PGA_WORD_PLAIN,  /* an unquoted word, folded to lower case as PostgreSQL does, or a number */
    PGA_WORD_QUOTED, /* the text of "…" */
    PGA_WORD_STRING, /* the text of '…' */
    PGA_WORD_SIGN,   /* one character */
} PgaWordKind;

typedef struct {
    PgaWordKind kind;
    char *text;
} PgaWord;

typedef struct {
    GArray *words; /* of PgaWord: the first 64, comments left out */
    gsize start;   /* byte where the first one begins */
    char *tail[3]; /* the last three words, folded; "" where there are fewer */
} PgaHead;

/** What the lab does with a statement of a script. */
typedef enum {
    PGA_ACT_EXECUTE,
    PGA_ACT_SOFT,      /* execute; an error is of no interest: SET, GRANT, COMMENT, … */
    PGA_ACT_SKIP,      /* does nothing for a schema: BEGIN, ALTER … OWNER TO, … */
    PGA_ACT_DROP,      /* execute; that the object is missing is of no interest */
    PGA_ACT_ROLE,      /* CREATE or ALTER ROLE: a role of that name, without rights, is made up */
    PGA_ACT_EXTENSION, /* carried out by the lab before any statement */
    PGA_ACT_DATABASE,  /* another database: noted */
    PGA_ACT_FILE,      /* COPY with a file or a program: refused */
} PgaAct;

/** The object that a CREATE makes. */
typedef struct {
    char *kind;    /* "table", "index", "materialized view", "type", "function", …; (nullable): no
                      CREATE */
    char *nspname; /* (nullable): as written */
    char *name;    /* (nullable): an index may have none */
    char *on_nspname, *on_name; /* (nullable): an index's table */
} PgaMade;

/* (nullable) (transfer full): the next identifier behind *at, folded unless quoted, which is moved
 * behind it; NULL at the end. */
char *pga_head_next_name(const char **at, const char *end);

PgaHead *pga_head_read(const char *text, gsize length);
void pga_head_free(PgaHead *head);

/* Whether the words from @first on are the unquoted @words (lower case, blank-separated). */
gboolean pga_head_is(const PgaHead *head, guint first, const char *words);

/* The text of word @i when it can be a name, "" otherwise. */
const char *pga_head_name(const PgaHead *head, guint i);

PgaAct pga_head_act(const PgaHead *head);

void pga_head_made(const PgaHead *head, PgaMade *made);
void pga_made_clear(PgaMade *made);

/* (transfer full): "CREATE TABLE public.maps": the statement's first words, printable, 60
 * characters at most. */
char *pga_head_excerpt(const PgaHead *head, const char *text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaHead, pga_head_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaMade, pga_made_clear)

G_END_DECLS
