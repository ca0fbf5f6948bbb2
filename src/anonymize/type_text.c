/* Names of types as format_type() and people write them. */
#include <string.h>

#include "types_internal.h"

/* After the quoted name at @at, a quote. */
static const char *
after_quoted(const char *at)
{
    for (at++; *at; at++) {
        if (*at != '"')
            continue;
        if (at[1] != '"')
            return at + 1;
        at++;
    }
    return at;
}

/* The quoted name at @at, without its quotes. */
static const char *
read_quoted(const char *at, GString *out)
{
    const char *const end = after_quoted(at);

    for (at++; at < end - 1 || (at < end && *at != '"'); at++) {
        if (*at == '"')
            at++;
        g_string_append_c(out, *at);
    }
    return end;
}

static const char *
read_typmod(const char *at, PgaTypeText *out)
{
    const char *close = strchr(at, ')');
    const char *const end = close ? close : at + strlen(at);

    g_free(out->typmod);
    out->typmod = g_strndup(at + 1, (gsize)(end - at) - 1);
    return close ? close + 1 : end;
}

/* A bare character: folded, blanks become one. */
static void
add_bare(GString *name, char c)
{
    if (!g_ascii_isspace(c))
        g_string_append_c(name, g_ascii_tolower(c));
    else if (name->len > 0 && name->str[name->len - 1] != ' ')
        g_string_append_c(name, ' ');
}

static void
strip_end(GString *name)
{
    while (name->len > 0 && name->str[name->len - 1] == ' ')
        g_string_truncate(name, name->len - 1);
}

/* "[]", "[3]" */
static const char *
read_dimension(const char *at, PgaTypeText *out)
{
    const char *close = strchr(at, ']');

    out->dimensions++;
    return close ? close + 1 : at + strlen(at);
}

static const char *
read_character(const char *at, GString *name, PgaTypeText *out)
{
    switch (*at) {
    case '"':
        return read_quoted(at, name);
    case '(':
        return read_typmod(at, out);
    case '[':
        return read_dimension(at, out);
    case '.':
        strip_end(name);
        g_free(out->nspname);
        out->nspname = g_strdup(name->str);
        g_string_truncate(name, 0);
        return at + 1;
    default:
        add_bare(name, *at);
        return at + 1;
    }
}

void
pga_type_text_read(const char *type, PgaTypeText *out)
{
    GString *name = g_string_new(NULL);

    *out = (PgaTypeText){0};
    while (*type)
        type = read_character(type, name, out);
    strip_end(name);
    if (g_str_has_prefix(name->str, "setof "))
        g_string_erase(name, 0, (gssize)strlen("setof "));
    if (g_str_has_suffix(name->str, " array")) {
        g_string_truncate(name, name->len - strlen(" array"));
        out->dimensions++;
    }
    out->typname = g_string_free(name, FALSE);
}

void
pga_type_text_clear(PgaTypeText *text)
{
    g_clear_pointer(&text->nspname, g_free);
    g_clear_pointer(&text->typname, g_free);
    g_clear_pointer(&text->typmod, g_free);
}

static gboolean
is_end(const char *at)
{
    static const char *const words[] = {" COLLATE ", " DEFAULT ",    " NOT NULL",
                                        " NULL",     " CONSTRAINT ", " CHECK "};

    if (*at == ',' || *at == ';' || *at == ')')
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strncasecmp(at, words[i], strlen(words[i])) == 0)
            return TRUE;
    return FALSE;
}

/* Where the type ends that @text begins with. */
static const char *
type_end(const char *text)
{
    while (*text && !is_end(text)) {
        const char *close = *text == '(' ? strchr(text, ')') : NULL;

        if (*text == '"')
            text = after_quoted(text);
        else
            text = close ? close + 1 : text + 1;
    }
    return text;
}

char *
pga_type_text_head(const char *text)
{
    return g_strstrip(g_strndup(text, (gsize)(type_end(text) - text)));
}

/* After the name of the column at @at. */
static const char *
after_name(const char *at)
{
    if (*at == '"')
        return after_quoted(at);
    while (*at && !g_ascii_isspace(*at) && *at != ',' && *at != ')')
        at++;
    return at;
}

GPtrArray *
pga_type_text_members(const char *at)
{
    GPtrArray *members = g_ptr_array_new_with_free_func(g_free);

    while (*at && *at != ')') {
        while (g_ascii_isspace(*at) || *at == ',')
            at++;
        if (!*at || *at == ')')
            break;
        at = after_name(at);
        g_ptr_array_add(members, pga_type_text_head(at));
        at = type_end(at);
        while (*at && *at != ',' && *at != ')') /* COLLATE "x" */
            at = *at == '"' ? after_quoted(at) : at + 1;
    }
    return members;
}
