/* What a Mermaid diagram may hold: its parsers differ by version, and none knows a way to quote
 * everything. Whatever one of them trips over or obeys is written as the entity of its code. */
#include "diagram_internal.h"

#include <string.h>

#define MAX_LABEL 60 /* characters */

static gboolean
is_special(gunichar c)
{
    return c < 32 || c == 127 || (c < 127 && strchr("\"#%&<>\\`~", (int)c));
}

/* "direction TB" is obeyed wherever it stands, even between quotes. */
static gboolean
begins_direction(const char *at)
{
    return g_ascii_strncasecmp(at, "direction", strlen("direction")) == 0;
}

static gboolean
append_unit(GString *out, const char *unit, glong length, glong *used, gboolean is_last)
{
    if (*used + length > (is_last ? MAX_LABEL : MAX_LABEL - 1)) {
        g_string_append(out, "\xe2\x80\xa6"); /* … */
        return FALSE;
    }
    g_string_append(out, unit);
    *used += length;
    return TRUE;
}

char *
pga_diagram_label(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text && *text ? text : "-", -1);
    GString *out = g_string_new(NULL);
    const char *escaped = NULL; /* the letter that stands after a "d" */
    glong used = 0;

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        char unit[16] = "";

        if (begins_direction(at))
            escaped = at + 1;
        if (is_special(c) || at == escaped)
            (void)g_snprintf(unit, sizeof unit, "#%u;", c);
        else
            unit[g_unichar_to_utf8(c, unit)] = '\0';
        if (!append_unit(out, unit, g_utf8_strlen(unit, -1), &used, !*g_utf8_next_char(at)))
            break;
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_key(const char *word)
{
    return g_ascii_strcasecmp(word, "pk") == 0 || g_ascii_strcasecmp(word, "fk") == 0 ||
           g_ascii_strcasecmp(word, "uk") == 0;
}

char *
pga_diagram_word(const char *name)
{
    GString *out = g_string_new(NULL);
    g_autofree char *valid = g_utf8_make_valid(name, -1);

    for (const char *at = valid; *at; at = g_utf8_next_char(at))
        g_string_append_c(out, g_ascii_isalnum(*at) ? *at : '_');
    if (out->len == 0 || g_ascii_isdigit(*out->str))
        g_string_prepend(out, "c_");
    if (is_key(out->str))
        g_string_append_c(out, '_');
    return g_string_free(out, FALSE);
}

/* Words that PostgreSQL has for types of several. */
static const struct {
    const char *name, *brief;
} brief_types[] = {
    {"timestamp with time zone", "timestamptz"},
    {"timestamp without time zone", "timestamp"},
    {"time with time zone", "timetz"},
    {"time without time zone", "time"},
    {"character varying", "varchar"},
    {"double precision", "float8"},
    {"character", "char"},
};

char *
pga_diagram_type(const char *type)
{
    const char *rest = type;
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(brief_types) && out->len == 0; i++)
        if (g_str_has_prefix(type, brief_types[i].name)) {
            g_string_append(out, brief_types[i].brief);
            rest = type + strlen(brief_types[i].name);
        }
    for (gboolean inside = FALSE; *rest; rest++) {
        inside = *rest == '(' || (inside && *rest != ')');
        if (inside && *rest == ' ')
            continue;
        g_string_append_c(out, inside && *rest == ','                            ? '-'
                               : g_ascii_isalnum(*rest) || strchr("()[]", *rest) ? *rest
                                                                                 : '_');
    }
    if (out->len == 0 || !g_ascii_isalpha(*out->str))
        g_string_prepend(out, "t");
    if (is_key(out->str))
        g_string_append_c(out, '_');
    return g_string_free(out, FALSE);
}
