/* Questions to a finished Catalog. */
#include <string.h>

#include <base/error.h>
#include <base/text.h>

#include "catalog_internal.h"

char *
pga_relation_key(const char *nspname, const char *relname)
{
    return g_strconcat(nspname, "\xff", relname, NULL);
}

PgaRelation *
pga_catalog_relation(const PgaCatalog *catalog, PgaOid oid)
{
    return oid ? g_hash_table_lookup(catalog->relation_by_oid, GUINT_TO_POINTER(oid)) : NULL;
}

PgaRelation *
pga_catalog_relation_by_name(const PgaCatalog *catalog, const char *nspname, const char *relname)
{
    g_autofree char *key = pga_relation_key(nspname, relname);

    return g_hash_table_lookup(catalog->relation_by_name, key);
}

const PgaSequence *
pga_catalog_sequence(const PgaCatalog *catalog, PgaOid oid)
{
    return oid ? g_hash_table_lookup(catalog->sequence_by_oid, GUINT_TO_POINTER(oid)) : NULL;
}

const PgaIndex *
pga_catalog_index(const PgaCatalog *catalog, PgaOid indexrelid)
{
    return g_hash_table_lookup(catalog->index_by_oid, GUINT_TO_POINTER(indexrelid));
}

const PgaSetting *
pga_catalog_setting(const PgaCatalog *catalog, const char *name)
{
    return g_hash_table_lookup(catalog->setting_by_name, name);
}

const PgaExtension *
pga_catalog_extension(const PgaCatalog *catalog, const char *extname)
{
    for (guint i = 0; i < catalog->extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(catalog->extensions, i);

        if (g_str_equal(extension->extname, extname))
            return extension;
    }
    return NULL;
}

PgaAttribute *
pga_relation_attribute(const PgaRelation *relation, gint16 attnum)
{
    guint low = 0, high = relation->attributes->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, middle);

        if (attribute->attnum == attnum)
            return attribute;
        if (attribute->attnum < attnum)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const PgaIndex *
pga_relation_primary_key(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->indisprimary)
            return index;
    }
    return NULL;
}

/* The units that pg_settings uses. */
static gint64
unit_factor(const char *unit)
{
    static const struct {
        const char *unit;
        gint64 factor;
    } factors[] = {{"B", 1},
                   {"kB", G_GINT64_CONSTANT(1) << 10},
                   {"4kB", G_GINT64_CONSTANT(1) << 12},
                   {"8kB", G_GINT64_CONSTANT(1) << 13},
                   {"16kB", G_GINT64_CONSTANT(1) << 14},
                   {"32kB", G_GINT64_CONSTANT(1) << 15},
                   {"64kB", G_GINT64_CONSTANT(1) << 16},
                   {"MB", G_GINT64_CONSTANT(1) << 20},
                   {"1MB", G_GINT64_CONSTANT(1) << 20},
                   {"16MB", G_GINT64_CONSTANT(1) << 24},
                   {"ms", 1},
                   {"s", 1},
                   {"min", 1}};

    for (guint i = 0; unit && i < G_N_ELEMENTS(factors); i++)
        if (g_str_equal(unit, factors[i].unit))
            return factors[i].factor;
    return 1;
}

gint64
pga_catalog_setting_int64(const PgaCatalog *catalog, const char *name)
{
    const PgaSetting *setting = pga_catalog_setting(catalog, name);
    gint64 value, bytes;

    if (!setting || !setting->setting ||
        !g_ascii_string_to_signed(setting->setting, 10, G_MININT64, G_MAXINT64, &value, NULL))
        return -1;
    if (value < 0) /* -1 stands for "as another setting says": no unit to multiply out */
        return value;
    if (__builtin_mul_overflow(value, unit_factor(setting->unit), &bytes))
        return G_MAXINT64;
    return bytes;
}

GHashTable *
pga_catalog_indexes_by_name(const PgaCatalog *catalog)
{
    GHashTable *indexes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < catalog->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        g_hash_table_insert(indexes, pga_quote_qualified(index->nspname, index->relname), index);
    }
    return indexes;
}

char *
pga_relation_display(const PgaRelation *relation, const PgaAttribute *attribute)
{
    g_autofree char *name = pga_quote_qualified(relation->nspname, relation->relname);
    g_autofree char *column = NULL;

    if (!attribute)
        return g_steal_pointer(&name);
    column = pga_quote_identifier(attribute->attname);
    return g_strconcat(name, ".", column, NULL);
}

char *
pga_relation_column_list(const PgaRelation *relation, const GArray *attnums)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));
        g_autofree char *column = attribute ? pga_quote_identifier(attribute->attname) : NULL;

        if (!column)
            continue;
        if (list->len > 0)
            g_string_append(list, ", ");
        g_string_append(list, column);
    }
    return g_string_free(list, FALSE);
}

/* Matches @name as the user wrote it: bare or with its schema, quoted as SQL or plain. The quoted
 * forms are made only where @name can be one: callers compare thousands of names. */
static gboolean
name_matches(const PgaRelation *relation, const char *name, gboolean compound)
{
    g_autofree char *bare = NULL, *display = NULL, *plain = NULL;

    if (g_str_equal(name, relation->relname))
        return TRUE;
    if (!compound)
        return FALSE;
    bare = pga_quote_identifier(relation->relname);
    display = pga_relation_display(relation, NULL);
    plain = g_strconcat(relation->nspname, ".", relation->relname, NULL);
    return g_str_equal(name, bare) || g_str_equal(name, display) || g_str_equal(name, plain);
}

/* The relation that "schema.table", plainly written, names exactly: the usual case, without a
 * search. */
static PgaRelation *
find_qualified(const PgaCatalog *catalog, const char *name)
{
    const char *dot = strchr(name, '.');
    g_autofree char *nspname = dot ? g_strndup(name, (gsize)(dot - name)) : NULL;

    return dot ? pga_catalog_relation_by_name(catalog, nspname, dot + 1) : NULL;
}

PgaRelation *
pga_catalog_relation_by_written_name(const PgaCatalog *catalog, const char *name, GError **error)
{
    const gboolean compound = strpbrk(name, ".\"") != NULL;
    PgaRelation *found = find_qualified(catalog, name);

    if (found)
        return found;
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (!name_matches(relation, name, compound))
            continue;
        if (found) {
            pga_error_set(error, PGA_ERROR_INPUT, "table name \"%s\" is ambiguous", name);
            pga_error_detail(error, "It is in the schemas \"%s\" and \"%s\".", found->nspname,
                             relation->nspname);
            pga_error_hint(error, "Write it with its schema: %s.%s=N.", relation->nspname, name);
            return NULL;
        }
        found = relation;
    }
    if (!found) {
        pga_error_set(error, PGA_ERROR_INPUT, "there is no table \"%s\"", name);
        pga_error_hint(error, "Names are those of the database, with or without the schema.");
    }
    return found;
}

gboolean
pga_catalog_state_rows(PgaCatalog *catalog, const char *name, double rows, GError **error)
{
    PgaRelation *relation = pga_catalog_relation_by_written_name(catalog, name, error);

    if (!relation)
        return FALSE;
    relation->reltuples = rows;
    relation->rows_source = PGA_ROWS_STATED;
    return TRUE;
}

char *
pga_reloption(const char *reloptions, const char *name)
{
    g_auto(GStrv) options = g_strsplit(reloptions ? reloptions : "", ", ", -1);
    const gsize length = strlen(name);

    for (guint i = 0; options[i]; i++)
        if (g_str_has_prefix(options[i], name) && options[i][length] == '=')
            return g_strdup(options[i] + length + 1);
    return NULL;
}

double
pga_fillfactor(const char *reloptions, double if_none)
{
    g_autofree char *stated = pga_reloption(reloptions, "fillfactor");

    return (stated ? g_ascii_strtod(stated, NULL) : if_none) / 100;
}
