/* Looking a word up in the table. */
#include "vocabulary_internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
#include "vocabulary.inc"
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
