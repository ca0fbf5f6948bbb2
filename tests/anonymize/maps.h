/* Maps of a fixed key over a snapshot that a test fills. */
#pragma once
#include <model/snapshot.h>

#include "value_internal.h"

static inline PgaAnonymizeKey
test_key(void)
{
    PgaAnonymizeKey key;

    g_assert_true(pga_anonymize_key_init(&key, (const guint8 *)"a key of the tests", 18, NULL));
    return key;
}

static inline gboolean
test_own_word(gconstpointer data, const char *word)
{
    (void)data;
    return g_str_equal(word, "english") || g_str_equal(word, "a");
}

static inline PgaValueMap *
test_map(const PgaSnapshot *snapshot)
{
    const PgaAnonymizeKey key = test_key();

    return pga_value_map_new(snapshot, &key, (PgaOwnWords){test_own_word, NULL});
}

/* What @text becomes as a value of @type. */
static inline char *
test_value(PgaValueMap *map, const char *type, const char *text)
{
    return pga_value_map(map, pga_value_type_of(map, type), text);
}
