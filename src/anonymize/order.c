/* The order of values. Texts of a language: as glibc compares them, which leaves signs for the end;
 * source: glibc 2.36 localedata/locales/iso14651_t1_common. What stands after letters beyond ASCII
 * is in the order of their code points there, which is a guess. */
#include "order_internal.h"

#include <string.h>

#include "inet_internal.h"

static gboolean
is_c(const char *collation)
{
    return strstr(collation, "\"C\"") || strstr(collation, "\"POSIX\"") ||
           strstr(collation, "\"C.") || strstr(collation, "ucs_basic") ||
           strstr(collation, "pg_c_utf8");
}

PgaOrder
pga_order_of(const PgaObjects *objects, const char *collation, const PgaValueType *type)
{
    if (g_str_equal(type->name, "name") || g_str_equal(type->name, "char"))
        return PGA_ORDER_BYTES;
    if (collation)
        return is_c(collation) ? PGA_ORDER_BYTES : PGA_ORDER_LETTERS;
    if (objects->provider == 'i')
        return PGA_ORDER_LETTERS;
    if (objects->provider == 'b' || !objects->collate)
        return PGA_ORDER_BYTES;
    if (g_str_equal(objects->collate, "C") || g_str_equal(objects->collate, "POSIX"))
        return PGA_ORDER_BYTES;
    return g_str_has_prefix(objects->collate, "C.") ? PGA_ORDER_BYTES : PGA_ORDER_LETTERS;
}

gboolean
pga_order_is_kept(const PgaValueType *type)
{
    while (type->element)
        type = type->element;
    switch (type->kind) {
    case PGA_VALUE_KEPT:
    case PGA_VALUE_INTEGER:
    case PGA_VALUE_NUMERIC:
    case PGA_VALUE_FLOAT:
    case PGA_VALUE_DATE:
    case PGA_VALUE_TIMESTAMP:
        return TRUE;
    case PGA_VALUE_TEXT:
        return type->is_enum;
    case PGA_VALUE_UNKNOWN:
    case PGA_VALUE_HEX:
    case PGA_VALUE_INET:
    case PGA_VALUE_JSON:
    case PGA_VALUE_JSONB:
    case PGA_VALUE_ARRAY:
    case PGA_VALUE_RANGE:
    case PGA_VALUE_MULTIRANGE:
    case PGA_VALUE_TSVECTOR:
    case PGA_VALUE_TSQUERY:
    case PGA_VALUE_HSTORE:
    case PGA_VALUE_COMPOSITE:
    default:
        return FALSE;
    }
}

static gboolean
is_sign(char c)
{
    return (guint8)c < 0x80 && !g_ascii_isalnum(c);
}

/* Past signs. */
static const char *
next_letter(const char *at)
{
    while (*at && is_sign(*at))
        at++;
    return at;
}

static int
compare_folded(const char *a, const char *b)
{
    for (;;) {
        int left, right;

        a = next_letter(a);
        b = next_letter(b);
        left = (guint8)g_ascii_tolower(*a);
        right = (guint8)g_ascii_tolower(*b);
        if (left != right || left == 0)
            return left - right;
        a++;
        b++;
    }
}

/* Of two that differ in case and signs only: the small letter first. */
static int
compare_case(const char *a, const char *b)
{
    for (;;) {
        a = next_letter(a);
        b = next_letter(b);
        if (!*a || !*b)
            return 0;
        if (*a != *b)
            return g_ascii_islower(*a) ? -1 : 1;
        a++;
        b++;
    }
}

static int
compare_letters(const char *a, const char *b)
{
    int order = compare_folded(a, b);

    if (!order)
        order = compare_case(a, b);
    return order ? order : strcmp(a, b);
}

static int
compare_lexemes(const char *a, const char *b)
{
    const gsize left = strlen(a), right = strlen(b);

    return left != right ? (left < right ? -1 : 1) : memcmp(a, b, left);
}

/* Null, string, number, boolean, array, object: compareJsonbContainers() in PostgreSQL 17
 * src/backend/utils/adt/jsonb_util.c; within one of these by length, which is near enough. */
static int
json_rank(const char *text)
{
    static const char first[] = "n\"-0123456789tf[{";
    const char *at = *text ? strchr(first, *text) : NULL;
    const int place = at ? (int)(at - first) : 0;

    return place < 2 ? place : place < 13 ? 2 : place < 15 ? 3 : place - 11;
}

static int
compare_json(const char *a, const char *b)
{
    const int order = json_rank(a) - json_rank(b);

    return order ? order : compare_lexemes(a, b);
}

int
pga_order_compare(PgaOrder order, const PgaValueType *type, const char *a, const char *b)
{
    if (type->kind == PGA_VALUE_INET)
        return pga_inet_compare(a, b);
    if (type->kind == PGA_VALUE_JSONB)
        return compare_json(a, b);
    if (type->kind == PGA_VALUE_HEX)
        return strcmp(a, b);
    switch (order) {
    case PGA_ORDER_LETTERS:
        return compare_letters(a, b);
    case PGA_ORDER_LEXEMES:
        return compare_lexemes(a, b);
    case PGA_ORDER_BYTES:
    default:
        return strcmp(a, b);
    }
}
