/* Numbers as text, shifted exactly. */
#include "numbers_internal.h"

#include <math.h>
#include <string.h>

enum {
    EXPONENT_MAX = 1000, /* of "1e10", which becomes digits; beyond it no shift can be seen */
    NUMBER_MAX = 64,     /* bytes of an integer or a float */
};

/** A decimal number: sign, digits before and after the point. */
typedef struct {
    gboolean negative;
    GString *digits; /* '0' to '9' */
    gsize scale;     /* how many of them stand after the point */
} Decimal;

static void
trim(const char **text, gsize *length)
{
    while (*length > 0 && g_ascii_isspace((*text)[0])) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && g_ascii_isspace((*text)[*length - 1]))
        (*length)--;
}

/* "e-5" at @at. FALSE when there is something else, or too much. */
static gboolean
read_exponent(const char *at, const char *end, int *out)
{
    gboolean negative;
    int value = 0;

    if (at == end) {
        *out = 0;
        return TRUE;
    }
    if (g_ascii_tolower(*at++) != 'e')
        return FALSE;
    negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end)
        return FALSE;
    for (; at < end; at++) {
        if (!g_ascii_isdigit(*at))
            return FALSE;
        value = value * 10 + (*at - '0');
        if (value > EXPONENT_MAX)
            return FALSE;
    }
    *out = negative ? -value : value;
    return TRUE;
}

/* The point @places to the right. */
static void
move_point(Decimal *number, int places)
{
    if (places <= 0) {
        number->scale += (gsize)-places;
    } else if ((gsize)places <= number->scale) {
        number->scale -= (gsize)places;
    } else {
        for (gsize i = (gsize)places - number->scale; i > 0; i--)
            g_string_append_c(number->digits, '0');
        number->scale = 0;
    }
    while (number->digits->len <= number->scale)
        g_string_prepend_c(number->digits, '0');
}

static gboolean
read_decimal(const char *text, gsize length, Decimal *number)
{
    const char *at = text, *const end = text + length;
    gboolean after_point = FALSE;
    int exponent;

    number->negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    for (; at < end && (g_ascii_isdigit(*at) || (*at == '.' && !after_point)); at++) {
        if (*at == '.') {
            after_point = TRUE;
            continue;
        }
        g_string_append_c(number->digits, *at);
        number->scale += after_point;
    }
    if (number->digits->len == 0 || !read_exponent(at, end, &exponent))
        return FALSE;
    move_point(number, exponent);
    return TRUE;
}

/* Of two strings of digits, the shorter one first filled up with zeros on its left. */
static void
align(GString *a, GString *b)
{
    while (a->len < b->len)
        g_string_prepend_c(a, '0');
    while (b->len < a->len)
        g_string_prepend_c(b, '0');
}

static void
add_digits(GString *a, const GString *b)
{
    guint carry = 0;

    for (gsize i = a->len; i-- > 0;) {
        const guint sum = (guint)(a->str[i] - '0') + (guint)(b->str[i] - '0') + carry;

        a->str[i] = (char)('0' + sum % 10);
        carry = sum / 10;
    }
    if (carry)
        g_string_prepend_c(a, '1');
}

/* @a is not the smaller one. */
static void
subtract_digits(GString *a, const GString *b)
{
    int borrow = 0;

    for (gsize i = a->len; i-- > 0;) {
        int digit = a->str[i] - b->str[i] - borrow;

        borrow = digit < 0;
        a->str[i] = (char)('0' + digit + (borrow ? 10 : 0));
    }
}

static void
add_decimal(Decimal *number, gint64 shift)
{
    g_autoptr(GString) other = g_string_new(NULL);
    const gboolean negative = shift < 0;

    g_string_printf(other, "%" G_GUINT64_FORMAT, negative ? -(guint64)shift : (guint64)shift);
    for (gsize i = 0; i < number->scale; i++)
        g_string_append_c(other, '0');
    align(number->digits, other);
    if (number->negative == negative) {
        add_digits(number->digits, other);
    } else if (strcmp(number->digits->str, other->str) >= 0) {
        subtract_digits(number->digits, other);
    } else {
        subtract_digits(other, number->digits);
        g_string_assign(number->digits, other->str);
        number->negative = negative;
    }
}

static void
write_decimal(const Decimal *number, GString *out)
{
    const char *digits = number->digits->str;
    gsize whole = number->digits->len - number->scale;

    while (whole > 1 && *digits == '0') {
        digits++;
        whole--;
    }
    if (number->negative && strspn(digits, "0") < strlen(digits))
        g_string_append_c(out, '-');
    g_string_append_len(out, digits, (gssize)whole);
    if (number->scale > 0) {
        g_string_append_c(out, '.');
        g_string_append(out, digits + whole);
    }
}

/* NaN, Infinity, -Infinity, inf. */
static gboolean
is_special(const char *text, gsize length)
{
    static const char *const words[] = {"nan", "infinity", "-infinity", "+infinity",
                                        "inf", "-inf",     "+inf"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i]) == length && g_ascii_strncasecmp(words[i], text, length) == 0)
            return TRUE;
    return FALSE;
}

gboolean
pga_numeric_shift(const char *text, gsize length, gint64 shift, GString *out)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    Decimal number = {.digits = digits};

    trim(&text, &length);
    if (is_special(text, length)) {
        g_string_append_len(out, text, (gssize)length);
        return TRUE;
    }
    if (!read_decimal(text, length, &number))
        return FALSE;
    add_decimal(&number, shift);
    write_decimal(&number, out);
    return TRUE;
}

/* @value and @shift, within @lowest and @highest. */
static gint64
add_within(gint64 value, gint64 shift, gint64 lowest, gint64 highest)
{
    if (value == lowest || value == highest)
        return value;
    if (shift > 0)
        return value > highest - shift ? highest : value + shift;
    return value < lowest - shift ? lowest : value + shift;
}

gboolean
pga_integer_shift(const char *text, gsize length, guint bits, gint64 shift, GString *out)
{
    const gint64 highest = bits == 64 ? G_MAXINT64 : (G_GINT64_CONSTANT(1) << (bits - 1)) - 1;
    const gint64 lowest = -highest - 1;
    char buffer[NUMBER_MAX];
    gint64 value;

    trim(&text, &length);
    if (length == 0 || length >= sizeof(buffer))
        return FALSE;
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    if (!g_ascii_string_to_signed(buffer[0] == '+' ? buffer + 1 : buffer, 10, lowest, highest,
                                  &value, NULL))
        return FALSE;
    g_string_append_printf(out, "%" G_GINT64_FORMAT, add_within(value, shift, lowest, highest));
    return TRUE;
}

static gboolean
reads_back(const char *text, guint bits, double value)
{
    const double read = g_ascii_strtod(text, NULL);

    return bits == 32 ? (float)read == (float)value : read == value;
}

gboolean
pga_float_shift(const char *text, gsize length, guint bits, gint64 shift, GString *out)
{
    char buffer[NUMBER_MAX], *end, format[8];
    double value;

    trim(&text, &length);
    if (length == 0 || length >= sizeof(buffer))
        return FALSE;
    if (is_special(text, length)) {
        g_string_append_len(out, text, (gssize)length);
        return TRUE;
    }
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    value = g_ascii_strtod(buffer, &end);
    if (*end || end == buffer || !isfinite(value))
        return FALSE;
    value += (double)shift;
    for (int digits = bits == 32 ? 6 : 15; digits <= 17; digits++) {
        g_snprintf(format, sizeof(format), "%%.%dg", digits);
        g_ascii_formatd(buffer, sizeof(buffer), format, value);
        if (reads_back(buffer, bits, value))
            break;
    }
    g_string_append(out, buffer);
    return TRUE;
}
