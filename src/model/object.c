/* Objects that have a definition of their own, and what depends on what: how they are made, sorted
 * and found. */
#include "model/object.h"

static void
object_free(gpointer data)
{
    PgaObject *object = data;

    g_free(object->name);
    g_free(object->nspname);
    g_free(object->objname);
    g_free(object->definition);
    g_free(object->obstacle);
    g_free(object->owner);
    g_free(object->acl);
    g_free(object);
}

static void
relation_free(gpointer data)
{
    PgaRelationExtra *relation = data;

    g_free(relation->nspname);
    g_free(relation->relname);
    g_free(relation->owner);
    g_free(relation->acl);
    g_free(relation->tablespace);
    g_free(relation->reloptions);
    g_free(relation->amname);
    g_array_unref(relation->parents);
    g_free(relation);
}

static void
attribute_free(gpointer data)
{
    PgaAttributeExtra *attribute = data;

    g_free(attribute->attname);
    g_free(attribute->acl);
    g_free(attribute->attoptions);
    g_free(attribute);
}

static void
namespace_free(gpointer data)
{
    PgaNamespace *namespace = data;

    g_free(namespace->nspname);
    g_free(namespace->owner);
    g_free(namespace->acl);
    g_free(namespace);
}

static void
role_free(gpointer data)
{
    PgaRole *role = data;

    g_free(role->rolname);
    g_ptr_array_unref(role->member_of);
    g_free(role);
}

static void
tablespace_free(gpointer data)
{
    PgaTablespace *tablespace = data;

    g_free(tablespace->spcname);
    g_free(tablespace->options);
    g_free(tablespace);
}

static void
role_setting_free(gpointer data)
{
    PgaRoleSetting *setting = data;

    g_free(setting->rolname);
    g_free(setting->name);
    g_free(setting->value);
    g_free(setting);
}

PgaObjects *
pga_objects_new(void)
{
    PgaObjects *objects = g_new0(PgaObjects, 1);

    objects->objects = g_ptr_array_new_with_free_func(object_free);
    objects->dependencies = g_array_new(FALSE, FALSE, sizeof(PgaDependency));
    objects->relations = g_ptr_array_new_with_free_func(relation_free);
    objects->attributes = g_ptr_array_new_with_free_func(attribute_free);
    objects->namespaces = g_ptr_array_new_with_free_func(namespace_free);
    objects->roles = g_ptr_array_new_with_free_func(role_free);
    objects->tablespaces = g_ptr_array_new_with_free_func(tablespace_free);
    objects->role_settings = g_ptr_array_new_with_free_func(role_setting_free);
    objects->schema = pga_schema_new();
    objects->object_by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    objects->relation_by_oid = g_hash_table_new(NULL, NULL);
    return objects;
}

void
pga_objects_free(PgaObjects *objects)
{
    if (!objects)
        return;
    g_hash_table_unref(objects->object_by_id);
    g_hash_table_unref(objects->relation_by_oid);
    g_free(objects->encoding);
    g_free(objects->collate);
    g_free(objects->ctype);
    g_free(objects->locale);
    g_free(objects->icu_rules);
    g_free(objects->tablespace);
    g_ptr_array_unref(objects->objects);
    g_array_unref(objects->dependencies);
    g_ptr_array_unref(objects->relations);
    g_ptr_array_unref(objects->attributes);
    g_ptr_array_unref(objects->namespaces);
    g_ptr_array_unref(objects->roles);
    g_ptr_array_unref(objects->tablespaces);
    g_ptr_array_unref(objects->role_settings);
    pga_schema_free(objects->schema);
    g_free(objects);
}

PgaObject *
pga_objects_add(PgaObjects *objects, PgaObjectId id)
{
    PgaObject *object = g_new0(PgaObject, 1);

    object->id = id;
    g_ptr_array_add(objects->objects, object);
    return object;
}

PgaRelationExtra *
pga_objects_add_relation(PgaObjects *objects, PgaOid oid)
{
    PgaRelationExtra *relation = g_new0(PgaRelationExtra, 1);

    relation->oid = oid;
    relation->parents = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_ptr_array_add(objects->relations, relation);
    return relation;
}

PgaAttributeExtra *
pga_objects_add_attribute(PgaObjects *objects, PgaOid relation)
{
    PgaAttributeExtra *attribute = g_new0(PgaAttributeExtra, 1);

    attribute->relation = relation;
    attribute->attstattarget = -1;
    g_ptr_array_add(objects->attributes, attribute);
    return attribute;
}

PgaNamespace *
pga_objects_add_namespace(PgaObjects *objects, const char *nspname)
{
    PgaNamespace *namespace = g_new0(PgaNamespace, 1);

    namespace->nspname = g_strdup(nspname);
    g_ptr_array_add(objects->namespaces, namespace);
    return namespace;
}

PgaRole *
pga_objects_add_role(PgaObjects *objects, const char *rolname)
{
    PgaRole *role = g_new0(PgaRole, 1);

    role->rolname = g_strdup(rolname);
    role->rolconnlimit = -1;
    role->password = '?';
    role->member_of = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(objects->roles, role);
    return role;
}

PgaTablespace *
pga_objects_add_tablespace(PgaObjects *objects, const char *spcname)
{
    PgaTablespace *tablespace = g_new0(PgaTablespace, 1);

    tablespace->spcname = g_strdup(spcname);
    g_ptr_array_add(objects->tablespaces, tablespace);
    return tablespace;
}

PgaRoleSetting *
pga_objects_add_role_setting(PgaObjects *objects, const char *name)
{
    PgaRoleSetting *setting = g_new0(PgaRoleSetting, 1);

    setting->name = g_strdup(name);
    g_ptr_array_add(objects->role_settings, setting);
    return setting;
}

PgaObject *
pga_objects_lookup(const PgaObjects *objects, PgaObjectId id)
{
    return g_hash_table_lookup(objects->object_by_id, &id);
}

PgaRelationExtra *
pga_objects_relation(const PgaObjects *objects, PgaOid oid)
{
    return g_hash_table_lookup(objects->relation_by_oid, GUINT_TO_POINTER(oid));
}

/* The first dependency whose dependent is not below @dependent. */
static guint
first_dependency(const PgaObjects *objects, PgaObjectId dependent)
{
    guint low = 0, high = objects->dependencies->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (g_array_index(objects->dependencies, PgaDependency, middle).dependent < dependent)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const PgaDependency *
pga_objects_dependencies(const PgaObjects *objects, PgaObjectId dependent, guint *n)
{
    const guint first = first_dependency(objects, dependent);
    const guint after = first_dependency(objects, dependent + 1);

    *n = after - first;
    return *n > 0 ? &g_array_index(objects->dependencies, PgaDependency, first) : NULL;
}
