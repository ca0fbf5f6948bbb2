/* Texts with quoted words in them: tsvector, tsquery, hstore. */
#include <string.h>

#include "parts_internal.h"

/** How a type quotes its words, and which of what stands between them is a word, too. */
typedef struct {
    char quote;
    gboolean doubled;     /* a quote is doubled, not escaped by a backslash, when written */
    const char *between;  /* characters that are no part of a word without quotes */
    const char *unmapped; /* (nullable): the word that is none: NULL of hstore */
} Quoting;

/** Where the reader is. */
typedef struct {
    const char *at, *end;
    const PgaTextCipher *cipher;
    const Quoting *quoting;
} Reader;

/* After the opening quote, up to after the closing one. */
static gboolean
read_quoted(Reader *reader, GString *word)
{
    const char quote = reader->quoting->quote;

    for (; reader->at < reader->end; reader->at++) {
        if (*reader->at == '\\' && reader->at + 1 < reader->end) {
            reader->at++;
        } else if (*reader->at == quote) {
            reader->at++;
            if (!reader->quoting->doubled || reader->at == reader->end || *reader->at != quote)
                return TRUE;
        }
        g_string_append_c(word, *reader->at);
    }
    return FALSE;
}

static void
read_bare(Reader *reader, GString *word)
{
    while (reader->at < reader->end && !strchr(reader->quoting->between, *reader->at)) {
        if (*reader->at == '\\' && reader->at + 1 < reader->end)
            reader->at++;
        g_string_append_c(word, *reader->at++);
    }
}

static void
write_word(const Reader *reader, const GString *word, GString *out)
{
    g_autoptr(GString) mapped = g_string_new(NULL);
    const Quoting *quoting = reader->quoting;

    pga_cipher_text(reader->cipher, word->str, word->len, mapped);
    g_string_append_c(out, quoting->quote);
    for (gsize i = 0; i < mapped->len; i++) {
        if (mapped->str[i] == '\\')
            g_string_append_c(out, '\\');
        else if (mapped->str[i] == quoting->quote)
            g_string_append_c(out, quoting->doubled ? quoting->quote : '\\');
        g_string_append_c(out, mapped->str[i]);
    }
    g_string_append_c(out, quoting->quote);
}

/* ":1A,2" or ":*B": positions, weights. */
static void
copy_positions(Reader *reader, GString *out)
{
    while (reader->at < reader->end && *reader->at &&
           (g_ascii_isdigit(*reader->at) || strchr(":,*ABCDabcd", *reader->at)))
        g_string_append_c(out, *reader->at++);
}

static gboolean
map_word(Reader *reader, GString *out)
{
    g_autoptr(GString) word = g_string_new(NULL);
    const gboolean quoted = *reader->at == reader->quoting->quote;

    if (quoted) {
        reader->at++;
        if (!read_quoted(reader, word))
            return FALSE;
    } else {
        read_bare(reader, word);
    }
    if (!quoted && reader->quoting->unmapped &&
        g_ascii_strcasecmp(word->str, reader->quoting->unmapped) == 0)
        g_string_append(out, word->str);
    else
        write_word(reader, word, out);
    return TRUE;
}

static gboolean
map_words(const PgaTextCipher *cipher, const Quoting *quoting, const char *text, gsize length,
          GString *out)
{
    Reader reader = {text, text + length, cipher, quoting};

    while (reader.at < reader.end) {
        if (*reader.at == '\0')
            return FALSE;
        if (*reader.at == ':' && quoting->doubled)
            copy_positions(&reader, out);
        else if (strchr(quoting->between, *reader.at))
            g_string_append_c(out, *reader.at++);
        else if (!map_word(&reader, out))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_tsvector_map(const PgaTextCipher *cipher, const char *text, gsize length, GString *out)
{
    static const Quoting quoting = {'\'', TRUE, " \t\n\r:", NULL};

    return map_words(cipher, &quoting, text, length, out);
}

/* Of an operator "<2>" the number would be a word: it stands between. */
static gboolean
copy_distance(const char **at, const char *end, GString *out)
{
    const char *close = *at;

    if (**at != '<')
        return FALSE;
    for (close++; close < end && (g_ascii_isdigit(*close) || *close == '-'); close++)
        ;
    if (close == end || *close != '>')
        return FALSE;
    g_string_append_len(out, *at, close + 1 - *at);
    *at = close + 1;
    return TRUE;
}

gboolean
pga_tsquery_map(const PgaTextCipher *cipher, const char *text, gsize length, GString *out)
{
    static const Quoting quoting = {'\'', TRUE, " \t\n\r:&|!()<>", NULL};
    Reader reader = {text, text + length, cipher, &quoting};

    while (reader.at < reader.end) {
        if (*reader.at == '\0')
            return FALSE;
        if (copy_distance(&reader.at, reader.end, out))
            continue;
        if (*reader.at == ':')
            copy_positions(&reader, out);
        else if (strchr(quoting.between, *reader.at))
            g_string_append_c(out, *reader.at++);
        else if (!map_word(&reader, out))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_hstore_map(const PgaTextCipher *cipher, const char *text, gsize length, GString *out)
{
    static const Quoting quoting = {'"', FALSE, " \t\n\r,=>", "null"};

    return map_words(cipher, &quoting, text, length, out);
}
