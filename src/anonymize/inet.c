/* Addresses, bit by bit: each is turned over or not by a keyed hash of all bits before it.
 *
 * Source: Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization (2002), "Crypto-PAn". */
#include "inet_internal.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct {
    int family;
    guint8 bytes[16];
    guint n_bits; /* 32, 128 */
    guint masklen;
    gboolean masked; /* "/24" was written */
} Address;

/* "10.1" of a cidr is 10.1.0.0. */
static gboolean
read_short(const char *text, Address *address)
{
    g_autofree char *padded = NULL;
    guint points = 0;

    for (const char *c = text; *c; c++) {
        if (!g_ascii_isdigit(*c) && *c != '.')
            return FALSE;
        points += *c == '.';
    }
    if (points > 2)
        return FALSE;
    padded = g_strconcat(text, points == 0 ? ".0.0.0" : points == 1 ? ".0.0" : ".0", NULL);
    return inet_pton(AF_INET, padded, address->bytes) == 1;
}

static gboolean
read_masklen(const char *text, Address *address)
{
    guint64 masklen;

    if (!g_ascii_string_to_unsigned(text, 10, 0, address->n_bits, &masklen, NULL))
        return FALSE;
    address->masklen = (guint)masklen;
    address->masked = TRUE;
    return TRUE;
}

static gboolean
read_address(const char *text, gsize length, Address *address)
{
    char buffer[64], *slash;

    if (length == 0 || length >= sizeof(buffer))
        return FALSE;
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    *address = (Address){0};
    slash = strchr(buffer, '/');
    if (slash)
        *slash = '\0';
    address->family = strchr(buffer, ':') ? AF_INET6 : AF_INET;
    address->n_bits = address->masklen = address->family == AF_INET6 ? 128 : 32;
    if (inet_pton(address->family, buffer, address->bytes) != 1 &&
        !(slash && address->family == AF_INET && read_short(buffer, address)))
        return FALSE;
    return !slash || read_masklen(slash + 1, address);
}

static gboolean
bit_of(const guint8 *bytes, guint i)
{
    return (bytes[i / 8] & (0x80U >> (i % 8))) != 0;
}

/* Bits @from to @to of @address. */
static void
turn_bits(const PgaSipKey *key, Address *address, guint from, guint to)
{
    guint8 result[16], prefix[18] = {0};

    memcpy(result, address->bytes, sizeof(result));
    prefix[16] = address->family == AF_INET6;
    for (guint i = 0; i < to; i++) {
        prefix[17] = (guint8)i;
        if (i >= from && pga_siphash(key, prefix, sizeof(prefix)) & 1)
            result[i / 8] = (guint8)(result[i / 8] ^ (0x80U >> (i % 8)));
        if (bit_of(address->bytes, i))
            prefix[i / 8] = (guint8)(prefix[i / 8] | (0x80U >> (i % 8)));
    }
    memcpy(address->bytes, result, sizeof(result));
}

static gboolean
has_host_bits(const Address *address)
{
    for (guint i = address->masklen; i < address->n_bits; i++)
        if (bit_of(address->bytes, i))
            return TRUE;
    return FALSE;
}

gboolean
pga_inet_map(const PgaSipKey *key, const char *text, gsize length, GString *out)
{
    char written[INET6_ADDRSTRLEN];
    gboolean hosted;
    Address address;

    if (!read_address(text, length, &address))
        return FALSE;
    hosted = has_host_bits(&address);
    turn_bits(key, &address, 0, address.masklen);
    if (hosted) {
        /* the host none is nobody's: whoever becomes it goes on, as it would itself */
        do
            turn_bits(key, &address, address.masklen, address.n_bits);
        while (!has_host_bits(&address));
    }
    inet_ntop(address.family, address.bytes, written, sizeof(written));
    g_string_append(out, written);
    if (address.masked)
        g_string_append_printf(out, "/%u", address.masklen);
    return TRUE;
}

int
pga_inet_compare(const char *a, const char *b)
{
    Address left, right;
    const gboolean has_left = read_address(a, strlen(a), &left);
    const gboolean has_right = read_address(b, strlen(b), &right);

    if (!has_left || !has_right)
        return has_left - has_right;
    if (left.family != right.family)
        return left.family == AF_INET ? -1 : 1;
    for (guint i = 0; i < MIN(left.masklen, right.masklen); i++)
        if (bit_of(left.bytes, i) != bit_of(right.bytes, i))
            return bit_of(left.bytes, i) ? 1 : -1;
    if (left.masklen != right.masklen)
        return left.masklen < right.masklen ? -1 : 1;
    return memcmp(left.bytes, right.bytes, sizeof(left.bytes));
}
