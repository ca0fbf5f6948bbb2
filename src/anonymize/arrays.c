/* Arrays, ranges, composite values: how PostgreSQL quotes parts is undone before a part is mapped,
 * and done anew.
 *
 * Source: array_out() in src/backend/utils/adt/arrayfuncs.c, range_deparse() in rangetypes.c,
 * record_out() in rowtypes.c, PostgreSQL 17 */
#include <string.h>

#include "parts_internal.h"

/** How parts are quoted. */
typedef struct {
    const char *special; /* what cannot stand in a part without quotes */
    gboolean doubled;    /* quotes and backslashes are doubled; else both follow a backslash */
} Quoting;

/** Where the reader is. */
typedef struct {
    const char *at, *end;
    const Quoting *quoting;
} Reader;

static const Quoting array_quoting = {"{},\"\\", FALSE};
static const Quoting range_quoting = {"[](),\"\\", TRUE};
static const Quoting record_quoting = {"(),\"\\", TRUE};

/* After the opening quote, up to after the closing one. */
static gboolean
read_quoted(Reader *reader, GString *part)
{
    for (; reader->at < reader->end; reader->at++) {
        if (*reader->at == '\\') {
            if (++reader->at == reader->end)
                return FALSE;
        } else if (*reader->at == '"') {
            reader->at++;
            if (!reader->quoting->doubled || reader->at == reader->end || *reader->at != '"')
                return TRUE;
        }
        g_string_append_c(part, *reader->at);
    }
    return FALSE;
}

static gboolean
read_bare(Reader *reader, GString *part)
{
    const char *const start = reader->at;

    while (reader->at < reader->end && *reader->at != '\0' &&
           !strchr(reader->quoting->special, *reader->at))
        reader->at++;
    g_string_append_len(part, start, reader->at - start);
    return reader->at < reader->end;
}

static gboolean
needs_quotes(const Quoting *quoting, const GString *part)
{
    if (part->len == 0)
        return TRUE;
    if (!quoting->doubled && g_ascii_strcasecmp(part->str, "NULL") == 0)
        return TRUE;
    for (gsize i = 0; i < part->len; i++)
        if (strchr(quoting->special, part->str[i]) || g_ascii_isspace(part->str[i]) ||
            part->str[i] == '\v')
            return TRUE;
    return FALSE;
}

static void
write_part(const Quoting *quoting, const GString *part, GString *out)
{
    if (!needs_quotes(quoting, part)) {
        g_string_append_len(out, part->str, (gssize)part->len);
        return;
    }
    g_string_append_c(out, '"');
    for (gsize i = 0; i < part->len; i++) {
        const char c = part->str[i];

        if (c == '"' || c == '\\')
            g_string_append_c(out, quoting->doubled ? c : '\\');
        g_string_append_c(out, c);
    }
    g_string_append_c(out, '"');
}

/* A part up to what ends it, mapped. @part and @mapped are for reuse. Nothing at all, and NULL of
 * an array, stays. */
static gboolean
map_part(PgaValueMap *map, const PgaValueType *type, Reader *reader, GString *scratch[2],
         GString *out)
{
    const gboolean quoted = reader->at < reader->end && *reader->at == '"';
    GString *part = scratch[0], *mapped = scratch[1];

    g_string_truncate(part, 0);
    g_string_truncate(mapped, 0);
    if (quoted)
        reader->at++;
    if (quoted ? !read_quoted(reader, part) : !read_bare(reader, part))
        return FALSE;
    if (!quoted && (part->len == 0 ||
                    (!reader->quoting->doubled && g_ascii_strcasecmp(part->str, "NULL") == 0))) {
        g_string_append(out, part->str);
        return TRUE;
    }
    if (!pga_value_append(map, type, part->str, part->len, mapped))
        return FALSE;
    write_part(reader->quoting, mapped, out);
    return TRUE;
}

/* "[0:2]=" */
static void
copy_bounds(Reader *reader, GString *out)
{
    const char *equals = memchr(reader->at, '=', (gsize)(reader->end - reader->at));

    if (reader->at == reader->end || *reader->at != '[' || !equals)
        return;
    for (const char *c = reader->at; c < equals; c++)
        if (!g_ascii_isdigit(*c) && !strchr("[]:-+", *c))
            return;
    g_string_append_len(out, reader->at, equals + 1 - reader->at);
    reader->at = equals + 1;
}

/* "{", "}" or "," at @reader; *depth counts braces. FALSE for a brace too many. */
static gboolean
copy_structure(Reader *reader, guint *depth, GString *out)
{
    const char c = *reader->at++;

    if (c == '}' && *depth == 0)
        return FALSE;
    *depth += c == '{';
    *depth -= c == '}';
    g_string_append_c(out, c);
    return TRUE;
}

static gboolean
map_elements(PgaValueMap *map, const GPtrArray *types, Reader *reader, GString *scratch[2],
             GString *out)
{
    guint depth = 0, n = 0;

    do {
        const char *const before = reader->at;
        char c = '\0';

        if (before < reader->end)
            c = *before;
        if (c == '{' || c == '}' || (c == ',' && depth > 0)) {
            if (!copy_structure(reader, &depth, out))
                return FALSE;
        } else if (depth > 0 && g_ascii_isspace(c)) {
            reader->at++;
        } else if (depth == 0 ||
                   !map_part(map, g_ptr_array_index(types, n++ % types->len), reader, scratch,
                             out) ||
                   reader->at == before) {
            return FALSE;
        }
    } while (depth > 0);
    return reader->at == reader->end;
}

gboolean
pga_rows_map(PgaValueMap *map, const GPtrArray *types, const char *text, gsize length, GString *out)
{
    g_autoptr(GString) part = g_string_new(NULL), mapped = g_string_new(NULL);
    Reader reader = {text, text + length, &array_quoting};

    copy_bounds(&reader, out);
    return map_elements(map, types, &reader, (GString *[]){part, mapped}, out);
}

gboolean
pga_array_map(PgaValueMap *map, const PgaValueType *element, const char *text, gsize length,
              GString *out)
{
    gpointer one[] = {(gpointer)element};
    const GPtrArray types = {one, 1};

    return pga_rows_map(map, &types, text, length, out);
}

static gboolean
copy_one_of(Reader *reader, const char *allowed, GString *out)
{
    if (reader->at == reader->end || !*reader->at || !strchr(allowed, *reader->at))
        return FALSE;
    g_string_append_c(out, *reader->at++);
    return TRUE;
}

static gboolean
map_range(PgaValueMap *map, const PgaValueType *bound, Reader *reader, GString *out)
{
    g_autoptr(GString) part = g_string_new(NULL), mapped = g_string_new(NULL);
    GString *scratch[2] = {part, mapped};
    static const char empty[] = "empty";

    if ((gsize)(reader->end - reader->at) >= strlen(empty) &&
        g_ascii_strncasecmp(reader->at, empty, strlen(empty)) == 0) {
        g_string_append(out, empty);
        reader->at += strlen(empty);
        return TRUE;
    }
    return copy_one_of(reader, "[(", out) && map_part(map, bound, reader, scratch, out) &&
           copy_one_of(reader, ",", out) && map_part(map, bound, reader, scratch, out) &&
           copy_one_of(reader, "])", out);
}

gboolean
pga_range_map(PgaValueMap *map, const PgaValueType *bound, const char *text, gsize length,
              GString *out)
{
    Reader reader = {text, text + length, &range_quoting};

    return map_range(map, bound, &reader, out) && reader.at == reader.end;
}

gboolean
pga_multirange_map(PgaValueMap *map, const PgaValueType *bound, const char *text, gsize length,
                   GString *out)
{
    Reader reader = {text, text + length, &range_quoting};

    if (!copy_one_of(&reader, "{", out))
        return FALSE;
    while (reader.at < reader.end && *reader.at != '}')
        if (!copy_one_of(&reader, ", ", out) && !map_range(map, bound, &reader, out))
            return FALSE;
    return copy_one_of(&reader, "}", out) && reader.at == reader.end;
}

gboolean
pga_composite_map(PgaValueMap *map, const GPtrArray *members, const char *text, gsize length,
                  GString *out)
{
    g_autoptr(GString) part = g_string_new(NULL), mapped = g_string_new(NULL);
    GString *scratch[2] = {part, mapped};
    Reader reader = {text, text + length, &record_quoting};

    if (!copy_one_of(&reader, "(", out))
        return FALSE;
    for (guint i = 0; i < members->len; i++)
        if ((i > 0 && !copy_one_of(&reader, ",", out)) ||
            !map_part(map, g_ptr_array_index(members, i), &reader, scratch, out))
            return FALSE;
    return copy_one_of(&reader, ")", out) && reader.at == reader.end;
}
