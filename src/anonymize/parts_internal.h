/* Values that are made of values: each part is mapped as its own type says, what holds them
 * together stays. All append what @text becomes and return TRUE, or return FALSE, with anything
 * appended, when it is no such value. */
#pragma once
#include <glib.h>

#include "cipher_internal.h"
#include "value_internal.h"

G_BEGIN_DECLS

/* Appends what a part becomes. */
gboolean pga_value_append(PgaValueMap *map, const PgaValueType *type, const char *text,
                          gsize length, GString *out);

/* Keys and strings are texts, numbers are shifted. */
gboolean pga_json_map(const PgaTextCipher *cipher, gint64 shift, const char *text, gsize length,
                      GString *out);

/* Any number of dimensions, with or without lower bounds. */
gboolean pga_array_map(PgaValueMap *map, const PgaValueType *element, const char *text,
                       gsize length, GString *out);
/* The same of an array whose rows are values of @types (of const PgaValueType *, one or more). */
gboolean pga_rows_map(PgaValueMap *map, const GPtrArray *types, const char *text, gsize length,
                      GString *out);
gboolean pga_range_map(PgaValueMap *map, const PgaValueType *bound, const char *text, gsize length,
                       GString *out);
gboolean pga_multirange_map(PgaValueMap *map, const PgaValueType *bound, const char *text,
                            gsize length, GString *out);
gboolean pga_composite_map(PgaValueMap *map, const GPtrArray *members, const char *text,
                           gsize length, GString *out);

/* Lexemes are texts; positions, weights and operators stay. */
gboolean pga_tsvector_map(const PgaTextCipher *cipher, const char *text, gsize length,
                          GString *out);
gboolean pga_tsquery_map(const PgaTextCipher *cipher, const char *text, gsize length, GString *out);

/* Keys and values are texts. */
gboolean pga_hstore_map(const PgaTextCipher *cipher, const char *text, gsize length, GString *out);

G_END_DECLS
