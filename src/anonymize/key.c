/* Everything pseudonymous comes from one key: keys for single purposes are HMAC-SHA256 of their
 * names, pseudonyms are SipHash of what they stand for. */
#include "key_internal.h"

#include <base/error.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "anonymize/anonymize.h"

static void
hmac(const guint8 *key, gsize length, const char *text, guint8 out[32])
{
    g_autoptr(GHmac) state = g_hmac_new(G_CHECKSUM_SHA256, key, length);
    gsize n = 32;

    g_hmac_update(state, (const guchar *)text, -1);
    g_hmac_get_digest(state, out, &n);
}

static gboolean
draw_random(PgaAnonymizeKey *key, GError **error)
{
    gssize n;

    do
        n = getrandom(key->bytes, sizeof(key->bytes), 0);
    while (n < 0 && errno == EINTR);
    if (n == (gssize)sizeof(key->bytes))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INTERNAL, "could not draw a random key: %s", g_strerror(errno));
    return FALSE;
}

gboolean
pga_anonymize_key_init(PgaAnonymizeKey *key, const guint8 *user, gsize length, GError **error)
{
    if (!user)
        return draw_random(key, error);
    if (length < PGA_ANONYMIZE_KEY_MIN) {
        pga_error_set(error, PGA_ERROR_INPUT, "the key is too short: %" G_GSIZE_FORMAT " bytes",
                      length);
        pga_error_hint(error,
                       "A key has %d bytes or more, best random ones: openssl rand -out "
                       "FILE 32.",
                       PGA_ANONYMIZE_KEY_MIN);
        return FALSE;
    }
    hmac(user, length, "pgarchitect anonymize", key->bytes);
    return TRUE;
}

PgaSipKey
pga_anonymize_key_derive(const PgaAnonymizeKey *key, const char *purpose)
{
    guint8 digest[32];
    PgaSipKey sip;

    hmac(key->bytes, sizeof(key->bytes), purpose, digest);
    memcpy(&sip.k0, digest, sizeof(sip.k0));
    memcpy(&sip.k1, digest + sizeof(sip.k0), sizeof(sip.k1));
    sip.k0 = GUINT64_FROM_LE(sip.k0);
    sip.k1 = GUINT64_FROM_LE(sip.k1);
    return sip;
}

static inline guint64
rotate(guint64 value, guint bits)
{
    return value << bits | value >> (64 - bits);
}

static inline void
sip_round(guint64 v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static inline void
absorb(guint64 v[4], guint64 word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

guint64
pga_siphash(const PgaSipKey *key, gconstpointer data, gsize length)
{
    const guint8 *bytes = data;
    guint64 v[4] = {
        key->k0 ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
        key->k1 ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
        key->k0 ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
        key->k1 ^ G_GUINT64_CONSTANT(0x7465646279746573),
    };
    guint64 last = (guint64)length << 56;

    for (; length >= 8; length -= 8, bytes += 8) {
        guint64 word;

        memcpy(&word, bytes, sizeof(word));
        absorb(v, GUINT64_FROM_LE(word));
    }
    for (gsize i = 0; i < length; i++)
        last |= (guint64)bytes[i] << (8 * i);
    absorb(v, last);
    v[2] ^= 0xff;
    for (guint i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
