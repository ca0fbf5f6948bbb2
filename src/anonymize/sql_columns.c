/* Relations, columns and functions by name. */
#include "sql_columns_internal.h"

#include <string.h>

#include "sql_tokens_internal.h"

/* Where a row stands says nothing. */
static char tid[] = "tid";
static const PgaValueType place = {.kind = PGA_VALUE_KEPT, .name = tid};

SqlColumns *
pga_sql_columns_new(void)
{
    SqlColumns *columns = g_new0(SqlColumns, 1);

    columns->names = g_ptr_array_new_with_free_func(g_free);
    columns->types = g_ptr_array_new();
    columns->numbers = g_array_new(FALSE, FALSE, sizeof(gint16));
    return columns;
}

void
pga_sql_columns_free(SqlColumns *columns)
{
    if (!columns)
        return;
    g_ptr_array_unref(columns->names);
    g_ptr_array_unref(columns->types);
    g_array_unref(columns->numbers);
    g_free(columns);
}

void
pga_sql_columns_add(SqlColumns *columns, const char *name, const PgaValueType *type)
{
    g_ptr_array_add(columns->names, g_strdup(name));
    g_ptr_array_add(columns->types, (gpointer)type);
}

const PgaValueType *
pga_sql_columns_numbered(const SqlColumns *columns, gint16 attnum)
{
    for (guint i = 0; i < columns->numbers->len; i++)
        if (g_array_index(columns->numbers, gint16, i) == attnum)
            return g_ptr_array_index(columns->types, i);
    return NULL;
}

gboolean
pga_sql_columns_find(const SqlColumns *columns, const char *name, const PgaValueType **type)
{
    for (guint i = 0; i < columns->names->len; i++)
        if (strcmp(g_ptr_array_index(columns->names, i), name) == 0) {
            *type = g_ptr_array_index(columns->types, i);
            return TRUE;
        }
    if (strcmp(name, "ctid") != 0)
        return FALSE;
    *type = &place;
    return TRUE;
}

static void
free_relation(gpointer data)
{
    SqlRelation *relation = data;

    g_free(relation->nspname);
    g_free(relation->partkey);
    g_free(relation->partbound);
    g_clear_pointer(&relation->bounds, g_hash_table_unref);
    g_free(relation->definition);
    pga_sql_columns_free(relation->columns);
    g_free(relation);
}

static SqlRelation *
add_relation(SqlCatalog *catalog, PgaOid oid, const char *nspname, const char *relname)
{
    SqlRelation *relation = g_new0(SqlRelation, 1);
    GPtrArray *same = g_hash_table_lookup(catalog->by_relname, relname);

    relation->oid = oid;
    relation->nspname = g_strdup(nspname);
    if (!same) {
        same = g_ptr_array_new_with_free_func(free_relation);
        g_hash_table_insert(catalog->by_relname, g_strdup(relname), same);
    }
    g_ptr_array_add(same, relation);
    g_hash_table_insert(catalog->by_oid, GUINT_TO_POINTER(oid), relation);
    return relation;
}

static gboolean
is_alike(const PgaValueType *a, const PgaValueType *b)
{
    return a->kind == b->kind || (pga_value_type_is_number(a) && pga_value_type_is_number(b)) ||
           (a->kind == PGA_VALUE_DATE && b->kind == PGA_VALUE_TIMESTAMP) ||
           (a->kind == PGA_VALUE_TIMESTAMP && b->kind == PGA_VALUE_DATE);
}

static void
note_column(SqlCatalog *catalog, const char *attname, const PgaValueType *type)
{
    gpointer known;

    if (!g_hash_table_lookup_extended(catalog->by_column, attname, NULL, &known))
        g_hash_table_insert(catalog->by_column, g_strdup(attname), (gpointer)type);
    else if (known && !is_alike(known, type))
        g_hash_table_insert(catalog->by_column, g_strdup(attname), NULL);
}

static void
add_table(SqlCatalog *catalog, const PgaRelation *table)
{
    SqlRelation *relation = add_relation(catalog, table->oid, table->nspname, table->relname);

    relation->parent = table->parent;
    relation->partkey = g_strdup(table->partkey);
    relation->partbound = g_strdup(table->partbound);
    relation->columns = pga_sql_columns_new();
    for (guint i = 0; i < table->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(table->attributes, i);
        const PgaValueType *type = pga_value_type_of_attribute(catalog->values, attribute);

        pga_sql_columns_add(relation->columns, attribute->attname, type);
        g_array_append_val(relation->columns->numbers, attribute->attnum);
        note_column(catalog, attribute->attname, type);
    }
}

/* A composite type's columns, which are of no relation. */
static void
add_composite(SqlCatalog *catalog, const PgaType *type)
{
    g_autofree char *sql =
        g_strconcat("CREATE TYPE x ", type->definition ? type->definition : "", NULL);
    g_autoptr(SqlText) text = pga_sql_text_new(sql);

    for (guint i = 0; type->typtype == 'c' && i + 2 < text->tokens->len; i++)
        if (pga_sql_text_is(text, i, "(") || pga_sql_text_is(text, i, ",")) {
            const SqlToken *token = pga_sql_text_token(text, i + 2);
            g_autofree char *name = pga_sql_text_value(text, i + 1);
            g_autofree char *of = g_strndup(sql + token->start, token->end - token->start);

            if (token->kind == SQL_WORD && !pga_sql_text_is(text, i + 3, "."))
                note_column(catalog, name, pga_value_type_of(catalog->values, of));
        }
}

static void
add_view(SqlCatalog *catalog, const PgaObject *object)
{
    SqlRelation *relation;

    if (PGA_OBJECT_CLASS(object->id) != PGA_CLASS_RELATION || !object->objname ||
        !object->definition || pga_sql_catalog_relation(catalog, PGA_OBJECT_OID(object->id)))
        return;
    relation = add_relation(catalog, PGA_OBJECT_OID(object->id), object->nspname, object->objname);
    relation->definition = g_strdup(object->definition);
}

/* Of expressions of indexes and of statistics objects: words that a parenthesis follows. */
static void
note_measured(SqlCatalog *catalog, const char *sql)
{
    g_autoptr(SqlText) text = sql ? pga_sql_text_new(sql) : NULL;

    for (guint i = 0; text && i + 1 < text->tokens->len; i++) {
        const SqlTokenKind kind = pga_sql_text_token(text, i)->kind;

        if ((kind == SQL_WORD || kind == SQL_QUOTED) && pga_sql_text_is(text, i + 1, "("))
            g_hash_table_add(catalog->measured, pga_sql_text_value(text, i));
    }
}

static GPtrArray *
read_search_path(const PgaCatalog *catalog)
{
    const PgaSetting *setting = pga_catalog_setting(catalog, "search_path");
    g_auto(GStrv) words =
        g_strsplit_set(setting && setting->setting ? setting->setting : "public", ", \"", -1);
    GPtrArray *path = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; words[i]; i++)
        if (*words[i])
            g_ptr_array_add(path, g_strdup(words[i]));
    return path;
}

static void
add_objects(SqlCatalog *catalog, const PgaObjects *objects)
{
    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);

        add_view(catalog, object);
        if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_STATISTICS)
            note_measured(catalog, object->definition);
    }
    for (guint i = 0; i < objects->schema->routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(objects->schema->routines, i);

        if (routine->proname && routine->result)
            g_hash_table_insert(catalog->routines, g_strdup(routine->proname),
                                g_strdup(routine->result));
    }
}

SqlCatalog *
pga_sql_catalog_new(PgaValueMap *values, const PgaSnapshot *snapshot)
{
    SqlCatalog *catalog = g_new0(SqlCatalog, 1);
    const PgaCatalog *from = snapshot->catalog;

    catalog->values = values;
    catalog->by_oid = g_hash_table_new(NULL, NULL);
    catalog->by_relname =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    catalog->by_column = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    catalog->routines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    catalog->measured = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    catalog->search_path = read_search_path(from);
    for (guint i = 0; i < from->relations->len; i++)
        add_table(catalog, g_ptr_array_index(from->relations, i));
    for (guint i = 0; i < from->types->len; i++)
        add_composite(catalog, g_ptr_array_index(from->types, i));
    for (guint i = 0; i < from->indexes->len; i++)
        note_measured(catalog, ((PgaIndex *)g_ptr_array_index(from->indexes, i))->exprs);
    add_objects(catalog, snapshot->objects);
    return catalog;
}

void
pga_sql_catalog_free(SqlCatalog *catalog)
{
    g_hash_table_unref(catalog->by_oid);
    g_hash_table_unref(catalog->by_relname);
    g_hash_table_unref(catalog->by_column);
    g_hash_table_unref(catalog->routines);
    g_hash_table_unref(catalog->measured);
    g_ptr_array_unref(catalog->search_path);
    g_free(catalog);
}

SqlRelation *
pga_sql_catalog_relation(const SqlCatalog *catalog, PgaOid oid)
{
    return g_hash_table_lookup(catalog->by_oid, GUINT_TO_POINTER(oid));
}

static SqlRelation *
in_schema(const GPtrArray *same, const char *nspname)
{
    for (guint i = 0; i < same->len; i++) {
        SqlRelation *relation = g_ptr_array_index(same, i);

        if (g_strcmp0(relation->nspname, nspname) == 0)
            return relation;
    }
    return NULL;
}

SqlRelation *
pga_sql_catalog_named(const SqlCatalog *catalog, const char *nspname, const char *relname)
{
    const GPtrArray *same = g_hash_table_lookup(catalog->by_relname, relname);

    if (!same)
        return NULL;
    if (nspname)
        return in_schema(same, nspname);
    for (guint i = 0; i < catalog->search_path->len; i++) {
        SqlRelation *relation = in_schema(same, g_ptr_array_index(catalog->search_path, i));

        if (relation)
            return relation;
    }
    return same->len == 1 ? g_ptr_array_index(same, 0) : NULL;
}

const PgaValueType *
pga_sql_catalog_column(const SqlCatalog *catalog, const char *attname)
{
    return g_hash_table_lookup(catalog->by_column, attname);
}

const PgaValueType *
pga_sql_catalog_type(const SqlCatalog *catalog, const char *type)
{
    return pga_value_type_of(catalog->values, type);
}
