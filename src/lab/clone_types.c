/* What relations stand on: schemas and extensions (made by the superuser before any of the source's
 * text is executed), types and sequences. */
#include "base/text.h"
#include "clone_internal.h"
#include "extensions_internal.h"
#include <string.h>

enum {
    MAX_PASSES = 8
}; /* types nest: a pass more for each level whose order the oids do not tell */

static gboolean
make_extension(PgaClone *clone, const char *extname, const char *nspname, GError **error)
{
    g_autofree char *refusal = NULL;

    if (!pga_extension_create(clone->admin, extname, nspname, &refusal, error))
        return FALSE;
    if (refusal && !pga_extension_is_tool(extname))
        pga_clone_note(clone, g_strdup_printf("extension %s", extname), g_strdup(refusal));
    return TRUE;
}

static gboolean
make_extensions(PgaClone *clone, GError **error)
{
    for (guint i = 0; i < clone->catalog->extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(clone->catalog->extensions, i);

        if (!make_extension(clone, extension->extname, extension->nspname, error))
            return FALSE;
    }
    for (guint i = 0; clone->extensions && clone->extensions[i]; i++)
        if (!make_extension(clone, clone->extensions[i], NULL, error))
            return FALSE;
    return TRUE;
}

static void
add_schema(GPtrArray *schemas, GHashTable *known, const char *nspname)
{
    if (nspname && g_hash_table_add(known, (gpointer)nspname))
        g_ptr_array_add(schemas, (gpointer)nspname);
}

/* (transfer container): of everything there is: schemas are few. */
static GPtrArray *
needed_schemas(const PgaClone *clone)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *schemas = g_ptr_array_new();
    const PgaCatalog *catalog = clone->catalog;

    for (guint i = 0; clone->objects && i < clone->objects->namespaces->len; i++)
        add_schema(schemas, known,
                   ((PgaNamespace *)g_ptr_array_index(clone->objects->namespaces, i))->nspname);
    for (guint i = 0; i < catalog->relations->len; i++)
        add_schema(schemas, known,
                   ((PgaRelation *)g_ptr_array_index(catalog->relations, i))->nspname);
    for (guint i = 0; i < catalog->types->len; i++)
        add_schema(schemas, known, ((PgaType *)g_ptr_array_index(catalog->types, i))->nspname);
    for (guint i = 0; i < catalog->sequences->len; i++)
        add_schema(schemas, known,
                   ((PgaSequence *)g_ptr_array_index(catalog->sequences, i))->nspname);
    return schemas;
}

gboolean
pga_clone_make_surroundings(PgaClone *clone, GError **error)
{
    g_autoptr(GPtrArray) schemas = needed_schemas(clone);

    if (!make_extensions(clone, error))
        return FALSE;
    for (guint i = 0; i < schemas->len; i++) {
        const char *nspname = g_ptr_array_index(schemas, i);
        g_autofree char *schema = pga_quote_identifier(nspname);

        if (pga_schema_is_given(nspname))
            continue;
        if (!pga_session_do(clone->admin, error, "CREATE SCHEMA IF NOT EXISTS %s", schema) ||
            !pga_session_do(clone->admin, error, "ALTER SCHEMA %s OWNER TO " PGA_ROLE_PROVER,
                            schema))
            return FALSE;
    }
    return pga_session_do(clone->admin, error, "ALTER SCHEMA public OWNER TO " PGA_ROLE_PROVER) &&
           pga_extensions_seal(clone->admin, error);
}

/* (nullable) (transfer full) */
static char *
type_statement(const PgaType *type)
{
    g_autofree char *name = pga_quote_qualified(type->nspname, type->typname);
    GString *sql;

    if (type->typtype != 'e')
        return type->definition
                   ? g_strdup_printf("CREATE %s %s %s", type->typtype == 'd' ? "DOMAIN" : "TYPE",
                                     name, type->definition)
                   : NULL;
    sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE TYPE %s AS ENUM (", name);
    for (guint i = 0; type->labels && i < type->labels->len; i++) {
        g_autofree char *label = pga_quote_literal(g_ptr_array_index(type->labels, i));

        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", label);
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

static gint
compare_types(gconstpointer a, gconstpointer b)
{
    const PgaType *first = *(const PgaType *const *)a, *second = *(const PgaType *const *)b;

    return (first->oid > second->oid) - (first->oid < second->oid);
}

/* Those that could not be made stay in @types. */
static gboolean
make_pass(PgaClone *clone, GPtrArray *types, GError **error)
{
    for (guint i = 0; i < types->len;) {
        g_autofree char *sql = type_statement(g_ptr_array_index(types, i));
        g_autofree char *message = NULL;

        if (sql && !pga_clone_try(clone, sql, &message, error))
            return FALSE;
        if (sql && !message)
            g_ptr_array_remove_index(types, i);
        else
            i++;
    }
    return TRUE;
}

gboolean
pga_clone_make_types(PgaClone *clone, GError **error)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new();
    guint before;

    for (guint i = 0; i < clone->catalog->types->len; i++)
        g_ptr_array_add(types, g_ptr_array_index(clone->catalog->types, i));
    g_ptr_array_sort(types, compare_types);
    for (guint pass = 0; pass < MAX_PASSES; pass++) {
        before = types->len;
        if (!make_pass(clone, types, error))
            return FALSE;
        if (types->len == 0 || types->len == before)
            break;
    }
    return TRUE;
}

/* The Catalog has no type of a sequence; its bounds tell. */
static const char *
sequence_type(const PgaSequence *sequence)
{
    if (sequence->max_value <= G_MAXINT16 && sequence->min_value >= G_MININT16)
        return "smallint";
    if (sequence->max_value <= G_MAXINT32 && sequence->min_value >= G_MININT32)
        return "integer";
    return "bigint";
}

char *
pga_sequence_options(const PgaSequence *sequence)
{
    return g_strdup_printf("INCREMENT BY %" G_GINT64_FORMAT " MINVALUE %" G_GINT64_FORMAT
                           " MAXVALUE %" G_GINT64_FORMAT " START WITH %" G_GINT64_FORMAT "%s",
                           sequence->increment, sequence->min_value, sequence->max_value,
                           sequence->start_value, sequence->cycle ? " CYCLE" : "");
}

char *
pga_clone_sequence_statement(PgaClone *clone, const PgaSequence *sequence)
{
    g_autofree char *name = NULL, *options = NULL;

    if (!sequence || !g_hash_table_add(clone->sequences, GUINT_TO_POINTER(sequence->oid)))
        return NULL;
    name = pga_quote_qualified(sequence->nspname, sequence->relname);
    options = pga_sequence_options(sequence);
    return g_strdup_printf("CREATE SEQUENCE %s AS %s %s", name, sequence_type(sequence), options);
}
