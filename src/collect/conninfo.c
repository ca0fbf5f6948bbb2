/* Conninfo strings and URIs before libpq sees them. libpq's own messages quote the string that they
 * complain about, and a password that was not escaped ends up in them; the messages here name
 * nothing that can be a piece of a password. */
#include "connection_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

#define ESCAPE_HINT                                                                                \
    "In a URI, write special characters of the password percent-encoded (@ is %%40, : is %%3A, / " \
    "is %%2F, %% is %%25), or leave the password to PGPASSWORD or ~/.pgpass."
#define QUOTE_HINT                                                                                 \
    "Write keyword=value pairs; a value with blanks goes between single quotes, and in them a "    \
    "quote or a backslash after a backslash. Or leave the password to PGPASSWORD or ~/.pgpass."

static void
conninfo_free(PQconninfoOption *options)
{
    PQconninfoFree(options);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PQconninfoOption, conninfo_free)

/* What comes after "postgresql://", or NULL. */
static const char *
uri_rest(const char *dbname)
{
    if (g_str_has_prefix(dbname, "postgresql://"))
        return dbname + strlen("postgresql://");
    if (g_str_has_prefix(dbname, "postgres://"))
        return dbname + strlen("postgres://");
    return NULL;
}

/* libpq ends the password at the first "@", unless a "/" comes before it. One more "@" in front of
 * the parameters means that a part of the password would become a host's, port's or database's
 * name. */
static gboolean
uri_is_ambiguous(const char *rest)
{
    const char *end = strpbrk(rest, "@/");
    const char *server = end && *end == '@' ? end + 1 : rest;

    return memchr(server, '@', strcspn(server, "?")) != NULL;
}

static gboolean
has_broken_percent(const char *text)
{
    for (const char *c = strchr(text, '%'); c; c = strchr(c + 1, '%'))
        if (!g_ascii_isxdigit(c[1]) || !g_ascii_isxdigit(c[2]))
            return TRUE;
    return FALSE;
}

static const char *
option_value(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword; options++)
        if (strcmp(options->keyword, keyword) == 0)
            return options->val;
    return NULL;
}

static gboolean
are_ports(const char *text)
{
    return !text || text[strspn(text, "0123456789,")] == '\0';
}

static gboolean
check_uri(const char *uri, const char *rest, GError **error)
{
    g_autoptr(PQconninfoOption) options = NULL;
    const char *host;

    if (has_broken_percent(rest)) {
        pga_error_set(error, PGA_ERROR_INPUT, "connection URI cannot be read");
        pga_error_detail(error, "A %% is not followed by two hexadecimal digits.");
        pga_error_hint(error, ESCAPE_HINT);
        return FALSE;
    }
    if (uri_is_ambiguous(rest)) {
        pga_error_set(error, PGA_ERROR_INPUT, "connection URI cannot be read");
        pga_error_detail(error, "An unescaped @ or / leaves open where the password ends.");
        pga_error_hint(error, ESCAPE_HINT);
        return FALSE;
    }
    options = PQconninfoParse(uri, NULL);
    host = options ? option_value(options, "host") : NULL;
    if (!options || (host && strchr(host, '@')) || !are_ports(option_value(options, "port"))) {
        pga_error_set(error, PGA_ERROR_INPUT, "connection URI cannot be read");
        pga_error_detail(
            error, "Its form is postgresql://user:password@host:port/dbname?parameter=value&….");
        pga_error_hint(error, ESCAPE_HINT);
        return FALSE;
    }
    return TRUE;
}

/* libpq's keywords are such words; anything else may be a URI whose scheme was forgotten. */
static gboolean
is_plain_word(const char *word)
{
    for (; *word; word++)
        if (!g_ascii_isalnum(*word) && *word != '_')
            return FALSE;
    return TRUE;
}

static gboolean
is_keyword(const PQconninfoOption *known, const char *word)
{
    for (; known->keyword; known++)
        if (strcmp(known->keyword, word) == 0)
            return TRUE;
    return FALSE;
}

/* The end of a value in a conninfo string, as conninfo_parse() in PostgreSQL 15
 * src/interfaces/libpq/fe-connect.c finds it. */
static const char *
skip_value(const char *c)
{
    const gboolean quoted = *c == '\'';

    for (c += quoted; *c && (quoted ? *c != '\'' : !g_ascii_isspace(*c)); c++)
        if (*c == '\\' && c[1])
            c++;
    return c + (quoted && *c);
}

/* (nullable): the first keyword that libpq does not know, unless a password stands before it: then
 * the "keyword" may be the rest of that password. */
static char *
unknown_keyword(const char *conninfo)
{
    g_autoptr(PQconninfoOption) known = PQconndefaults();
    const char *c = conninfo;

    while (known) {
        g_autofree char *word = NULL;
        gsize length;

        c += strspn(c, " \t\n\r\f\v");
        length = strcspn(c, "= \t\n\r\f\v");
        if (length == 0)
            return NULL;
        word = g_strndup(c, length);
        c += length;
        c += strspn(c, " \t\n\r\f\v");
        if (*c != '=' || strstr(word, "password") || !is_plain_word(word))
            return NULL;
        if (!is_keyword(known, word))
            return g_steal_pointer(&word);
        c++;
        c = skip_value(c + strspn(c, " \t\n\r\f\v"));
    }
    return NULL;
}

static void
hint_keyword(const char *word, GError **error)
{
    g_autoptr(PQconninfoOption) known = PQconndefaults();
    g_autoptr(GPtrArray) keywords = g_ptr_array_new();
    const char *closest;

    for (const PQconninfoOption *option = known; option && option->keyword; option++)
        g_ptr_array_add(keywords, option->keyword);
    g_ptr_array_add(keywords, NULL);
    closest = pga_text_closest(word, (const char *const *)keywords->pdata);
    if (closest)
        pga_error_hint(error, "Did you mean %s?", closest);
    else
        pga_error_hint(error, "Keywords are those of libpq: host, port, dbname, user, sslmode, ….");
}

static gboolean
check_pairs(const char *conninfo, GError **error)
{
    g_autoptr(PQconninfoOption) options = PQconninfoParse(conninfo, NULL);
    g_autofree char *word = NULL;

    if (options && are_ports(option_value(options, "port")))
        return TRUE;
    word = unknown_keyword(conninfo);
    if (word) {
        g_autofree char *shown = pga_text_printable(word);

        pga_error_set(error, PGA_ERROR_INPUT, "connection string has an unknown keyword \"%s\"",
                      shown);
        hint_keyword(word, error);
        return FALSE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "connection string cannot be read");
    pga_error_detail(error, options ? "Its port is not a number."
                                    : "It is not a list of keyword=value pairs that libpq knows.");
    pga_error_hint(error, QUOTE_HINT);
    return FALSE;
}

/* "postgre://user:password@host/db" would be taken as a database's name, and named in messages. */
static gboolean
is_other_uri(const char *dbname)
{
    const char *equals = strchr(dbname, '='), *scheme = strstr(dbname, "://");
    const char *colon = strchr(dbname, ':');

    if (scheme && (!equals || scheme < equals))
        return TRUE;
    return !equals && colon && strchr(colon, '@');
}

gboolean
pga_conninfo_check(const char *dbname, GError **error)
{
    const char *rest = dbname ? uri_rest(dbname) : NULL;

    if (!dbname)
        return TRUE;
    if (rest)
        return check_uri(dbname, rest, error);
    if (is_other_uri(dbname)) {
        pga_error_set(error, PGA_ERROR_INPUT, "connection URI cannot be read");
        pga_error_detail(error, "It begins with neither postgresql:// nor postgres://.");
        pga_error_hint(error, "The form is postgresql://user@host:port/dbname.");
        return FALSE;
    }
    return !strchr(dbname, '=') || check_pairs(dbname, error);
}
