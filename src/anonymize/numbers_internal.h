/* Numbers as text, shifted exactly. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* All append what @text of @length bytes becomes and return TRUE, or append nothing and return
 * FALSE when it is no such number. Blanks around it are passed over. */

/* Decimal arithmetic, however long; as many digits after the point as there were. NaN and
 * infinities stay. */
gboolean pga_numeric_shift(const char *text, gsize length, gint64 shift, GString *out);

/* The same of a whole number of 16, 32 or 64 bits, which stays within its type; what stands at one
 * of the type's ends, as nothing else than a sign can, stays there. */
gboolean pga_integer_shift(const char *text, gsize length, guint bits, gint64 shift, GString *out);

/* 32 or 64 bits: the shortest text that reads back as the sum. */
gboolean pga_float_shift(const char *text, gsize length, guint bits, gint64 shift, GString *out);

G_END_DECLS
