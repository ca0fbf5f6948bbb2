/* Words that anonymising leaves as they are: PostgreSQL's own and those of a snapshot's extensions.
 */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

G_BEGIN_DECLS

typedef struct PgaKeptWords PgaKeptWords;

PgaKeptWords *pga_kept_words_new(const PgaSnapshot *snapshot);
void pga_kept_words_free(PgaKeptWords *words);

/* @word: an identifier without quotes, folded. */
gboolean pga_kept_words_has(const PgaKeptWords *words, const char *word);

/* The same in prose: also words of this program's own messages. */
gboolean pga_kept_words_has_prose(const PgaKeptWords *words, const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaKeptWords, pga_kept_words_free)

G_END_DECLS
