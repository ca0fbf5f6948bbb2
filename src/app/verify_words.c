/* Texts are known by their hashes. A search tries, where a first word begins that is known, the
 * lengths of the texts that begin with it. */
#include "verify_words.h"

#include <string.h>

struct PgaWords {
    GHashTable *texts;   /* hashes of whole texts, as pointers */
    GHashTable *lengths; /* hashes of first words to GArray * of guint, distinct */
};

G_STATIC_ASSERT(sizeof(gpointer) == sizeof(guint64));

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (guchar)c >= 0x80;
}

static gsize
word_length(const char *text)
{
    const char *c = text;

    while (is_word(*c))
        c++;
    return (gsize)(c - text);
}

/* FNV-1a, then mixed, so that no bit is worse than another. */
static gpointer
hash_of(const char *text, gsize length)
{
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);

    for (gsize i = 0; i < length; i++)
        hash = (hash ^ (guchar)text[i]) * G_GUINT64_CONSTANT(0x100000001b3);
    hash ^= hash >> 32;
    hash *= G_GUINT64_CONSTANT(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
    return GSIZE_TO_POINTER(hash ? hash : 1);
}

static guint
pointer_hash(gconstpointer key)
{
    return (guint)(GPOINTER_TO_SIZE(key) >> 16);
}

PgaWords *
pga_words_new(void)
{
    PgaWords *words = g_new0(PgaWords, 1);

    words->texts = g_hash_table_new(pointer_hash, NULL);
    words->lengths = g_hash_table_new_full(pointer_hash, NULL, NULL, (GDestroyNotify)g_array_unref);
    return words;
}

void
pga_words_free(PgaWords *words)
{
    if (!words)
        return;
    g_hash_table_unref(words->texts);
    g_hash_table_unref(words->lengths);
    g_free(words);
}

guint
pga_words_count(const PgaWords *words)
{
    return g_hash_table_size(words->texts);
}

static void
add_length(PgaWords *words, gpointer first, guint length)
{
    GArray *lengths = g_hash_table_lookup(words->lengths, first);

    if (!lengths) {
        lengths = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(words->lengths, first, lengths);
    }
    for (guint i = 0; i < lengths->len; i++)
        if (g_array_index(lengths, guint, i) == length)
            return;
    g_array_append_val(lengths, length);
}

/* What is no word at either end says nothing. */
void
pga_words_add(PgaWords *words, const char *text)
{
    gsize length;

    while (*text && !is_word(*text))
        text++;
    length = strlen(text);
    while (length > 0 && !is_word(text[length - 1]))
        length--;
    if (length > 0 && length <= G_MAXUINT16 &&
        g_hash_table_add(words->texts, hash_of(text, length)))
        add_length(words, hash_of(text, word_length(text)), (guint)length);
}

/* The longest of those that begin here; 0: none. @left: bytes that follow. */
static guint
match_at(const PgaWords *words, const char *text, gsize word, gsize left)
{
    const GArray *lengths = g_hash_table_lookup(words->lengths, hash_of(text, word));
    guint longest = 0;

    for (guint i = 0; lengths && i < lengths->len; i++) {
        const guint length = g_array_index(lengths, guint, i);

        if (length > longest && length <= left && !is_word(text[length]) &&
            g_hash_table_contains(words->texts, hash_of(text, length)))
            longest = length;
    }
    return longest;
}

void
pga_words_find(const PgaWords *words, const char *text, PgaWordFound found, gpointer data)
{
    const char *const end = text + strlen(text);
    gboolean quoted = FALSE;

    while (text < end) {
        const gsize length = word_length(text);
        const guint match = length > 0 ? match_at(words, text, length, (gsize)(end - text)) : 0;

        if (match > 0)
            found(data, &(PgaWord){text, match, quoted, pga_words_bits(text, match)});
        if (*text == '\'')
            quoted = !quoted;
        text += MAX(length, 1);
    }
}

double
pga_words_bits(const char *text, gsize length)
{
    const double letter = 4.7, digit = 3.3, other = 6;
    double bits = 0;

    for (gsize i = 0; i < length; i++) {
        const guchar c = (guchar)text[i];

        if (g_ascii_isalpha(c))
            bits += letter;
        else if (g_ascii_isdigit(c))
            bits += digit;
        else if (c >= 0xc0) /* the first byte of a character */
            bits += other;
    }
    return bits;
}
