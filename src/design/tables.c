/* Entities, relationships and rules as tables: drafts, made normal, then typed and named. */
#include <string.h>

#include <base/error.h>

#include "tables_internal.h"

/* Every table has these columns. Source: PostgreSQL 18 src/backend/catalog/heap.c, SysAtt[] */
#define SYSTEM_COLUMNS "tableoid cmax xmax cmin xmin ctid"
#define MAX_NAME       63

const GPtrArray *
pga_table_key_columns(const PgaDesignTable *table)
{
    static GPtrArray none = {NULL, 0};
    const PgaDesignKey *key = pga_design_table_primary(table);

    return key ? key->columns : &none;
}

void
pga_table_check(PgaDesignTable *table, const char *column, char *condition, const char *why)
{
    PgaDesignConstraint *check = pga_design_table_add_constraint(table, NULL);

    check->column = g_strdup(column);
    check->definition = g_strdup_printf("CHECK (%s)", condition);
    check->why = g_strdup(why);
    g_free(condition);
}

void
pga_table_drop_column(PgaDesignTable *table, const char *name)
{
    PgaDesignColumn *column = pga_design_table_column(table, name);

    for (guint i = table->keys->len; i-- > 0;) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (key->kind != PGA_DESIGN_PRIMARY && pga_list_has(key->columns, name))
            g_ptr_array_remove_index(table->keys, i);
    }
    for (guint i = table->references->len; i-- > 0;) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (pga_list_has(reference->columns, name))
            g_ptr_array_remove_index(table->references, i);
    }
    if (column)
        g_ptr_array_remove(table->columns, column);
}

static void
add_unique(PgaDesignTable *table, const PgaSpecAttribute *attribute)
{
    PgaDesignKey *key = NULL;
    const GPtrArray *primary = pga_table_key_columns(table);

    if (!attribute->unique || (primary->len == 1 && pga_list_has(primary, attribute->name)))
        return;
    key = pga_design_table_add_key(table, PGA_DESIGN_UNIQUE);
    g_ptr_array_add(key->columns, g_strdup(attribute->name));
    key->why = g_strdup("stated: unique");
}

/* NOLINTBEGIN(misc-no-recursion): each entity once, by its mark */
static void add_reference(PgaArchitecture *architecture, PgaDesignTable *table,
                          const PgaSpecAttribute *attribute);

/* References within the key of @parent, which may get more columns by them, come first. */
static void
complete_key(PgaArchitecture *architecture, PgaDesignTable *parent)
{
    if (!parent->entity || parent->mark != 0)
        return;
    parent->mark = 1;
    for (guint i = 0; i < parent->entity->key->len; i++) {
        const PgaSpecAttribute *attribute = pga_spec_attribute(
            parent->entity->attributes, g_ptr_array_index(parent->entity->key, i));

        if (attribute && attribute->references)
            add_reference(architecture, parent, attribute);
    }
    parent->mark = 0;
}

static void
add_reference(PgaArchitecture *architecture, PgaDesignTable *table,
              const PgaSpecAttribute *attribute)
{
    PgaDesignTable *parent = pga_architecture_table(architecture, attribute->references);
    PgaDesignReference *reference = NULL;

    if (!parent || !pga_design_table_column(table, attribute->name) ||
        pga_table_reference_of(table, attribute->name))
        return;
    complete_key(architecture, parent);
    reference = pga_tables_refer(architecture, table, attribute->name, parent);
    reference->on_delete = attribute->on_delete;
    if (attribute->on_delete != PGA_DELETE_UNSTATED)
        reference->why = g_strdup("as stated");
}
/* NOLINTEND(misc-no-recursion) */

static void
add_columns(PgaDesignTable *table, const GPtrArray *attributes)
{
    for (guint i = 0; i < attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(attributes, i);
        PgaDesignColumn *column = pga_design_table_column(table, attribute->name);

        if (!column)
            column = pga_design_table_add_column(table, attribute->name, NULL);
        column->attribute = attribute;
        column->not_null =
            !attribute->nullable || pga_list_has(pga_table_key_columns(table), column->name);
    }
}

static void
add_constraints(PgaArchitecture *architecture, PgaDesignTable *table, const GPtrArray *attributes)
{
    for (guint i = 0; i < attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(attributes, i);

        if (attribute->references)
            add_reference(architecture, table, attribute);
        add_unique(table, attribute);
    }
}

void
pga_table_add_attributes(PgaArchitecture *architecture, PgaDesignTable *table,
                         const GPtrArray *attributes)
{
    add_columns(table, attributes);
    add_constraints(architecture, table, attributes);
}

static void
add_primary(PgaArchitecture *architecture, PgaDesignTable *table, const PgaSpecEntity *entity)
{
    PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_PRIMARY);
    const PgaSpecAttribute *id = pga_spec_attribute(entity->attributes, "id");
    PgaDesignColumn *column = NULL;

    for (guint i = 0; i < entity->key->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(entity->key, i)));
    key->why = g_strdup(entity->key->len > 0 ? "stated: key"
                        : id                 ? "the attribute id"
                                             : "no key was said: an identity is added");
    if (entity->key->len > 0)
        return;
    g_ptr_array_add(key->columns, g_strdup("id"));
    column = pga_design_table_add_column(table, "id", NULL);
    column->not_null = TRUE;
    if (id && id->meaning != PGA_MEANING_NONE)
        return;
    column->identity = "ALWAYS";
    column->comment = g_strdup("Key, made by the database");
    if (!id)
        g_ptr_array_add(architecture->notes,
                        g_strdup_printf("%s: no key was said; an identity column id is its primary "
                                        "key (assumed).",
                                        table->name));
}

static gboolean
check_name(const char *name, gboolean is_column, guint line, GError **error)
{
    const char *problem =
        strlen(name) > MAX_NAME ? "has more than the 63 bytes that PostgreSQL keeps"
        : is_column && pga_word_in(name, SYSTEM_COLUMNS) ? "is a system column of every table"
                                                         : NULL;

    if (!problem)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "the name \"%s\" %s", name, problem);
    pga_error_detail(error, "Line %u, %s.", line, is_column ? "attributes" : "entities");
    pga_error_hint(error, "Choose another name.");
    return FALSE;
}

static gboolean
draft_entity(PgaArchitecture *architecture, const PgaSpecEntity *entity, GError **error)
{
    PgaDesignTable *table = NULL;

    if (!check_name(entity->name, FALSE, entity->at.line, error))
        return FALSE;
    for (guint i = 0; i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);

        if (!check_name(attribute->name, TRUE, attribute->at.line, error))
            return FALSE;
    }
    table = pga_architecture_add_table(architecture, entity->name);
    table->entity = entity;
    table->comment = g_strdup(entity->comment);
    table->origin = entity->is_assumed ? g_strdup_printf("archetype %s, assumed", entity->name)
                                       : g_strdup("stated");
    add_primary(architecture, table, entity);
    add_columns(table, entity->attributes);
    return TRUE;
}

static gboolean
draft(PgaArchitecture *architecture, GError **error)
{
    const GPtrArray *entities = architecture->requirements->entities;

    for (guint i = 0; i < entities->len; i++)
        if (!draft_entity(architecture, g_ptr_array_index(entities, i), error))
            return FALSE;
    pga_tables_rows(architecture);
    for (guint i = 0; i < entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(entities, i);

        add_constraints(architecture, pga_architecture_table(architecture, entity->name),
                        entity->attributes);
    }
    return pga_tables_relate(architecture, error);
}

/* Columns of primary keys are never NULL; a tree's row is not its own parent. */
static void
tighten(PgaDesignTable *table)
{
    const GPtrArray *key = pga_table_key_columns(table);

    for (guint i = 0; i < table->columns->len; i++) {
        PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        column->not_null |= pga_list_has(key, column->name);
    }
    for (guint i = 0; i < table->references->len; i++)
        pga_tables_check_tree(table, g_ptr_array_index(table->references, i));
}

gboolean
pga_design_tables(PgaArchitecture *architecture, GError **error)
{
    if (!draft(architecture, error))
        return FALSE;
    pga_tables_first_form(architecture);
    pga_tables_normalise(architecture);
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        tighten(table);
        pga_tables_type(architecture, table);
    }
    pga_tables_resolve(architecture);
    pga_tables_rules(architecture);
    pga_tables_shapes(architecture);
    pga_tables_order(architecture);
    pga_tables_names(architecture);
    return TRUE;
}
