/* Text as people and PostgreSQL read it: quoting, safe display, display width, spelling. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): @name as an SQL identifier, quoted only where PostgreSQL needs it (upper case,
 * blanks, keywords of PostgreSQL 18 that are not "unreserved").
 * Source: quote_identifier() in PostgreSQL 18 src/backend/utils/adt/ruleutils.c */
char *pga_quote_identifier(const char *name);

/* (transfer full): "nspname.relname", each part quoted as above; just @relname when @nspname is
 * NULL. */
char *pga_quote_qualified(const char *nspname, const char *relname);

/* (transfer full): @text as an SQL string literal; E'' form when it holds a backslash. */
char *pga_quote_literal(const char *text);

/* (transfer full): @text made safe for a terminal, a log line and a Markdown line: control
 * characters (also C1, bidirectional overrides, line separators) as \n, \t or \xNN, invalid UTF-8
 * as \xNN. */
char *pga_text_printable(const char *text);

/* Columns of a terminal that @text (valid UTF-8) takes. */
guint pga_text_width(const char *text);

/* (nullable): the member of the NULL-terminated @candidates nearest to @word by edit distance, NULL
 * when none is within a third of the word's length. Borrowed from @candidates. */
const char *pga_text_closest(const char *word, const char *const *candidates);

/* (transfer full) (nullable): "a,b" and "c" of an option that may be repeated as "a", "b" and "c",
 * without blanks around; an empty one stays only where it stands alone. NULL of NULL. */
char **pga_text_split_lists(char *const *values);

/* (transfer full): @text broken at blanks to lines of at most @width columns, each after the first
 * begun by @indent. Longer words stand alone on their line. No trailing newline. */
char *pga_text_wrap(const char *text, guint width, const char *indent);

/* Whether @word stands in @text between characters that are none of a name (letters, digits, "_").
 */
gboolean pga_text_has_word(const char *text, const char *word);

/* GCompareFunc for arrays of texts: the order of their bytes, the same in every locale. */
int pga_compare_texts(gconstpointer a, gconstpointer b);

G_END_DECLS
