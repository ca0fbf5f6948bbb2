/* What a column is, judged by its type, its name and the constraints that it is part of. */
#include <string.h>

#include <base/text.h>

#include "column_internal.h"
#include "subject_internal.h"

gboolean
pga_column_has_type(const PgaAttribute *attribute, const char *typname)
{
    return attribute->typtype == 'b' && g_strcmp0(attribute->typnspname, "pg_catalog") == 0 &&
           g_strcmp0(attribute->typname, typname) == 0;
}

static gboolean
has_one_type(const PgaAttribute *attribute, const char *const *typnames)
{
    for (; *typnames; typnames++) {
        if (pga_column_has_type(attribute, *typnames))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_column_is_text(const PgaAttribute *attribute)
{
    static const char *const types[] = {"text", "varchar", "bpchar", NULL};

    return has_one_type(attribute, types);
}

gboolean
pga_column_is_number(const PgaAttribute *attribute)
{
    static const char *const types[] = {"int2",   "int4",   "int8", "numeric",
                                        "float4", "float8", NULL};

    return has_one_type(attribute, types);
}

/* Bytes of the word that @name begins with: up to a sign between words, or where "orderTotal" goes
 * from lower to upper case. */
static gsize
word_length(const char *name)
{
    gsize length = 0;

    while (name[length] && !strchr("_- .$", name[length])) {
        length++;
        if (g_ascii_islower(name[length - 1]) && g_ascii_isupper(name[length]))
            break;
    }
    return length;
}

static gboolean
is_one_of(const char *word, gsize length, const char *const *words)
{
    for (; *words; words++) {
        if (strlen(*words) == length && g_ascii_strncasecmp(word, *words, length) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_name_has_word(const char *name, const char *const *words)
{
    while (*name) {
        const gsize length = word_length(name);

        if (length > 0 && is_one_of(name, length, words))
            return TRUE;
        name += MAX(length, 1);
    }
    return FALSE;
}

gboolean
pga_name_contains(const char *name, const char *const *parts)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    for (; *parts; parts++) {
        if (strstr(lower, *parts))
            return TRUE;
    }
    return FALSE;
}

static gpointer
column_key(PgaOid relid, gint16 attnum)
{
    return GSIZE_TO_POINTER(((gsize)relid << 16) | (guint16)attnum);
}

GHashTable *
pga_referenced_columns(const PgaCatalog *catalog)
{
    GHashTable *referenced = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(catalog->constraints, i);

        for (guint k = 0; k < constraint->confkey->len; k++)
            g_hash_table_add(referenced, column_key(constraint->confrelid,
                                                    g_array_index(constraint->confkey, gint16, k)));
    }
    return referenced;
}

gboolean
pga_column_is_referenced(GHashTable *referenced, const PgaRelation *relation,
                         const PgaAttribute *attribute)
{
    return g_hash_table_contains(referenced, column_key(relation->oid, attribute->attnum));
}

gboolean
pga_column_in_constraint(const PgaRelation *relation, const PgaAttribute *attribute, char contype)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->contype == contype &&
            pga_attnums_contain(constraint->conkey, attribute->attnum))
            return TRUE;
    }
    return FALSE;
}

static gboolean
continues_identifier(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || c == '"' || (c & 0x80);
}

gboolean
pga_expression_names_column(const char *expression, const PgaAttribute *attribute)
{
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    const char *at = expression;

    while (at && (at = strstr(at, column))) {
        if ((at == expression || !continues_identifier(at[-1])) &&
            !continues_identifier(at[strlen(column)]))
            return TRUE;
        at++;
    }
    return FALSE;
}

gboolean
pga_column_in_partition_key(const PgaRelation *relation, const PgaAttribute *attribute)
{
    return pga_expression_names_column(relation->partkey, attribute);
}

char *
pga_column_names(const GPtrArray *attributes)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(attributes, i);

        g_ptr_array_add(names, pga_quote_identifier(attribute->attname));
    }
    return pga_names_listed(names);
}
