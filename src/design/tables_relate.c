/* Relationships as referencing columns and link tables. */
#include <base/error.h>

#include "tables_internal.h"

static PgaDesignReference *
reference_to(PgaDesignTable *child, const char *parent, const char *via)
{
    for (guint i = 0; i < child->references->len; i++) {
        PgaDesignReference *reference = g_ptr_array_index(child->references, i);

        if (g_strcmp0(reference->table, parent) == 0 &&
            (!via || pga_list_has(reference->columns, via)))
            return reference;
    }
    return NULL;
}

/* (transfer full): "user_id" */
static char *
referencing_name(const char *parent)
{
    g_autofree char *singular = pga_word_singular(parent);

    return g_strconcat(singular, "_id", NULL);
}

static void
set_action(PgaDesignReference *reference, const PgaSpecRelationship *relationship,
           const char *child)
{
    PgaDeleteAction action = relationship->on_delete;

    if (action == PGA_DELETE_UNSTATED && relationship->owning)
        action = PGA_DELETE_CASCADE;
    if (action == PGA_DELETE_UNSTATED || reference->on_delete != PGA_DELETE_UNSTATED)
        return;
    reference->on_delete = action;
    g_free(reference->why);
    reference->why = relationship->on_delete != PGA_DELETE_UNSTATED
                         ? g_strdup("as stated")
                         : g_strdup_printf("rows of %s are part of what they belong to", child);
}

static void
make_unique(PgaDesignTable *table, const PgaDesignReference *reference)
{
    PgaDesignKey *key = NULL;

    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *other = g_ptr_array_index(table->keys, i);

        if (other->columns->len == 1 && reference->columns->len == 1 && !other->where &&
            g_str_equal(g_ptr_array_index(other->columns, 0),
                        g_ptr_array_index(reference->columns, 0)))
            return;
    }
    key = pga_design_table_add_key(table, PGA_DESIGN_UNIQUE);
    for (guint i = 0; i < reference->columns->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(reference->columns, i)));
    key->why = g_strdup_printf("one row for each of %s", reference->table);
}

/* @child references @parent. */
static void
relate(PgaArchitecture *architecture, const PgaSpecRelationship *relationship,
       PgaDesignTable *child, PgaDesignTable *parent)
{
    PgaDesignReference *reference = reference_to(child, parent->name, relationship->via);
    gboolean is_new = FALSE;

    if (!reference && relationship->kind == PGA_RELATIONSHIP_ONE_TO_ONE &&
        reference_to(parent, child->name, relationship->via)) {
        PgaDesignTable *other = child; /* the other side has it */

        child = parent;
        parent = other;
        reference = reference_to(child, parent->name, relationship->via);
    }
    if (!reference) {
        g_autofree char *name =
            relationship->via ? g_strdup(relationship->via) : referencing_name(parent->name);

        is_new = !pga_design_table_column(child, name);
        reference = pga_tables_refer(architecture, child, name, parent);
    }
    for (guint i = 0; (is_new || relationship->optional) && i < reference->columns->len; i++)
        pga_design_table_column(child, g_ptr_array_index(reference->columns, i))->not_null =
            !relationship->optional;
    set_action(reference, relationship, child->name);
    if (relationship->kind == PGA_RELATIONSHIP_ONE_TO_ONE)
        make_unique(child, reference);
}

static void
relate_tree(PgaArchitecture *architecture, const PgaSpecRelationship *relationship,
            PgaDesignTable *table)
{
    const char *name = relationship->via ? relationship->via : "parent_id";
    PgaDesignReference *reference = reference_to(table, table->name, relationship->via);
    PgaDesignColumn *column = NULL;

    if (!reference)
        reference = pga_tables_refer(architecture, table, name, table);
    for (guint i = 0; i < reference->columns->len; i++) {
        column = pga_design_table_column(table, g_ptr_array_index(reference->columns, i));
        column->not_null = FALSE;
        if (!column->comment)
            column->comment = g_strdup("Parent; NULL at the root");
    }
    set_action(reference, relationship, table->name);
}

/* (transfer full): as an attribute of the link says, which references @parent; else its name. */
static char *
side_name(const PgaSpecRelationship *relationship, const PgaDesignTable *link, const char *parent)
{
    g_autofree char *plain = referencing_name(parent);

    for (guint i = 0; i < relationship->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(relationship->attributes, i);

        if (g_strcmp0(attribute->references, parent) == 0 &&
            !pga_design_table_column(link, attribute->name))
            return g_strdup(attribute->name);
    }
    return pga_design_table_column(link, plain) ? g_strconcat("other_", plain, NULL)
                                                : g_steal_pointer(&plain);
}

static PgaDesignReference *
link_side(PgaArchitecture *architecture, PgaDesignTable *link, PgaDesignTable *parent,
          const PgaSpecRelationship *relationship, PgaDesignKey *key)
{
    g_autofree char *name = side_name(relationship, link, parent->name);
    PgaDesignReference *reference = pga_tables_refer(architecture, link, name, parent);

    for (guint i = 0; i < reference->columns->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(reference->columns, i)));
    return reference;
}

static void
link_action(PgaDesignReference *reference, const PgaSpecRelationship *relationship,
            gboolean is_first)
{
    gboolean has_data = relationship->attributes->len > 0;

    if (relationship->on_delete != PGA_DELETE_UNSTATED) {
        reference->on_delete = relationship->on_delete;
        reference->why = g_strdup("as stated");
    } else if (is_first || !has_data) {
        reference->on_delete = PGA_DELETE_CASCADE;
        reference->why = g_strdup(has_data ? "rows of the link are part of this side"
                                           : "a link means nothing without both sides");
    } else {
        reference->on_delete = PGA_DELETE_RESTRICT;
        reference->why = g_strdup("the link holds data of its own");
    }
}

static void
link_rows(PgaDesignTable *link, const PgaSpecRelationship *relationship, const PgaDesignTable *from,
          const PgaDesignTable *to)
{
    link->rows = relationship->rows >= 0 ? relationship->rows : 3 * MAX(from->rows, 1);
    if (relationship->rows < 0)
        g_ptr_array_add(
            link->notes,
            g_strdup_printf("Rows were not said: 3 for each of %s assumed.", from->name));
    link->rows_per_year =
        from->rows > 0 ? link->rows * MAX(from->rows_per_year, 0) / from->rows : 0;
    link->retention_days = from->retention_days;
    link->append_only = from->append_only && to->append_only;
}

/* Whether a key holds no other columns than @columns: they are unique together. */
static gboolean
is_within(const PgaDesignKey *key, GPtrArray *columns)
{
    gboolean within = !key->where;

    for (guint i = 0; within && i < key->columns->len; i++)
        within = g_ptr_array_find_with_equal_func(columns, g_ptr_array_index(key->columns, i),
                                                  g_str_equal, NULL);
    return within;
}

/* A link has each pair once: an entity that is one, too. */
static void
pair_once(PgaDesignTable *link, GPtrArray *pair)
{
    PgaDesignKey *key = NULL;

    for (guint i = 0; i < link->keys->len; i++)
        if (is_within(g_ptr_array_index(link->keys, i), pair))
            return;
    key = pga_design_table_add_key(link, PGA_DESIGN_UNIQUE);
    for (guint i = 0; i < pair->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(pair, i)));
    key->why = g_strdup("a many-to-many relationship has each pair once; where pairs come again, "
                        "leave the relationship out: two references are enough");
}

/* An entity is the link: it references both. */
static void
link_entity(PgaArchitecture *architecture, const PgaSpecRelationship *relationship,
            PgaDesignTable *link, PgaDesignTable *const *sides)
{
    g_autoptr(GPtrArray) pair = g_ptr_array_new();

    for (guint i = 0; i < 2; i++) {
        g_autofree char *name = referencing_name(sides[i]->name);
        PgaDesignReference *reference = reference_to(link, sides[i]->name, NULL);

        if (!reference)
            reference = pga_tables_refer(architecture, link, name, sides[i]);
        if (reference->on_delete == PGA_DELETE_UNSTATED)
            link_action(reference, relationship, i == 0);
        for (guint j = 0; j < reference->columns->len; j++)
            g_ptr_array_add(pair, g_ptr_array_index(reference->columns, j));
    }
    if (sides[0] != sides[1])
        pair_once(link, pair);
}

static void
link_tables(PgaArchitecture *architecture, const PgaSpecRelationship *relationship,
            PgaDesignTable *from, PgaDesignTable *to)
{
    g_autofree char *name = pga_spec_link_name(relationship);
    PgaDesignTable *link = pga_architecture_table(architecture, name);
    PgaDesignKey *key = NULL;

    if (link) {
        link_entity(architecture, relationship, link, (PgaDesignTable *const[]){from, to});
        return;
    }
    link = pga_architecture_add_table(architecture, name);
    link->origin = g_strdup_printf("link of %s and %s", from->name, to->name);
    link->comment = g_strdup_printf("Which %s have which %s", from->name, to->name);
    key = pga_design_table_add_key(link, PGA_DESIGN_PRIMARY);
    key->why = g_strdup("both sides: each pair once");
    link_action(link_side(architecture, link, from, relationship, key), relationship, TRUE);
    link_action(link_side(architecture, link, to, relationship, key), relationship, FALSE);
    link_rows(link, relationship, from, to);
    pga_table_add_attributes(architecture, link, relationship->attributes);
}

gboolean
pga_tables_relate(PgaArchitecture *architecture, GError **error)
{
    const GPtrArray *relationships = architecture->requirements->relationships;

    for (guint i = 0; i < relationships->len; i++) {
        const PgaSpecRelationship *relationship = g_ptr_array_index(relationships, i);
        PgaDesignTable *from = pga_architecture_table(architecture, relationship->from);
        PgaDesignTable *to = pga_architecture_table(
            architecture, relationship->to ? relationship->to : relationship->from);

        if (!from || !to) {
            pga_error_set(error, PGA_ERROR_INPUT, "there is no entity \"%s\"",
                          from ? relationship->to : relationship->from);
            pga_error_detail(error, "Line %u, relationships.", relationship->at.line);
            return FALSE;
        }
        if (relationship->kind == PGA_RELATIONSHIP_TREE)
            relate_tree(architecture, relationship, from);
        else if (relationship->kind == PGA_RELATIONSHIP_MANY_TO_MANY)
            link_tables(architecture, relationship, from, to);
        else if (relationship->kind == PGA_RELATIONSHIP_MANY_TO_ONE)
            relate(architecture, relationship, from, to);
        else
            relate(architecture, relationship, to, from);
    }
    return TRUE;
}
