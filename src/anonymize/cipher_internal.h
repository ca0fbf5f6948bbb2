/* Keyed permutations of texts that keep their shape: letters stay letters of their case, digits
 * stay digits, everything else stays as it is. */
#pragma once
#include <glib.h>

#include "value_internal.h"

G_BEGIN_DECLS

/** What becomes of characters beyond ASCII; their bytes are UTF-8 in any case. */
typedef enum {
    PGA_CHARACTERS_ALL,   /* each is one of 64 neighbours: the database is in UTF-8 */
    PGA_CHARACTERS_LATIN, /* only U+00C0 to U+00FF have neighbours that the database's encoding
                             has; others become a question mark */
    PGA_CHARACTERS_NONE,  /* all become question marks: two values may become one */
} PgaCharacters;

typedef struct {
    PgaSipKey key;
    PgaCharacters characters;
    PgaOwnWords own; /* is_own may be NULL */
} PgaTextCipher;

/* Appends what @text becomes. Trailing blanks stay outside: bpchar's padding changes nothing. What
 * differs only in the case of ASCII letters becomes what differs only there. */
void pga_cipher_text(const PgaTextCipher *cipher, const char *text, gsize length, GString *out);

/* The same for hexadecimal digits; all else stays. */
void pga_cipher_hex(const PgaSipKey *key, const char *text, gsize length, GString *out);

G_END_DECLS
