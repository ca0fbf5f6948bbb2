/* Writing JSON without building its values. */
#include "json_text_internal.h"

#include "json_internal.h"

#include <math.h>
#include <string.h>

/* g_string_append_len() for what mostly fits. */
static inline void
append(GString *out, const char *text, gsize length)
{
    if (out->len + length >= out->allocated_len) {
        g_string_append_len(out, text, (gssize)length);
        return;
    }
    memcpy(out->str + out->len, text, length);
    out->len += length;
    out->str[out->len] = '\0';
}

/* Whether @c stands in a string as it is. */
static inline gboolean
is_plain(char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static const char *
past_plain(const char *at)
{
    while (is_plain(*at))
        at++;
    return at;
}

static const char *
short_escape(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* Returns: past the character at @at, which is valid and not plain. */
static const char *
append_character(GString *out, const char *at)
{
    const char *end = g_utf8_next_char(at);
    const char *escape = short_escape(*at);

    if (escape)
        append(out, escape, 2);
    else if (*at > 0 && *at < ' ')
        g_string_append_printf(out, "\\u%04X", (guint)*at);
    else
        pga_json_append_escaped(out, at);
    return end;
}

static void
append_valid(GString *out, const char *text)
{
    for (const char *at = text;;) {
        const char *end = past_plain(at);

        append(out, at, (gsize)(end - at));
        if (!*end)
            return;
        at = append_character(out, end);
    }
}

static void
append_string(GString *out, const char *text)
{
    const char *end = past_plain(text);

    append(out, "\"", 1);
    append(out, text, (gsize)(end - text));
    if (*end && g_utf8_validate(end, -1, NULL)) {
        append_valid(out, end);
    } else if (*end) {
        g_autofree char *valid = g_utf8_make_valid(end, -1);

        append_valid(out, valid);
    }
    append(out, "\"", 1);
}

/* An opening bracket is only ever the last character just after it was written: every value ends
 * otherwise. */
static void
begin(GString *out, const char *key)
{
    const int last = out->len ? out->str[out->len - 1] : '\n';

    if (last != '{' && last != '[' && !g_ascii_isspace(last))
        append(out, ", ", 2);
    if (!key)
        return;
    append(out, "\"", 1);
    append(out, key, strlen(key));
    append(out, "\": ", 3);
}

void
pga_json_text_open(GString *out, const char *key, char bracket)
{
    begin(out, key);
    append(out, &bracket, 1);
}

void
pga_json_text_close(GString *out, char bracket)
{
    append(out, &bracket, 1);
}

void
pga_json_text_put_null(GString *out, const char *key)
{
    begin(out, key);
    append(out, "null", 4);
}

void
pga_json_text_put(GString *out, const char *key, const char *text)
{
    if (!text) {
        pga_json_text_put_null(out, key);
        return;
    }
    begin(out, key);
    append_string(out, text);
}

void
pga_json_text_put_boolean(GString *out, const char *key, gboolean value)
{
    begin(out, key);
    append(out, value ? "true" : "false", value ? 4 : 5);
}

void
pga_json_text_put_integer(GString *out, const char *key, gint64 value)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    guint64 left = value < 0 ? -(guint64)value : (guint64)value;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        *--at = '-';
    begin(out, key);
    append(out, at, (gsize)(digits + sizeof(digits) - at));
}

void
pga_json_text_put_real(GString *out, const char *key, double value)
{
    g_autofree char *text = isfinite(value) ? pga_json_line(pga_json_real(value)) : NULL;

    begin(out, key);
    g_string_append(out, text ? text : "null");
}

void
pga_json_text_put_list(GString *out, const char *key, const GPtrArray *texts)
{
    pga_json_text_open(out, key, '[');
    for (guint i = 0; i < texts->len; i++)
        pga_json_text_put(out, NULL, g_ptr_array_index(texts, i));
    pga_json_text_close(out, ']');
}

/* 0 is unknown. */
static void
put_place(GString *out, const char *key, guint number)
{
    if (number)
        pga_json_text_put_integer(out, key, number);
    else
        pga_json_text_put_null(out, key);
}

void
pga_json_text_put_location(GString *out, const char *file, guint line, guint column)
{
    if (!file) {
        pga_json_text_put_null(out, "location");
        return;
    }
    pga_json_text_open(out, "location", '{');
    pga_json_text_put(out, "file", file);
    put_place(out, "line", line);
    put_place(out, "column", column);
    pga_json_text_close(out, '}');
}
