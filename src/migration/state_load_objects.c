/* Types, views, functions, triggers, policies, extensions and schemas of a source. */
#include <string.h>

#include "base/text.h"
#include "state_load_internal.h"

/* Domains and composites: from what follows the name in their definition. */
static void
load_definition(PgaStateLoad *load, const PgaType *of)
{
    g_autofree char *name = pga_quote_qualified(of->nspname, of->typname);
    g_autoptr(GString) sql = g_string_new(NULL);
    const PgQuery__Node *tree;

    g_string_printf(sql, "CREATE %s %s %s", of->typtype == 'd' ? "DOMAIN" : "TYPE", name,
                    of->definition);
    g_string_replace(sql, ") NOT VALID", ")", 0); /* CREATE DOMAIN does not know it */
    tree = pga_state_load_parse(load, sql->str);
    if (tree)
        pga_state_apply_tree(load->state, tree);
}

static void
load_type(PgaStateLoad *load, const PgaType *of)
{
    PgaStateType *type;

    if (of->definition && (of->typtype == 'd' || of->typtype == 'c')) {
        load_definition(load, of);
        return;
    }
    type = pga_state_type_register(load->state, of->nspname, of->typname, of->typtype);
    for (guint i = 0; of->labels && i < of->labels->len; i++)
        g_ptr_array_add(type->labels,
                        g_string_chunk_insert_const(load->state->memory->strings,
                                                    g_ptr_array_index(of->labels, i)));
}

/* Types that no column has: from their definitions. */
static void
load_other_types(PgaStateLoad *load)
{
    for (guint i = 0; i < load->objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(load->objects->objects, i);
        const PgQuery__Node *tree;

        if (PGA_OBJECT_CLASS(object->id) != PGA_CLASS_TYPE || !object->definition ||
            !object->nspname || !object->objname ||
            pga_state_find_type(load->state, object->nspname, object->objname))
            continue;
        tree = pga_state_load_parse(load, object->definition);
        if (tree)
            pga_state_apply_tree(load->state, tree);
    }
}

void
pga_state_load_types(PgaStateLoad *load)
{
    GHashTableIter all;
    gpointer value;

    load->state->complete = FALSE; /* schemas come later */
    for (guint i = 0; i < load->catalog->types->len; i++)
        load_type(load, g_ptr_array_index(load->catalog->types, i));
    if (load->objects)
        load_other_types(load);
    load->state->complete = TRUE;
    g_clear_pointer(&load->state->memory->refusal, g_free);
    g_hash_table_iter_init(&all, load->state->types);
    while (g_hash_table_iter_next(&all, NULL, &value)) {
        ((PgaStateType *)value)->created_in = 0;
        ((PgaStateType *)value)->created_transaction = 0;
    }
    g_hash_table_iter_init(&all, load->state->relations); /* of composites */
    while (g_hash_table_iter_next(&all, NULL, &value)) {
        ((PgaStateRelation *)value)->created_in = 0;
        ((PgaStateRelation *)value)->created_transaction = 0;
    }
}

static PgaStateRelation *
view_relation(PgaStateLoad *load, const PgaView *view)
{
    PgaStateRelation *relation = g_hash_table_lookup(load->relations, GUINT_TO_POINTER(view->oid));

    if (relation)
        return relation;
    relation = pga_state_relation_new(load->state, view->nspname, view->relname,
                                      view->is_materialized ? 'm' : 'v');
    relation->open = TRUE;
    relation->created_in = 0;
    relation->created_transaction = 0;
    pga_state_relation_register(load->state, relation);
    g_hash_table_insert(load->relations, GUINT_TO_POINTER(view->oid), relation);
    return relation;
}

static void
load_query(PgaStateLoad *load, PgaStateRelation *relation, PgaOid oid)
{
    const PgaObject *object =
        pga_objects_lookup(load->objects, PGA_OBJECT_ID(PGA_CLASS_RELATION, oid));
    const PgQuery__Node *tree =
        object && object->definition ? pga_state_load_parse(load, object->definition) : NULL;
    const PgQuery__Node *query = NULL;

    if (tree && tree->node_case == PG_QUERY__NODE__NODE_VIEW_STMT)
        query = tree->view_stmt->query;
    else if (tree && tree->node_case == PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT)
        query = tree->create_table_as_stmt->query;
    if (!query)
        return;
    relation->query = pga_state_keep(load->state, object->definition);
    pga_state_view_words(load->state, relation, query);
}

void
pga_state_load_views(PgaStateLoad *load)
{
    const GPtrArray *views = load->objects ? load->objects->schema->views : NULL;

    for (guint i = 0; views && i < views->len; i++)
        view_relation(load, g_ptr_array_index(views, i));
    for (guint i = 0; views && i < views->len; i++) {
        const PgaView *view = g_ptr_array_index(views, i);
        PgaStateRelation *relation = view_relation(load, view);

        load_query(load, relation, view->oid);
        for (guint k = 0; view->reads && k < view->reads->len; k++) {
            PgaStateRelation *read = g_hash_table_lookup(
                load->relations, GUINT_TO_POINTER(g_array_index(view->reads, PgaOid, k)));

            if (!read || read == relation || g_ptr_array_find(relation->reads, read, NULL))
                continue;
            g_ptr_array_add(relation->reads, read);
            g_ptr_array_add(read->dependents, relation);
        }
    }
}

static PgaStateRelation *
loaded(const PgaStateLoad *load, PgaOid oid)
{
    return g_hash_table_lookup(load->relations, GUINT_TO_POINTER(oid));
}

static void
load_routines(PgaStateLoad *load, const PgaSchema *schema)
{
    for (guint i = 0; i < schema->routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(schema->routines, i);
        char letter[2] = {routine->provolatile, '\0'};
        char *name = pga_state_keep(load->state, routine->proname);

        if (name)
            g_hash_table_insert(load->state->functions, name, pga_state_keep(load->state, letter));
    }
}

static void
load_parts(PgaStateLoad *load, const PgaSchema *schema)
{
    for (guint i = 0; i < schema->triggers->len; i++) {
        const PgaTrigger *trigger = g_ptr_array_index(schema->triggers, i);
        PgaStateRelation *relation = loaded(load, trigger->relation);

        if (relation && !trigger->tgisinternal)
            g_ptr_array_add(relation->triggers, pga_state_keep(load->state, trigger->tgname));
    }
    for (guint i = 0; i < schema->policies->len; i++) {
        const PgaPolicy *policy = g_ptr_array_index(schema->policies, i);
        PgaStateRelation *relation = loaded(load, policy->relation);

        if (relation)
            g_ptr_array_add(relation->policies, pga_state_keep(load->state, policy->polname));
    }
    for (guint i = 0; i < schema->rules->len; i++) {
        const PgaRewriteRule *rule = g_ptr_array_index(schema->rules, i);
        PgaStateRelation *relation = loaded(load, rule->relation);

        if (relation)
            g_ptr_array_add(relation->rules, pga_state_keep(load->state, rule->rulename));
    }
}

static void
add_schema(PgaStateLoad *load, const char *nspname)
{
    char *name = pga_state_keep(load->state, nspname);

    if (name && !pga_state_is_foreign_name(name, ""))
        g_hash_table_add(load->state->schemas, name);
}

void
pga_state_load_schema(PgaStateLoad *load)
{
    const PgaObjects *objects = load->objects;

    for (guint i = 0; i < load->catalog->extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(load->catalog->extensions, i);
        char *name = pga_state_keep(load->state, extension->extname);

        if (name)
            g_hash_table_insert(load->state->extensions, name, name);
        add_schema(load, extension->nspname);
    }
    for (guint i = 0; i < load->catalog->relations->len; i++)
        add_schema(load,
                   ((const PgaRelation *)g_ptr_array_index(load->catalog->relations, i))->nspname);
    if (!objects)
        return;
    for (guint i = 0; i < objects->namespaces->len; i++)
        add_schema(load,
                   ((const PgaNamespace *)g_ptr_array_index(objects->namespaces, i))->nspname);
    load_routines(load, objects->schema);
    load_parts(load, objects->schema);
}
