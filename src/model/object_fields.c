/* The fields of the objects that a clone needs besides its relations. */
#include "model/object.h"

static const PgaField object_fields[] = {
    PGA_FIELD(PgaObject, id, ID, OID),
    PGA_FIELD(PgaObject, name, STRING, SQL),
    PGA_FIELD(PgaObject, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaObject, objname, STRING, IDENTIFIER),
    PGA_FIELD(PgaObject, relation, OID, OID),
    PGA_FIELD(PgaObject, definition, STRING, SQL),
    PGA_FIELD(PgaObject, obstacle, STRING, SQL),
    PGA_FIELD(PgaObject, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaObject, acl, STRING, SQL),
};
const PgaRecordType pga_object_type = PGA_RECORD_TYPE("object", PgaObject, object_fields);

static const PgaField dependency_fields[] = {
    PGA_FIELD(PgaDependency, dependent, ID, OID),
    PGA_FIELD(PgaDependency, referenced, ID, OID),
    PGA_FIELD(PgaDependency, late, BOOL, FACT),
};
const PgaRecordType pga_dependency_type =
    PGA_RECORD_TYPE("dependency", PgaDependency, dependency_fields);

static void
init_relation_extra(gpointer record)
{
    PgaRelationExtra *relation = record;

    relation->parents = g_array_new(FALSE, FALSE, sizeof(PgaOid));
}

static const PgaField relation_extra_fields[] = {
    PGA_FIELD(PgaRelationExtra, oid, OID, OID),
    PGA_FIELD(PgaRelationExtra, relkind, CHAR, FACT),
    PGA_FIELD(PgaRelationExtra, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelationExtra, relname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelationExtra, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelationExtra, acl, STRING, SQL),
    PGA_FIELD(PgaRelationExtra, tablespace, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelationExtra, reloptions, STRING, FACT),
    PGA_FIELD(PgaRelationExtra, amname, STRING, FACT),
    PGA_FIELD(PgaRelationExtra, parents, OIDS, OID),
    PGA_FIELD(PgaRelationExtra, relnatts, INT16, OID),
    PGA_FIELD(PgaRelationExtra, relrowsecurity, BOOL, FACT),
    PGA_FIELD(PgaRelationExtra, relforcerowsecurity, BOOL, FACT),
};
const PgaRecordType pga_relation_extra_type = PGA_RECORD_TYPE_INIT(
    "relation extra", PgaRelationExtra, relation_extra_fields, init_relation_extra);

static void
init_attribute_extra(gpointer record)
{
    PgaAttributeExtra *attribute = record;

    attribute->attstattarget = -1;
}

static const PgaField attribute_extra_fields[] = {
    PGA_FIELD(PgaAttributeExtra, relation, OID, OID),
    PGA_FIELD(PgaAttributeExtra, attname, STRING, IDENTIFIER),
    PGA_FIELD(PgaAttributeExtra, acl, STRING, SQL),
    PGA_FIELD(PgaAttributeExtra, attoptions, STRING, FACT),
    PGA_FIELD(PgaAttributeExtra, attstattarget, INT32, FACT),
};
const PgaRecordType pga_attribute_extra_type = PGA_RECORD_TYPE_INIT(
    "attribute extra", PgaAttributeExtra, attribute_extra_fields, init_attribute_extra);

static const PgaField namespace_fields[] = {
    PGA_FIELD(PgaNamespace, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaNamespace, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaNamespace, acl, STRING, SQL),
};
const PgaRecordType pga_namespace_type =
    PGA_RECORD_TYPE("namespace", PgaNamespace, namespace_fields);

static void
init_role(gpointer record)
{
    PgaRole *role = record;

    role->rolconnlimit = -1;
    role->password = '?';
    role->member_of = g_ptr_array_new_with_free_func(g_free);
}

static const PgaField role_fields[] = {
    PGA_FIELD(PgaRole, rolname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRole, rolsuper, BOOL, FACT),
    PGA_FIELD(PgaRole, rolinherit, BOOL, FACT),
    PGA_FIELD(PgaRole, rolbypassrls, BOOL, FACT),
    PGA_FIELD(PgaRole, rolcanlogin, BOOL, FACT),
    PGA_FIELD(PgaRole, rolcreaterole, BOOL, FACT),
    PGA_FIELD(PgaRole, rolcreatedb, BOOL, FACT),
    PGA_FIELD(PgaRole, rolreplication, BOOL, FACT),
    PGA_FIELD(PgaRole, rolconnlimit, INT32, FACT),
    PGA_FIELD(PgaRole, has_validity, BOOL, FACT),
    PGA_FIELD(PgaRole, password, CHAR, FACT),
    PGA_FIELD(PgaRole, member_of, STRINGS, IDENTIFIER),
};
const PgaRecordType pga_role_type = PGA_RECORD_TYPE_INIT("role", PgaRole, role_fields, init_role);

static const PgaField tablespace_fields[] = {
    PGA_FIELD(PgaTablespace, spcname, STRING, IDENTIFIER),
    PGA_FIELD(PgaTablespace, options, STRING, FACT),
};
const PgaRecordType pga_tablespace_type =
    PGA_RECORD_TYPE("tablespace", PgaTablespace, tablespace_fields);

static const PgaField role_setting_fields[] = {
    PGA_FIELD(PgaRoleSetting, rolname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRoleSetting, in_database, BOOL, FACT),
    PGA_FIELD(PgaRoleSetting, name, STRING, FACT),
    PGA_FIELD(PgaRoleSetting, value, STRING, SQL),
};
const PgaRecordType pga_role_setting_type =
    PGA_RECORD_TYPE("role setting", PgaRoleSetting, role_setting_fields);

static const PgaField enum_label_fields[] = {
    PGA_FIELD(PgaEnumLabel, type, OID, OID),
    PGA_FIELD(PgaEnumLabel, oid, OID, OID),
    PGA_FIELD(PgaEnumLabel, sortorder, STRING, FACT),
    PGA_FIELD(PgaEnumLabel, label, STRING, SQL),
};
const PgaRecordType pga_enum_label_type =
    PGA_RECORD_TYPE("enum label", PgaEnumLabel, enum_label_fields);

static const PgaField objects_fields[] = {
    PGA_FIELD(PgaObjects, encoding, STRING, FACT),
    PGA_FIELD(PgaObjects, collate, STRING, FACT),
    PGA_FIELD(PgaObjects, ctype, STRING, FACT),
    PGA_FIELD(PgaObjects, provider, CHAR, FACT),
    PGA_FIELD(PgaObjects, locale, STRING, FACT),
    PGA_FIELD(PgaObjects, icu_rules, STRING, FACT),
    PGA_FIELD(PgaObjects, tablespace, STRING, IDENTIFIER),
    PGA_FIELD_OF(PgaObjects, objects, RECORDS, pga_object_type),
    PGA_FIELD_OF(PgaObjects, dependencies, STRUCTS, pga_dependency_type),
    PGA_FIELD_OF(PgaObjects, relations, RECORDS, pga_relation_extra_type),
    PGA_FIELD_OF(PgaObjects, attributes, RECORDS, pga_attribute_extra_type),
    PGA_FIELD_OF(PgaObjects, namespaces, RECORDS, pga_namespace_type),
    PGA_FIELD_OF(PgaObjects, roles, RECORDS, pga_role_type),
    PGA_FIELD_OF(PgaObjects, tablespaces, RECORDS, pga_tablespace_type),
    PGA_FIELD_OF(PgaObjects, role_settings, RECORDS, pga_role_setting_type),
    PGA_FIELD_OF(PgaObjects, enum_labels, RECORDS, pga_enum_label_type),
    PGA_FIELD_OF(PgaObjects, schema, POINTER, pga_schema_type),
};
const PgaRecordType pga_objects_type = PGA_RECORD_TYPE("objects", PgaObjects, objects_fields);
