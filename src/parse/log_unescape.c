/* Text as it was before the log's format wrapped it. None of it gets longer by that, so it is
 * written over itself. */
#include "log_internal.h"
#include <string.h>

enum { HEX = 16 };

const char *
pga_log_json_string_end(const char *text, const char *end)
{
    const char *at = text;

    while ((at = memchr(at, '"', (gsize)(end - at)))) {
        const char *before = at;

        while (before > text && before[-1] == '\\')
            before--;
        if ((at - before) % 2 == 0)
            return at;
        at++;
    }
    return NULL;
}

/* The number of \uXXXX; -1: it is none. */
static int
hex4(const char *text, gsize length)
{
    int value = 0;

    if (length < 6 || text[0] != '\\' || text[1] != 'u')
        return -1;
    for (guint i = 2; i < 6; i++) {
        const int digit = g_ascii_xdigit_value(text[i]);

        if (digit < 0)
            return -1;
        value = value * HEX + digit;
    }
    return value;
}

/* @in begins with \u; *used are its bytes. Halves of a pair that stand alone become U+FFFD. */
static gunichar
json_character(const char *in, gsize length, gsize *used)
{
    const int high = hex4(in, length);
    int low;

    *used = 2;
    if (high < 0)
        return 0xfffd;
    *used = 6;
    if (high < 0xd800 || high > 0xdfff)
        return high > 0 ? (gunichar)high : 0xfffd;
    low = high < 0xdc00 ? hex4(in + 6, length - 6) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return 0xfffd;
    *used = 12;
    return 0x10000 + (((gunichar)high - 0xd800) << 10) + ((gunichar)low - 0xdc00);
}

static char
json_short(char letter)
{
    switch (letter) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    default:
        return letter;
    }
}

gsize
pga_log_unescape_json(char *text, gsize length)
{
    char *in = memchr(text, '\\', length), *end = text + length, *out = in;

    if (!in)
        return length;
    while (in < end) {
        const char *next;
        gsize plain;

        if (in[0] == '\\' && in + 1 < end && in[1] == 'u') {
            gsize used;

            out += g_unichar_to_utf8(json_character(in, (gsize)(end - in), &used), out);
            in += used;
            continue;
        }
        if (in[0] == '\\' && in + 1 < end) {
            *out++ = json_short(in[1]);
            in += 2;
            continue;
        }
        next = memchr(in + 1, '\\', (gsize)(end - in) - 1);
        plain = (gsize)((next ? next : end) - in);
        memmove(out, in, plain);
        out += plain;
        in += plain;
    }
    return (gsize)(out - text);
}

/* What &…; stands for; 0: nothing that the server writes. */
static char
xml_entity(const char *text, gsize length, gsize *used)
{
    static const struct {
        const char *name;
        char character;
    } entities[] = {
        {"&lt;", '<'},    {"&gt;", '>'},   {"&amp;", '&'},  {"&quot;", '"'},
        {"&#x0d;", '\r'}, {"&#10;", '\n'}, {"&#39;", '\''},
    };

    if (*text != '&')
        return '\0';
    for (guint i = 0; i < G_N_ELEMENTS(entities); i++) {
        *used = strlen(entities[i].name);
        if (length >= *used && memcmp(text, entities[i].name, *used) == 0)
            return entities[i].character;
    }
    return '\0';
}

gsize
pga_log_unescape_xml(char *text, gsize length)
{
    char *out = text;

    for (gsize i = 0; i < length;) {
        gsize used;
        const char character = xml_entity(text + i, length - i, &used);

        if (character != '\0') {
            *out++ = character;
            i += used;
        } else {
            *out++ = text[i++];
        }
    }
    return (gsize)(out - text);
}

/* Doubled quotes become one. */
gsize
pga_log_unescape_csv(char *text, gsize length)
{
    char *in = memchr(text, '"', length), *end = text + length, *out = in;

    while (in && in < end) {
        char *next;
        gsize plain;

        in++; /* the first of the two */
        next = in + 1 < end ? memchr(in + 1, '"', (gsize)(end - in) - 1) : NULL;
        plain = (gsize)((next ? next : end) - in);
        memmove(out, in, plain);
        out += plain;
        in = next;
    }
    return out ? (gsize)(out - text) : length;
}

/* stderr: the server puts one behind each newline. */
gsize
pga_log_remove_tabs(char *text, gsize length, gboolean crlf)
{
    char *in = text, *end = text + length, *out = text;

    while (in < end) {
        const char *newline = memchr(in, '\n', (gsize)(end - in));
        const char *next = newline ? newline + 1 : end;
        const gsize plain = (gsize)(next - in);

        if (out != in)
            memmove(out, in, plain);
        out += plain;
        if (newline && crlf && plain > 1 && out[-2] == '\r') {
            out[-2] = '\n';
            out--;
        }
        in += plain;
        if (newline && in < end && *in == '\t')
            in++;
    }
    return (gsize)(out - text);
}
