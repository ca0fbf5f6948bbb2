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
    uint32 hash = 0;
    double width = 1;

    if (value->type == jbvString) {
        hash = hash_string(value->val.string.val, value->val.string.len);
        width = value->val.string.len > MAX_STRING ? 8 : value->val.string.len;
    } else if (value->type == jbvNumeric) {
        char *text = numeric_normalize(value->val.numeric);

        hash = hash_string(text, (int)strlen(text));
        width = (double)strlen(text);
    } else if (value->type == jbvBool) {
        hash = value->val.boolean ? 1 : 2;
    }
    /* jsonb_ops: a text of a flag and the value; jsonb_path_ops: a hash. */
    whatif_keyset_add(set, path, hash, paths ? (double)sizeof(int32) : width + 2);
}

void
whatif_jsonb_keys(WhatifKeySet *set, Datum document, bool paths)
{
    Jsonb *jsonb = DatumGetJsonbP(document);
    JsonbIterator *iterator = JsonbIteratorInit(&jsonb->root);
    uint32 stack[MAX_DEPTH] = {1};
    int depth = 0;
    JsonbIteratorToken token;
    JsonbValue value;

    while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE) {
        switch (token) {
        case WJB_BEGIN_OBJECT:
        case WJB_BEGIN_ARRAY:
            depth++;
            if (depth < MAX_DEPTH)
                stack[depth] = hash_combine(stack[depth - 1], 17);
            break;
        case WJB_END_OBJECT:
        case WJB_END_ARRAY:
            depth--;
            break;
        case WJB_KEY:
            if (depth < MAX_DEPTH && depth > 0)
                stack[depth] = hash_combine(
                    stack[depth - 1], hash_string(value.val.string.val, value.val.string.len));
            if (!paths)
                whatif_keyset_add(set, 0, hash_string(value.val.string.val, value.val.string.len),
                                  value.val.string.len + 2);
            break;
        case WJB_VALUE:
        case WJB_ELEM:
            if (depth < MAX_DEPTH)
                add_scalar(set, stack[depth], &value, paths);
            break;
        case WJB_DONE:
            break;
        }
    }
}
