/* The keys that a GIN index makes of a jsonb, each with the path it was found on: values of one
 * path are alike (identifiers, a few states, words), values of different ones are not. */
#include "index_size_internal.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

enum { MAX_DEPTH = 64, MAX_STRING = 125 /* JGIN_MAXLENGTH: longer ones are hashed */ };

static uint32
hash_string(const char *text, int length)
{
    return hash_bytes((const unsigned char *)text, length);
}

static void
add_scalar(WhatifKeySet *set, uint32 path, const JsonbValue *value, bool paths)
{
    uint32 hash = 0, shape = 0;
    double width = 1, number = 0;
    const char *point = NULL;
    WhatifKey *key;

    if (value->type == jbvString) {
        if (!whatif_countable_text(value->val.string.val, value->val.string.len, &shape, &number))
            shape = 0;
        hash = hash_string(value->val.string.val, value->val.string.len);
        width = value->val.string.len > MAX_STRING ? 8 : value->val.string.len;
    } else if (value->type == jbvNumeric) {
        char *text = numeric_normalize(value->val.numeric);

        hash = hash_string(text, (int)strlen(text));
        width = (double)strlen(text);
        number = strtod(text, NULL);
        shape = 2;
        point = strchr(text, '.');
    } else if (value->type == jbvBool) {
        hash = value->val.boolean ? 1 : 2;
    }
    /* jsonb_ops: a text of a flag and the value; jsonb_path_ops: a hash. */
    key = whatif_keyset_add(set, path, hash, paths ? (double)sizeof(int32) : width + 2);
    key->shape = shape;
    key->number = number;
    key->scale = point ? (int)strlen(point + 1) : 0;
}

/** Where an iteration is. */
typedef struct {
    uint32 paths[MAX_DEPTH];
    int depth; /* what is deeper shares the last one */
} Place;

static uint32 *
path_at(Place *place, int up)
{
    return &place->paths[Min(Max(place->depth - up, 0), MAX_DEPTH - 1)];
}

static void
add_key(WhatifKeySet *set, Place *place, const JsonbValue *key, bool paths)
{
    uint32 hash = hash_string(key->val.string.val, key->val.string.len);

    *path_at(place, 0) = hash_combine(*path_at(place, 1), hash);
    if (!paths)
        whatif_keyset_add(set, 0, hash, key->val.string.len + 2);
}

void
whatif_jsonb_keys(WhatifKeySet *set, Datum document, bool paths)
{
    Jsonb *jsonb = DatumGetJsonbP(document);
    JsonbIterator *iterator = JsonbIteratorInit(&jsonb->root);
    Place place = {.paths = {1}};
    JsonbIteratorToken token;
    JsonbValue value;

    while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE) {
        if (token == WJB_BEGIN_OBJECT || token == WJB_BEGIN_ARRAY) {
            place.depth++;
            *path_at(&place, 0) = hash_combine(*path_at(&place, 1), 17);
        } else if (token == WJB_END_OBJECT || token == WJB_END_ARRAY) {
            place.depth--;
        } else if (token == WJB_KEY) {
            add_key(set, &place, &value, paths);
        } else {
            add_scalar(set, *path_at(&place, 0), &value, paths);
        }
    }
}
