/* Values and documents of every JSON format. What a server says may be no valid UTF-8 and may hold
 * characters that a terminal acts on: the first is made valid, the second is escaped, so that the
 * output can be shown as it is. */
#include "json_internal.h"

#include <math.h>

/* Digits that a double carries for sure: 44.2 prints as 44.2. */
#define REAL_PRECISION 15

json_t *
pga_json_string(const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

    return valid ? json_string(valid) : json_null();
}

json_t *
pga_json_real(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

json_t *
pga_json_tool(void)
{
    return json_pack("{s:s, s:s}", "name", "pgarchitect", "version", PGA_VERSION);
}

static gboolean
is_acted_on(gunichar c)
{
    const GUnicodeType type = g_unichar_type(c);

    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
           type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

void
pga_json_append_escaped(GString *out, const char *at)
{
    const gunichar c = g_utf8_get_char(at);

    if (!is_acted_on(c))
        g_string_append_len(out, at, g_utf8_next_char(at) - at);
    else if (c <= 0xffff)
        g_string_append_printf(out, "\\u%04x", c);
    else
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                               0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* Nothing below DEL is acted on: most of any document. */
static const char *
past_ascii(const char *at)
{
    while (*at > 0 && *at < 0x7f)
        at++;
    return at;
}

/* jansson escapes what is below U+0020. The rest that a terminal acts on (DEL, C1, directional
 * overrides) can only stand inside strings, where \uXXXX says the same. */
static char *
escape_acted_on(const char *json)
{
    GString *out = g_string_new(NULL);

    for (const char *at = json; *at;) {
        const char *end = past_ascii(at);

        g_string_append_len(out, at, end - at);
        if (!*end)
            break;
        pga_json_append_escaped(out, end);
        at = g_utf8_next_char(end);
    }
    return g_string_free(out, FALSE);
}

static char *
dump(json_t *root, gsize flags)
{
    char *text = json_dumps(root, flags | JSON_REAL_PRECISION(REAL_PRECISION));
    char *safe = escape_acted_on(text);

    free(text);
    json_decref(root);
    return safe;
}

char *
pga_json_dump(json_t *root)
{
    g_autofree char *text = dump(root, JSON_INDENT(2));

    return g_strconcat(text, "\n", NULL);
}

char *
pga_json_line(json_t *root)
{
    return dump(root, JSON_ENCODE_ANY);
}

json_t *
pga_json_count(gint64 number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

void
pga_json_set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, pga_json_string(text));
}
