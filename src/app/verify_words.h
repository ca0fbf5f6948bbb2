/* Texts that are looked for in other texts, as whole words: millions in a few bytes each. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct PgaWords PgaWords;

PgaWords *pga_words_new(void);
void pga_words_free(PgaWords *words);
void pga_words_add(PgaWords *words, const char *text);
guint pga_words_count(const PgaWords *words);

/** One that was found. */
typedef struct {
    const char *text; /* borrowed from what was searched */
    gsize length;     /* bytes */
    gboolean quoted;  /* inside a string constant of SQL */
    double bits;      /* how much it says: see pga_words_bits() */
} PgaWord;

typedef void (*PgaWordFound)(gpointer data, const PgaWord *word);

void pga_words_find(const PgaWords *words, const char *text, PgaWordFound found, gpointer data);

/* How many texts of the same shape there are, as a power of two: what replaces letters by letters
 * and digits by digits makes a given one of them by chance once in so many. */
double pga_words_bits(const char *text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaWords, pga_words_free)

G_END_DECLS
