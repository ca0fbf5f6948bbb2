/* Format-preserving encryption: the characters of a text that can move are digits of a number whose
 * places have radix 26, 10, 16 or 64. An alternating Feistel network adds to each half a keyed hash
 * of the other, place by place. So different texts of a length stay different, without a table of
 * what was seen.
 *
 * Letters count without their case: lower() of a pseudonym is the pseudonym of lower(). */
#include "cipher_internal.h"

#include <string.h>

enum {
    N_ROUNDS = 8,
    BLOCK = 8,         /* places that one hash of 64 bits is enough for: 64^8 = 2^48 */
    SHORT = 64,        /* places that need no allocation */
    OWN_WORD_MAX = 63, /* bytes of PostgreSQL's longest name */
};

/** The places of a text: what each holds, out of how many. */
typedef struct {
    guint8 *digits, *radixes;
    guint n;
    guint8 few[2 * SHORT];
    guint8 *many; /* (nullable): of longer texts */
} Places;

static void
places_init(Places *places, gsize length)
{
    const gsize room = MAX(length, SHORT);

    memset(places->few, 0, sizeof(places->few));
    places->n = 0;
    places->many = length > SHORT ? g_malloc0(2 * room) : NULL;
    places->digits = places->many ? places->many : places->few;
    places->radixes = places->digits + room;
}

static void
places_clear(Places *places)
{
    g_free(places->many);
}

static inline void
place_add(Places *places, guint digit, guint radix)
{
    places->digits[places->n] = (guint8)digit;
    places->radixes[places->n++] = (guint8)radix;
}

/* Adds to the @n places from @first on what follows from @seed. */
static void
move_places(const PgaSipKey *key, guint64 seed, Places *places, guint first, guint n)
{
    guint8 *const digits = places->digits + first;
    const guint8 *const radixes = places->radixes + first;
    guint64 stream = seed;

    for (guint i = 0; i < n; i++) {
        unsigned __int128 product;
        guint sum;

        if (i > 0 && i % BLOCK == 0) {
            const guint64 next[2] = {seed, i};

            stream = pga_siphash(key, next, sizeof(next));
        }
        product = (unsigned __int128)stream * radixes[i];
        stream = (guint64)product;
        sum = digits[i] + (guint)(product >> 64);
        digits[i] = (guint8)(sum >= radixes[i] ? sum - radixes[i] : sum);
    }
}

static void
permute(const PgaSipKey *key, Places *places)
{
    const guint half = (places->n + 1) / 2, rest = places->n - half;

    if (places->n == 0)
        return;
    for (guint round = 0; round < N_ROUNDS; round++) {
        const PgaSipKey round_key = {key->k0 + round, key->k1};

        if (round % 2 == 0)
            move_places(key, pga_siphash(&round_key, places->digits + half, rest), places, 0, half);
        else
            move_places(key, pga_siphash(&round_key, places->digits, half), places, half, rest);
    }
}

/* Bytes of the character at @at: 1 for ASCII and for what is no UTF-8. */
static guint
character_length(const char *at, gsize left)
{
    const guint8 first = (guint8)*at;
    const guint length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    if (length > left)
        return 1;
    for (guint i = 1; i < length; i++)
        if (((guint8)at[i] & 0xc0) != 0x80)
            return 1;
    return length;
}

/* Whether the neighbours of the character at @at, which differ in its last six bits, are characters
 * like it: not where there are signs only (U+0080 to U+00BF, U+2000 to U+207F). */
static gboolean
has_neighbours(const char *at, guint length)
{
    const guint8 first = (guint8)at[0], second = (guint8)at[1];

    return length > 1 && first != 0xc2 && !(first == 0xe2 && (second == 0x80 || second == 0x81));
}

/* What the character at @at, beyond ASCII, may do. */
typedef enum { STAYS, MOVES, IS_MASKED } Fate;

static Fate
fate(PgaCharacters characters, const char *at, guint length)
{
    switch (characters) {
    case PGA_CHARACTERS_ALL:
        return has_neighbours(at, length) ? MOVES : STAYS;
    case PGA_CHARACTERS_LATIN:
        return length == 2 && (guint8)*at == 0xc3 ? MOVES : IS_MASKED;
    case PGA_CHARACTERS_NONE:
    default:
        return IS_MASKED;
    }
}

static void
read_places(const PgaTextCipher *cipher, const char *text, gsize length, Places *places)
{
    for (gsize i = 0; i < length;) {
        const char c = text[i];
        guint n;

        if (g_ascii_islower(c))
            place_add(places, (guint)(c - 'a'), 26);
        else if (g_ascii_isupper(c))
            place_add(places, (guint)(c - 'A'), 26);
        else if (g_ascii_isdigit(c))
            place_add(places, (guint)(c - '0'), 10);
        if ((guint8)c < 0x80) {
            i++;
            continue;
        }
        n = character_length(text + i, length - i);
        if (fate(cipher->characters, text + i, n) == MOVES)
            place_add(places, (guint8)text[i + n - 1] & 0x3f, 64);
        i += n;
    }
}

static gsize
write_character(const PgaTextCipher *cipher, const char *at, gsize left, const guint8 **digit,
                GString *out)
{
    const guint n = character_length(at, left);

    switch (fate(cipher->characters, at, n)) {
    case MOVES:
        g_string_append_len(out, at, n - 1);
        g_string_append_c(out, (char)(0x80 | *(*digit)++));
        break;
    case IS_MASKED:
        g_string_append_c(out, '?');
        break;
    case STAYS:
        g_string_append_len(out, at, n);
        break;
    }
    return n;
}

static void
write_places(const PgaTextCipher *cipher, const char *text, gsize length, const Places *places,
             GString *out)
{
    const guint8 *digit = places->digits;

    for (gsize i = 0; i < length;) {
        const char c = text[i];

        if ((guint8)c >= 0x80) {
            i += write_character(cipher, text + i, length - i, &digit, out);
            continue;
        }
        if (g_ascii_islower(c))
            g_string_append_c(out, (char)('a' + *digit++));
        else if (g_ascii_isupper(c))
            g_string_append_c(out, (char)('A' + *digit++));
        else if (g_ascii_isdigit(c))
            g_string_append_c(out, (char)('0' + *digit++));
        else
            g_string_append_c(out, c);
        i++;
    }
}

/* What names of PostgreSQL's own consist of; anything else need not be looked up. */
static gboolean
is_of_a_name(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c == '?';
}

static gboolean
is_own(const PgaOwnWords *own, const char *text, gsize length)
{
    char word[OWN_WORD_MAX + 1];

    if (!own->is_own || length > OWN_WORD_MAX || (length > 0 && g_ascii_isdigit(*text)))
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!is_of_a_name(text[i]))
            return FALSE;
        word[i] = g_ascii_tolower(text[i]);
    }
    word[length] = '\0';
    return own->is_own(own->data, word);
}

/* Words that stay must not be what others become: those go on until they are something else, which
 * is a permutation of the rest ("cycle walking"). */
static void
walk(const PgaTextCipher *cipher, const char *text, gsize length, Places *places, GString *out)
{
    const gsize start = out->len;

    do {
        permute(&cipher->key, places);
        g_string_truncate(out, start);
        write_places(cipher, text, length, places, out);
    } while (is_own(&cipher->own, out->str + start, out->len - start));
}

void
pga_cipher_text(const PgaTextCipher *cipher, const char *text, gsize length, GString *out)
{
    gsize core = length;
    Places places;

    while (core > 0 && text[core - 1] == ' ')
        core--;
    if (is_own(&cipher->own, text, core)) {
        g_string_append_len(out, text, (gssize)length);
        return;
    }
    places_init(&places, core);
    read_places(cipher, text, core, &places);
    if (places.n > 0)
        walk(cipher, text, core, &places, out);
    else
        write_places(cipher, text, core, &places, out);
    places_clear(&places);
    g_string_append_len(out, text + core, (gssize)(length - core));
}

void
pga_cipher_hex(const PgaSipKey *key, const char *text, gsize length, GString *out)
{
    static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    const guint8 *digit;
    Places places;

    places_init(&places, length);
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isxdigit(text[i]))
            place_add(&places, (guint)g_ascii_xdigit_value(text[i]), 16);
    permute(key, &places);
    digit = places.digits;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isxdigit(text[i]))
            g_string_append_c(out, text[i]);
        else
            g_string_append_c(out, (g_ascii_isupper(text[i]) ? upper : lower)[*digit++]);
    }
    places_clear(&places);
}
