/* How many tokens a language model would count in a text: an upper bound, deterministic, without
 * tables. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Tokens of the first @length bytes of @text, never below those of o200k_base on the texts it was
 * measured on. docs/tokens.md has the algorithm and the measurements. */
guint pga_tokens_estimate(const char *text, gsize length);

G_END_DECLS
