/* The key of one anonymisation, and the keyed hash that everything is made of. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    guint8 bytes[32];
} PgaAnonymizeKey;

/* Of SipHash-2-4. */
typedef struct {
    guint64 k0, k1;
} PgaSipKey;

/* @user (nullable) of @length bytes; NULL: from the system's random numbers. FALSE with
 * PGA_ERROR_INPUT when it is too short, PGA_ERROR_INTERNAL when there are no random numbers. */
gboolean pga_anonymize_key_init(PgaAnonymizeKey *key, const guint8 *user, gsize length,
                                GError **error);

/* The hash key for one @purpose ("names", "texts"): those of two purposes say nothing of each
 * other. */
PgaSipKey pga_anonymize_key_derive(const PgaAnonymizeKey *key, const char *purpose);

/* Source: Aumasson, Bernstein: SipHash: a fast short-input PRF (2012), with two and four rounds. */
guint64 pga_siphash(const PgaSipKey *key, gconstpointer data, gsize length);

G_END_DECLS
