/* Pseudonyms: the kind that a word was first met as, and letters of its keyed hash. */
#include "names_internal.h"

#include <string.h>

#include "vocabulary_internal.h"

#define MAX_BYTES   63 /* NAMEDATALEN - 1 */
#define MIN_LETTERS 7

struct PgaNameMap {
    PgaSipKey key;
    GHashTable *own;        /* of char *: words of extensions */
    GHashTable *pseudonyms; /* of char * to char * */
    GHashTable *given;      /* the pseudonyms, borrowed */
};

static const char *const prefixes[] = {"schema",     "table",    "column", "index",
                                       "constraint", "sequence", "type",   "function",
                                       "trigger",    "policy",   "role",   "name"};

/* Longer ones first. What they say is PostgreSQL's convention, and rules look at them. */
static const char *const suffixes[] = {"_id_seq", "_pkey", "_fkey", "_idx", "_key", "_seq", "_id"};

/* Not in the vocabulary: databases and a role that every server has, the name of a column without
 * one. */
static const char *const others[] = {"postgres", "template0", "template1", "?column?"};

static void
keep(PgaNameMap *map, const char *word)
{
    if (word)
        g_hash_table_add(map->own, g_strdup(word));
}

PgaNameMap *
pga_name_map_new(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key)
{
    PgaNameMap *map = g_new0(PgaNameMap, 1);

    map->key = pga_anonymize_key_derive(key, "names");
    map->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    map->pseudonyms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    map->given = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        keep(map, others[i]);
    for (guint i = 0; i < snapshot->catalog->extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(snapshot->catalog->extensions, i);

        keep(map, extension->extname);
        for (guint j = 0; extension->members && j < extension->members->len; j++)
            keep(map, g_ptr_array_index(extension->members, j));
    }
    return map;
}

void
pga_name_map_free(PgaNameMap *map)
{
    g_hash_table_unref(map->own);
    g_hash_table_unref(map->given);
    g_hash_table_unref(map->pseudonyms);
    g_free(map);
}

/* "en_US", "de_DE.utf8", "de-x-icu", "C.UTF-8": collations that the machine brings. */
static gboolean
is_collation(const char *word)
{
    const gsize n = strspn(word, "abcdefghijklmnopqrstuvwxyz");
    const char *rest = word + n;

    if (g_str_has_prefix(word, "C.") && strlen(word) <= 7)
        return g_ascii_strcasecmp(word, "C.utf8") == 0 || g_ascii_strcasecmp(word, "C.UTF-8") == 0;
    if (n < 2 || n > 3)
        return FALSE;
    if (g_str_has_suffix(rest, "-x-icu"))
        return strspn(rest, "-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
                   strlen(rest) &&
               strlen(rest) <= 24;
    if (*rest != '_' || !g_ascii_isupper(rest[1]) || !g_ascii_isupper(rest[2]))
        return FALSE;
    rest += 3;
    return *rest == '\0' || g_ascii_strcasecmp(rest, ".utf8") == 0 ||
           g_ascii_strcasecmp(rest, ".UTF-8") == 0;
}

gboolean
pga_name_is_own(const PgaNameMap *map, const char *word)
{
    if (*word == '_' && word[1] != '\0' && word[1] != '_') /* the type of arrays of a type */
        word++;
    return *word == '\0' || g_hash_table_contains(map->own, word) || pga_vocabulary_has(word) ||
           is_collation(word);
}

gboolean
pga_name_is_own_word(gconstpointer map, const char *word)
{
    return pga_name_is_own(map, word);
}

const char *
pga_name_known(const PgaNameMap *map, const char *word)
{
    return g_hash_table_lookup(map->pseudonyms, word);
}

static char *
letters(guint64 hash, guint n)
{
    char *text = g_malloc(n + 1);

    for (guint i = 0; i < n; i++, hash /= 26)
        text[i] = (char)('a' + hash % 26);
    text[n] = '\0';
    return text;
}

/* (transfer full): one that no other word has. Thirteen letters are all that a hash is good for. */
static char *
draw(PgaNameMap *map, PgaNameKind kind, const char *word, const char *suffix)
{
    guint64 hash = pga_siphash(&map->key, word, strlen(word));

    for (guint n = MIN_LETTERS;; n++) {
        g_autofree char *part = letters(hash, MIN(n, 13));
        g_autofree char *name = g_strdup_printf("%s_%s%s", prefixes[kind], part, suffix);

        if (!g_hash_table_contains(map->given, name))
            return g_steal_pointer(&name);
        if (n >= 13)
            hash++;
    }
}

static const char *
suffix_of(const char *word)
{
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(word, suffixes[i]) && strlen(word) > strlen(suffixes[i]))
            return suffixes[i];
    return NULL;
}

/* NOLINTBEGIN(misc-no-recursion): a word's stem is shorter */

static char *
make(PgaNameMap *map, PgaNameKind kind, const char *word)
{
    const char *suffix = suffix_of(word);
    g_autofree char *stem = suffix ? g_strndup(word, strlen(word) - strlen(suffix)) : NULL;
    g_autofree char *of_stem = NULL, *name = NULL;

    if (*word == '_' && word[1] != '\0' && word[1] != '_') {
        of_stem = pga_name_map(map, kind == PGA_NAME_OTHER ? PGA_NAME_TYPE : kind, word + 1);
        return g_strconcat("_", of_stem, NULL);
    }
    if (!stem || pga_name_is_own(map, stem))
        return draw(map, kind, word, suffix ? suffix : "");
    of_stem = pga_name_map(map, kind, stem);
    name = g_strconcat(of_stem, suffix, NULL);
    if (strlen(name) > MAX_BYTES || g_hash_table_contains(map->given, name))
        return draw(map, kind, word, suffix);
    return g_steal_pointer(&name);
}

/* (transfer full): as the server cuts what is too long. */
static char *
truncated(const char *word)
{
    const char *end = word + MAX_BYTES;

    if (strlen(word) <= MAX_BYTES)
        return g_strdup(word);
    while (end > word && ((guchar)*end & 0xc0) == 0x80)
        end--;
    return g_strndup(word, (gsize)(end - word));
}

char *
pga_name_map(PgaNameMap *map, PgaNameKind kind, const char *word)
{
    g_autofree char *key = truncated(word);
    const char *known = pga_name_known(map, key);
    char *name;

    if (known)
        return g_strdup(known);
    if (pga_name_is_own(map, key))
        return g_steal_pointer(&key);
    name = make(map, kind, key);
    g_hash_table_insert(map->pseudonyms, g_steal_pointer(&key), name);
    g_hash_table_add(map->given, name);
    return g_strdup(name);
}

/* NOLINTEND(misc-no-recursion) */
