/* Reading the first words of a statement by PostgreSQL's lexical rules. What a statement does is
 * decided by the server; a mistake here makes a message less helpful or a statement fail, never
 * more powerful. */
#include "base/text.h"
#include "head_internal.h"
#include <string.h>

enum { MAX_WORDS = 64, EXCERPT_CHARACTERS = 60 };

typedef struct {
    const char *at, *end;
} Reader;

static void
word_clear(gpointer data)
{
    g_free(((PgaWord *)data)->text);
}

void
pga_head_free(PgaHead *head)
{
    if (!head)
        return;
    g_array_unref(head->words);
    for (guint i = 0; i < G_N_ELEMENTS(head->tail); i++)
        g_free(head->tail[i]);
    g_free(head);
}

static gboolean
starts_with(const Reader *reader, const char *text)
{
    const size_t length = strlen(text);

    return (size_t)(reader->end - reader->at) >= length && memcmp(reader->at, text, length) == 0;
}

static void
skip_block_comment(Reader *reader)
{
    guint depth = 0;

    do {
        if (starts_with(reader, "/*"))
            depth++;
        else if (starts_with(reader, "*/"))
            depth--;
        else {
            reader->at++;
            continue;
        }
        reader->at += 2;
    } while (depth > 0 && reader->at < reader->end);
    reader->at = MIN(reader->at, reader->end);
}

static void
skip_space(Reader *reader)
{
    while (reader->at < reader->end) {
        if (starts_with(reader, "--"))
            while (reader->at < reader->end && *reader->at != '\n')
                reader->at++;
        else if (starts_with(reader, "/*"))
            skip_block_comment(reader);
        else if (g_ascii_isspace(*reader->at) || *reader->at == '\v')
            reader->at++;
        else
            return;
    }
}

static gboolean
is_word_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

static PgaWord
read_quoted(Reader *reader)
{
    const char quote = *reader->at++;
    GString *text = g_string_new(NULL);

    while (reader->at < reader->end) {
        if (*reader->at == quote && (++reader->at >= reader->end || *reader->at != quote))
            break;
        g_string_append_c(text, *reader->at++);
    }
    return (PgaWord){quote == '"' ? PGA_WORD_QUOTED : PGA_WORD_STRING, g_string_free(text, FALSE)};
}

static PgaWord
read_word(Reader *reader)
{
    const char *start = reader->at;

    if (*start == '"' || *start == '\'')
        return read_quoted(reader);
    if (!is_word_character(*start) || *start == '$') {
        reader->at++;
        return (PgaWord){PGA_WORD_SIGN, g_strndup(start, 1)};
    }
    while (reader->at < reader->end && is_word_character(*reader->at))
        reader->at++;
    return (PgaWord){PGA_WORD_PLAIN, g_ascii_strdown(start, reader->at - start)};
}

char *
pga_head_next_name(const char **at, const char *end)
{
    Reader reader = {*at, end};
    char *name = NULL;

    skip_space(&reader);
    while (!name && reader.at < reader.end) {
        PgaWord word = read_word(&reader);

        if (word.kind == PGA_WORD_PLAIN || word.kind == PGA_WORD_QUOTED)
            name = g_steal_pointer(&word.text);
        word_clear(&word);
        skip_space(&reader);
    }
    *at = reader.at;
    return name;
}

/* The last words, found backwards from the end: blanks separate them. */
static void
read_tail(PgaHead *head, const char *text, gsize length)
{
    const char *end = text + length;

    for (guint i = G_N_ELEMENTS(head->tail); i-- > 0;) {
        const char *start;

        while (end > text && g_ascii_isspace(end[-1]))
            end--;
        start = end;
        while (start > text && !g_ascii_isspace(start[-1]))
            start--;
        head->tail[i] = g_ascii_strdown(start, end - start);
        end = start;
    }
}

PgaHead *
pga_head_read(const char *text, gsize length)
{
    PgaHead *head = g_new0(PgaHead, 1);
    Reader reader = {text, text + length};

    head->words = g_array_new(FALSE, FALSE, sizeof(PgaWord));
    g_array_set_clear_func(head->words, word_clear);
    skip_space(&reader);
    head->start = (gsize)(reader.at - text);
    while (reader.at < reader.end && head->words->len < MAX_WORDS) {
        PgaWord word = read_word(&reader);

        g_array_append_val(head->words, word);
        skip_space(&reader);
    }
    read_tail(head, text, length);
    return head;
}

const char *
pga_head_name(const PgaHead *head, guint i)
{
    const PgaWord *word = i < head->words->len ? &g_array_index(head->words, PgaWord, i) : NULL;

    return word && (word->kind == PGA_WORD_PLAIN || word->kind == PGA_WORD_QUOTED) ? word->text
                                                                                   : "";
}

static gboolean
word_is(const PgaHead *head, guint i, const char *text, size_t length)
{
    const PgaWord *word = i < head->words->len ? &g_array_index(head->words, PgaWord, i) : NULL;

    return word && (word->kind == PGA_WORD_PLAIN || word->kind == PGA_WORD_SIGN) &&
           strlen(word->text) == length && memcmp(word->text, text, length) == 0;
}

gboolean
pga_head_is(const PgaHead *head, guint first, const char *words)
{
    for (guint i = first; *words; i++) {
        const size_t length = strcspn(words, " ");

        if (!word_is(head, i, words, length))
            return FALSE;
        words += length + (words[length] == ' ');
    }
    return TRUE;
}

char *
pga_head_excerpt(const PgaHead *head, const char *text, gsize length)
{
    const char *start = text + MIN(head->start, length);
    const char *brace =
        pga_head_is(head, 0, "create") ? memchr(start, '(', length - head->start) : NULL;
    const gsize bytes = MIN(brace ? (gsize)(brace - start) : length - head->start, 400);
    g_autofree char *piece = g_strndup(start, bytes);
    g_autofree char *valid = g_utf8_make_valid(piece, -1);
    g_autoptr(GString) excerpt = g_string_new(NULL);
    guint n = 0;

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        const gboolean blank = g_ascii_isspace(*p) != 0;

        if (blank && (excerpt->len == 0 || excerpt->str[excerpt->len - 1] == ' '))
            continue;
        if (n++ == EXCERPT_CHARACTERS) {
            g_string_append(excerpt, "…");
            break;
        }
        g_string_append_unichar(excerpt, blank ? ' ' : g_utf8_get_char(p));
    }
    return pga_text_printable(g_strchomp(excerpt->str));
}
