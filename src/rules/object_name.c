/* Names as PostgreSQL itself would choose them: table, columns, label; 63 bytes; not taken yet. */
#include <string.h>

#include "object_name_internal.h"

#define MAX_NAME_BYTES 63 /* NAMEDATALEN - 1 */

/* A byte that no name holds keeps "a.b" in "c" and "a" in "b.c" apart. */
static char *
name_key(const char *nspname, const char *relname)
{
    return g_strconcat(nspname, "\x01", relname, NULL);
}

/* A name's value is the number to try next when it is wanted again: many long names that are cut to
 * the same one must not each count from the start. */
static void
take(GHashTable *names, const char *nspname, const char *relname, guint next)
{
    g_hash_table_insert(names, name_key(nspname, relname), GUINT_TO_POINTER(next));
}

GHashTable *
pga_object_names_new(const PgaCatalog *catalog)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        take(names, relation->nspname, relation->relname, 1);
    }
    for (guint i = 0; i < catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        take(names, index->nspname, index->relname, 1);
    }
    for (guint i = 0; i < catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        take(names, sequence->nspname, sequence->relname, 1);
    }
    return names;
}

/* The longest beginning of @name of at most @length bytes that ends between two characters of
 * UTF-8. */
static int
clip(const char *name, gsize length)
{
    while (length > 0 && (name[length] & 0xC0) == 0x80)
        length--;
    return (int)length;
}

char *
pga_object_name_make(const char *name1, const char *name2, const char *label)
{
    gsize room = MAX_NAME_BYTES - strlen(label) - (name2 ? 2 : 1);
    gsize length1 = strlen(name1), length2 = name2 ? strlen(name2) : 0;

    while (length1 + length2 > room) {
        if (length1 > length2)
            length1--;
        else
            length2--;
    }
    if (!name2)
        return g_strdup_printf("%.*s_%s", clip(name1, length1), name1, label);
    return g_strdup_printf("%.*s_%.*s_%s", clip(name1, length1), name1, clip(name2, length2), name2,
                           label);
}

char *
pga_object_name_choose(GHashTable *names, const char *nspname, const char *name1, const char *name2,
                       const char *label)
{
    g_autofree char *first = pga_object_name_make(name1, name2, label);
    g_autofree char *key = name_key(nspname, first);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(names, key));

    if (n == 0) {
        take(names, nspname, first, 1);
        return g_steal_pointer(&first);
    }
    for (;; n++) {
        g_autofree char *numbered = g_strdup_printf("%s%u", label, n);
        g_autofree char *name = pga_object_name_make(name1, name2, numbered);
        g_autofree char *name_in_schema = name_key(nspname, name);

        if (g_hash_table_contains(names, name_in_schema))
            continue;
        take(names, nspname, name, 1);
        take(names, nspname, first, n + 1);
        return g_steal_pointer(&name);
    }
}

char *
pga_object_name_columns(const PgaRelation *relation, const GArray *attnums)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));

        if (names->len > 0)
            g_string_append_c(names, '_');
        g_string_append(names, attribute ? attribute->attname : "expr");
    }
    return g_string_free(names, FALSE);
}
