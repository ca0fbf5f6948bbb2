/* The words that are PostgreSQL's own: keywords, what pg_catalog and information_schema hold,
 * settings, options, messages' conditions. Made by tools/vocabulary.py of servers 14 to 18. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* @word: as the catalogs have it, so mostly in lower case. */
gboolean pga_vocabulary_has(const char *word);

/* Whether this program's messages, or PostgreSQL's that it hands on, have the word. Made by
 * tools/prose_words.py. */
gboolean pga_vocabulary_has_prose(const char *word);

G_END_DECLS
