/* The order of what a clone needs, and its lookups. */
#include "model/object.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_objects(gconstpointer a, gconstpointer b)
{
    const PgaObject *left = *(PgaObject *const *)a, *right = *(PgaObject *const *)b;

    return COMPARE(left->id, right->id);
}

static int
compare_relations(gconstpointer a, gconstpointer b)
{
    const PgaRelationExtra *left = *(PgaRelationExtra *const *)a;
    const PgaRelationExtra *right = *(PgaRelationExtra *const *)b;

    return COMPARE(left->oid, right->oid);
}

static int
compare_attributes(gconstpointer a, gconstpointer b)
{
    const PgaAttributeExtra *left = *(PgaAttributeExtra *const *)a;
    const PgaAttributeExtra *right = *(PgaAttributeExtra *const *)b;
    const int order = COMPARE(left->relation, right->relation);

    return order ? order : g_strcmp0(left->attname, right->attname);
}

static int
compare_namespaces(gconstpointer a, gconstpointer b)
{
    return g_strcmp0((*(PgaNamespace *const *)a)->nspname, (*(PgaNamespace *const *)b)->nspname);
}

static int
compare_roles(gconstpointer a, gconstpointer b)
{
    return g_strcmp0((*(PgaRole *const *)a)->rolname, (*(PgaRole *const *)b)->rolname);
}

static int
compare_tablespaces(gconstpointer a, gconstpointer b)
{
    return g_strcmp0((*(PgaTablespace *const *)a)->spcname, (*(PgaTablespace *const *)b)->spcname);
}

static int
compare_role_settings(gconstpointer a, gconstpointer b)
{
    const PgaRoleSetting *left = *(PgaRoleSetting *const *)a;
    const PgaRoleSetting *right = *(PgaRoleSetting *const *)b;
    int order = g_strcmp0(left->rolname, right->rolname);

    if (!order)
        order = COMPARE(left->in_database, right->in_database);
    return order ? order : g_strcmp0(left->name, right->name);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

/* What is needed early comes first. */
static int
compare_dependencies(gconstpointer a, gconstpointer b)
{
    const PgaDependency *left = a, *right = b;
    int order = COMPARE(left->dependent, right->dependent);

    if (!order)
        order = COMPARE(left->referenced, right->referenced);
    return order ? order : COMPARE(left->late, right->late);
}

/* One for each pair, late only if each of them is; none of an object upon itself. */
static void
unite_dependencies(GArray *dependencies)
{
    PgaDependency *all = (PgaDependency *)(gpointer)dependencies->data;
    guint kept = 0;

    g_array_sort(dependencies, compare_dependencies);
    for (guint i = 0; i < dependencies->len; i++) {
        const PgaDependency *last = kept > 0 ? &all[kept - 1] : NULL;

        if (all[i].dependent == all[i].referenced)
            continue;
        if (last && last->dependent == all[i].dependent && last->referenced == all[i].referenced)
            continue;
        all[kept++] = all[i];
    }
    g_array_set_size(dependencies, kept);
}

void
pga_objects_finish(PgaObjects *objects)
{
    g_ptr_array_sort(objects->objects, compare_objects);
    g_ptr_array_sort(objects->relations, compare_relations);
    g_ptr_array_sort(objects->attributes, compare_attributes);
    g_ptr_array_sort(objects->namespaces, compare_namespaces);
    g_ptr_array_sort(objects->roles, compare_roles);
    g_ptr_array_sort(objects->tablespaces, compare_tablespaces);
    g_ptr_array_sort(objects->role_settings, compare_role_settings);
    unite_dependencies(objects->dependencies);
    for (guint i = 0; i < objects->roles->len; i++)
        g_ptr_array_sort(((PgaRole *)g_ptr_array_index(objects->roles, i))->member_of,
                         compare_names);
    for (guint i = 0; i < objects->objects->len; i++) {
        PgaObject *object = g_ptr_array_index(objects->objects, i);

        g_hash_table_insert(objects->object_by_id, &object->id, object);
    }
    for (guint i = 0; i < objects->relations->len; i++) {
        PgaRelationExtra *relation = g_ptr_array_index(objects->relations, i);

        g_hash_table_insert(objects->relation_by_oid, GUINT_TO_POINTER(relation->oid), relation);
    }
}
