/* A statement's shape: its tokens with every constant the same, as one number. One pass, no memory:
 * what a log holds a million times is parsed once. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    guint64 hash;      /* of the tokens; lists of constants count as one constant */
    guint64 constants; /* of the constants */
} QueryShape;

QueryShape pga_query_shape(const char *text, gsize length);

/* @hash with @length more bytes in it. */
guint64 pga_query_shape_add(guint64 hash, const char *bytes, gsize length);

/* All bits of @number depend on all of its bits. */
guint64 pga_query_shape_mix(guint64 number);

G_END_DECLS
