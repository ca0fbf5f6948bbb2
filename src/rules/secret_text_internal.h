/* Passwords written into text that everybody may read: bodies of functions, defaults, comments. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* Whether @text holds a URL with a password, "password=…" or "PASSWORD '…'" with a value that is no
 * placeholder. @is_code: what stands outside of quotes is an expression, not a value. */
gboolean pga_text_holds_secret(const char *text, gboolean is_code);

G_END_DECLS
