/* Looking a word up in the tables. */
#include "vocabulary_internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
#include "vocabulary.inc"
};

static const char *const prose[] = {
#include "prose.inc"
};

static int
compare(const void *word, const void *element)
{
    return strcmp(word, *(const char *const *)element);
}

gboolean
pga_vocabulary_has(const char *word)
{
    return bsearch(word, words, G_N_ELEMENTS(words), sizeof(*words), compare) != NULL;
}

gboolean
pga_vocabulary_has_prose(const char *word)
{
    return bsearch(word, prose, G_N_ELEMENTS(prose), sizeof(*prose), compare) != NULL;
}
