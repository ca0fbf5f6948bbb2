/* Classifying text by its shape: strictly, because a wrong guess ends in a failing ALTER TABLE at
 * best. */
#include <arpa/inet.h>
#include <string.h>

#include "sampled_values_internal.h"

#define MAX_VALUE 64 /* values are cut to that many characters: longer ones have lost their end */

guint
pga_values_count(const PgaAttributeStats *stats)
{
    return (stats->mcv ? stats->mcv->len : 0) + (stats->histogram ? stats->histogram->len : 0);
}

static const char *
value_at(const PgaAttributeStats *stats, guint i)
{
    const guint n_mcv = stats->mcv ? stats->mcv->len : 0;

    return i < n_mcv ? g_ptr_array_index(stats->mcv, i)
                     : g_ptr_array_index(stats->histogram, i - n_mcv);
}

/* (nullable): what follows @shape in @text: 'd' stands for a digit, 'h' for a hexadecimal one, the
 * rest for itself. */
static const char *
skip_shape(const char *text, const char *shape)
{
    for (; *shape; shape++, text++) {
        if (*shape == 'd' ? !g_ascii_isdigit(*text)
                          : (*shape == 'h' ? !g_ascii_isxdigit(*text) : *text != *shape))
            return NULL;
    }
    return text;
}

static const char *
skip_digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

/* (nullable): what follows a valid ISO date. */
static const char *
skip_date(const char *text)
{
    const char *rest = skip_shape(text, "dddd-dd-dd");
    int year, month, day;

    if (!rest)
        return NULL;
    year = (int)g_ascii_strtoll(text, NULL, 10);
    month = (int)g_ascii_strtoll(text + 5, NULL, 10);
    day = (int)g_ascii_strtoll(text + 8, NULL, 10);
    return g_date_valid_dmy((GDateDay)day, month, (GDateYear)year) ? rest : NULL;
}

/* Two digits below @limit. */
static gboolean
is_below(const char *text, gint64 limit)
{
    return g_ascii_strtoll(text, NULL, 10) < limit;
}

static gboolean
is_zone(const char *text)
{
    const char *rest;

    if (!*text || g_str_equal(text, "Z"))
        return TRUE;
    if (*text != '+' && *text != '-')
        return FALSE;
    rest = skip_shape(text + 1, "dd");
    if (rest && *rest == ':')
        rest++;
    return rest && (!*rest || g_strcmp0(skip_shape(rest, "dd"), "") == 0);
}

static gboolean
is_timestamp(const char *text)
{
    const char *rest = skip_date(text);
    const char *seconds;

    if (!rest || (*rest != ' ' && *rest != 'T') || !skip_shape(rest + 1, "dd:dd") ||
        !is_below(rest + 1, 24) || !is_below(rest + 4, 60))
        return FALSE;
    rest += strlen(" 10:00");
    seconds = skip_shape(rest, ":dd");
    if (seconds && !is_below(rest + 1, 60))
        return FALSE;
    if (seconds)
        rest = *seconds == '.' ? skip_digits(seconds + 1) : seconds;
    return is_zone(rest);
}

static guint
number_kinds(const char *text)
{
    const char *digits = *text == '-' ? text + 1 : text;
    const char *rest = skip_digits(digits);
    const gsize length = (gsize)(rest - digits);

    if (length == 0 || (length > 1 && *digits == '0')) /* leading zeros are part of a code */
        return 0;
    if (*rest == '.' && rest[1] && !*skip_digits(rest + 1))
        return PGA_VALUES_NUMERIC;
    if (*rest || length > 18)
        return 0;
    return PGA_VALUES_NUMERIC | PGA_VALUES_BIGINT | (length <= 9 ? PGA_VALUES_INTEGER : 0);
}

static gboolean
is_inet(const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

/* Whether what follows the brace of an object is its end or a key and a colon: PostgreSQL's own
 * arrays, {"a","b"}, begin alike. A key longer than what is left of the value counts. */
static gboolean
begins_object(const char *text, gboolean cut)
{
    text += strspn(text, " \t\r\n");
    if (*text == '}')
        return !text[1];
    if (*text++ != '"')
        return FALSE;
    for (; *text && *text != '"'; text++) {
        if (*text == '\\' && text[1])
            text++;
    }
    if (!*text)
        return cut;
    text++;
    text += strspn(text, " \t\r\n");
    return *text == ':' || (cut && !*text);
}

/* An array of numbers or of words without quotes may be something else. */
static gboolean
begins_array(const char *text)
{
    text += strspn(text, " \t\r\n");
    return *text == '"' || *text == '{' || (*text == ']' && !text[1]);
}

static gboolean
is_json(const char *text)
{
    const gboolean cut = g_utf8_strlen(text, -1) >= MAX_VALUE;
    const gsize length = strlen(text);

    if (*text == '{')
        return begins_object(text + 1, cut) && (cut || text[length - 1] == '}');
    return *text == '[' && begins_array(text + 1) && (cut || text[length - 1] == ']');
}

static guint
kinds(const char *text)
{
    const char *rest;

    if (g_strcmp0(skip_shape(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"), "") == 0)
        return PGA_VALUES_UUID;
    rest = skip_date(text);
    if (rest && !*rest)
        return PGA_VALUES_DATE;
    if (rest && is_timestamp(text))
        return PGA_VALUES_TIMESTAMP;
    if (is_inet(text))
        return PGA_VALUES_INET;
    if (is_json(text))
        return PGA_VALUES_JSON;
    return number_kinds(text);
}

/* Both words of one of the pairs that PostgreSQL's boolean accepts, and no third: not '0' and '1',
 * which may be numbers or codes. */
static gboolean
is_boolean(const PgaAttributeStats *stats, double rows)
{
    static const char *const pairs[][2] = {
        {"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"}};
    const char *first, *second;

    if (pga_values_count(stats) != 2 || stats->n_distinct != 2 ||
        rows * (1 - stats->null_frac) < PGA_VALUES_MIN)
        return FALSE;
    first = value_at(stats, 0);
    second = value_at(stats, 1);
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if ((!g_ascii_strcasecmp(first, pairs[i][0]) && !g_ascii_strcasecmp(second, pairs[i][1])) ||
            (!g_ascii_strcasecmp(first, pairs[i][1]) && !g_ascii_strcasecmp(second, pairs[i][0])))
            return TRUE;
    }
    return FALSE;
}

const char *
pga_values_true_word(const PgaAttributeStats *stats)
{
    const char *first = value_at(stats, 0);

    return strchr("tTyY", *first) ? first : value_at(stats, 1);
}

const char *
pga_values_false_word(const PgaAttributeStats *stats)
{
    const char *first = value_at(stats, 0);

    return strchr("tTyY", *first) ? value_at(stats, 1) : first;
}

/* (transfer full): @text, a number, without the zeros that end its fraction: numbers that compare
 * equal look alike. */
static char *
without_zeros(const char *text)
{
    char *number = g_strdup(strspn(text, "-0.") == strlen(text) ? "0" : text);
    gsize length = strlen(number);

    if (!strchr(number, '.'))
        return number;
    while (number[length - 1] == '0')
        length--;
    number[length - (number[length - 1] == '.')] = '\0';
    return number;
}

/* Whether the numbers could not be told apart by their values as by their texts, or are written
 * with fractions of various lengths: versions, 1.9 before 1.10. */
static gboolean
are_labels(const PgaAttributeStats *stats)
{
    g_autoptr(GHashTable) texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gsize digits = 0;

    for (guint i = 0; i < pga_values_count(stats); i++) {
        const char *text = value_at(stats, i);
        const char *point = strchr(text, '.');
        char *number = without_zeros(text);
        const char *other = g_hash_table_lookup(texts, number);

        g_hash_table_replace(texts, number, (gpointer)text);
        if ((other && !g_str_equal(other, text)) || (point && digits && strlen(point) != digits))
            return TRUE;
        if (point)
            digits = strlen(point);
    }
    return FALSE;
}

PgaValuesKind
pga_values_kind(const PgaAttributeStats *stats, double rows)
{
    const guint n = pga_values_count(stats);
    guint common = ~0U;

    if (is_boolean(stats, rows))
        return PGA_VALUES_BOOLEAN;
    if (n < PGA_VALUES_MIN)
        return PGA_VALUES_UNKNOWN;
    for (guint i = 0; i < n && common; i++)
        common &= kinds(value_at(stats, i));
    if ((common & PGA_VALUES_NUMERIC) && are_labels(stats))
        return PGA_VALUES_TEXT;
    /* the lowest bit is the most specific kind */
    return common ? (PgaValuesKind)(common & -common) : PGA_VALUES_TEXT;
}

gboolean
pga_values_are_not_negative(const PgaAttributeStats *stats)
{
    const guint n = pga_values_count(stats);

    for (guint i = 0; i < n; i++) {
        if (!g_ascii_isdigit(
                *value_at(stats, i))) /* "-1", and NaN or Infinity, which say nothing */
            return FALSE;
    }
    return n >= PGA_VALUES_MIN;
}
