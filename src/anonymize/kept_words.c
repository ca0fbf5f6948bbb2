/* The map of names knows them; which key it has is no matter. */
#include "anonymize/kept_words.h"

#include "names_internal.h"
#include "vocabulary_internal.h"

struct PgaKeptWords {
    PgaNameMap *map;
};

PgaKeptWords *
pga_kept_words_new(const PgaSnapshot *snapshot)
{
    PgaKeptWords *words = g_new0(PgaKeptWords, 1);

    words->map = pga_name_map_new(snapshot, &(PgaAnonymizeKey){{0}});
    return words;
}

void
pga_kept_words_free(PgaKeptWords *words)
{
    if (!words)
        return;
    pga_name_map_free(words->map);
    g_free(words);
}

gboolean
pga_kept_words_has(const PgaKeptWords *words, const char *word)
{
    return pga_name_is_own(words->map, word);
}

gboolean
pga_kept_words_has_prose(const PgaKeptWords *words, const char *word)
{
    return pga_vocabulary_has_prose(word) || pga_kept_words_has(words, word);
}
