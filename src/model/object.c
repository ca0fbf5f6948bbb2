/* Objects that have a definition of their own, and what depends on what: how they are made, sorted
 * and found. */
#include "model/object.h"

PgaObjects *
pga_objects_new(void)
{
    PgaObjects *objects = pga_record_new(&pga_objects_type);

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
    pga_record_free(&pga_objects_type, objects);
}

PgaObject *
pga_objects_add(PgaObjects *objects, PgaObjectId id)
{
    PgaObject *object = pga_record_add(objects->objects, &pga_object_type);

    object->id = id;
    return object;
}

PgaRelationExtra *
pga_objects_add_relation(PgaObjects *objects, PgaOid oid)
{
    PgaRelationExtra *relation = pga_record_add(objects->relations, &pga_relation_extra_type);

    relation->oid = oid;
    return relation;
}

PgaAttributeExtra *
pga_objects_add_attribute(PgaObjects *objects, PgaOid relation)
{
    PgaAttributeExtra *attribute = pga_record_add(objects->attributes, &pga_attribute_extra_type);

    attribute->relation = relation;
    return attribute;
}

PgaNamespace *
pga_objects_add_namespace(PgaObjects *objects, const char *nspname)
{
    PgaNamespace *namespace = pga_record_add(objects->namespaces, &pga_namespace_type);

    namespace->nspname = g_strdup(nspname);
    return namespace;
}

PgaRole *
pga_objects_add_role(PgaObjects *objects, const char *rolname)
{
    PgaRole *role = pga_record_add(objects->roles, &pga_role_type);

    role->rolname = g_strdup(rolname);
    return role;
}

PgaTablespace *
pga_objects_add_tablespace(PgaObjects *objects, const char *spcname)
{
    PgaTablespace *tablespace = pga_record_add(objects->tablespaces, &pga_tablespace_type);

    tablespace->spcname = g_strdup(spcname);
    return tablespace;
}

PgaRoleSetting *
pga_objects_add_role_setting(PgaObjects *objects, const char *name)
{
    PgaRoleSetting *setting = pga_record_add(objects->role_settings, &pga_role_setting_type);

    setting->name = g_strdup(name);
    return setting;
}

PgaEnumLabel *
pga_objects_add_enum_label(PgaObjects *objects, PgaOid type, PgaOid oid)
{
    PgaEnumLabel *label = pga_record_add(objects->enum_labels, &pga_enum_label_type);

    label->type = type;
    label->oid = oid;
    return label;
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
