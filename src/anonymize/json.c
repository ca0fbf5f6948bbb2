/* JSON token by token: its structure is passed on as it is, nothing is built or nested. */
#include <string.h>

#include "numbers_internal.h"
#include "parts_internal.h"

/** Where the reader is. */
typedef struct {
    const char *at, *end;
} Reader;

static gboolean
read_hex4(Reader *reader, guint *out)
{
    *out = 0;
    if (reader->end - reader->at < 4)
        return FALSE;
    for (guint i = 0; i < 4; i++) {
        const int digit = g_ascii_xdigit_value(*reader->at++);

        if (digit < 0)
            return FALSE;
        *out = *out * 16 + (guint)digit;
    }
    return TRUE;
}

/* After "\u"; two of them for what is beyond 16 bits. U+0000 and half pairs are refused. */
static gboolean
read_code_point(Reader *reader, GString *out)
{
    guint code, low;

    if (!read_hex4(reader, &code) || code == 0 || (code & 0xfc00) == 0xdc00)
        return FALSE;
    if ((code & 0xfc00) == 0xd800) {
        if (reader->end - reader->at < 2 || memcmp(reader->at, "\\u", 2) != 0)
            return FALSE;
        reader->at += 2;
        if (!read_hex4(reader, &low) || (low & 0xfc00) != 0xdc00)
            return FALSE;
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
    }
    g_string_append_unichar(out, code);
    return TRUE;
}

static gboolean
read_escape(Reader *reader, GString *out)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *name;

    if (reader->at == reader->end)
        return FALSE;
    if (*reader->at == 'u') {
        reader->at++;
        return read_code_point(reader, out);
    }
    name = *reader->at ? strchr(names, *reader->at) : NULL;
    if (!name)
        return FALSE;
    g_string_append_c(out, values[name - names]);
    reader->at++;
    return TRUE;
}

/* After the opening quote, up to after the closing one. */
static gboolean
read_string(Reader *reader, GString *out)
{
    while (reader->at < reader->end && *reader->at != '"') {
        if (*reader->at != '\\') {
            g_string_append_c(out, *reader->at++);
            continue;
        }
        reader->at++;
        if (!read_escape(reader, out))
            return FALSE;
    }
    if (reader->at == reader->end)
        return FALSE;
    reader->at++;
    return TRUE;
}

static void
write_string(const GString *text, GString *out)
{
    g_string_append_c(out, '"');
    for (gsize i = 0; i < text->len; i++) {
        const char c = text->str[i];

        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if ((guint8)c < 0x20)
            g_string_append_printf(out, "\\u%04x", (guint)c);
        else
            g_string_append_c(out, c);
    }
    g_string_append_c(out, '"');
}

static gboolean
map_string(Reader *reader, const PgaTextCipher *cipher, GString *out)
{
    g_autoptr(GString) text = g_string_new(NULL), mapped = g_string_new(NULL);

    if (!read_string(reader, text))
        return FALSE;
    pga_cipher_text(cipher, text->str, text->len, mapped);
    write_string(mapped, out);
    return TRUE;
}

static gboolean
map_number(Reader *reader, gint64 shift, GString *out)
{
    const char *const start = reader->at;

    while (reader->at < reader->end &&
           (g_ascii_isdigit(*reader->at) || strchr("+-.eE", *reader->at)))
        reader->at++;
    return pga_numeric_shift(start, (gsize)(reader->at - start), shift, out);
}

static gboolean
copy_literal(Reader *reader, GString *out)
{
    static const char *const words[] = {"true", "false", "null"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        const gsize length = strlen(words[i]);

        if ((gsize)(reader->end - reader->at) < length || memcmp(reader->at, words[i], length) != 0)
            continue;
        g_string_append(out, words[i]);
        reader->at += length;
        return TRUE;
    }
    return FALSE;
}

static gboolean
map_token(Reader *reader, const PgaTextCipher *cipher, gint64 shift, GString *out)
{
    const char c = *reader->at;

    if (c == '"') {
        reader->at++;
        return map_string(reader, cipher, out);
    }
    if (g_ascii_isdigit(c) || c == '-')
        return map_number(reader, shift, out);
    if (c && (strchr("{}[]:,", c) || g_ascii_isspace(c))) {
        g_string_append_c(out, c);
        reader->at++;
        return TRUE;
    }
    return copy_literal(reader, out);
}

gboolean
pga_json_map(const PgaTextCipher *cipher, gint64 shift, const char *text, gsize length,
             GString *out)
{
    Reader reader = {text, text + length};

    while (reader.at < reader.end)
        if (!map_token(&reader, cipher, shift, out))
            return FALSE;
    return length > 0;
}
