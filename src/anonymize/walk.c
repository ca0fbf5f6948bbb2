/* The walk over the records of a snapshot. What a field is stands in the model's tables; what is
 * made of it stands here, and what is not here is emptied, so that a field that somebody adds to
 * the model cannot leak. */
#include "walk_internal.h"

#include <string.h>

#include "texts_internal.h"

/** Where a text stands. */
typedef struct {
    PgaWalk *walk;
    const PgaRecordType *type;
    gconstpointer record;
    const PgaRelation *relation; /* (nullable): whose columns it speaks of */
} Place;

typedef char *(*Replace)(const Place *place, guint how, const char *text);

typedef struct {
    const PgaRecordType *type;
    const char *field;
    Replace replace;
    guint how; /* PgaNameKind, PgaSqlForm */
} Policy;

static char *
as_name(const Place *place, guint how, const char *text)
{
    return pga_name_map(place->walk->names, (PgaNameKind)how, text);
}

static char *
as_sql(const Place *place, guint how, const char *text)
{
    return pga_sql_map(place->walk->sql, (PgaSqlForm)how, text, place->relation);
}

static char *
as_default(const Place *place, guint how, const char *text)
{
    const PgaAttribute *attribute = place->record;

    (void)how;
    return pga_sql_map_default(place->walk->sql, text, place->relation, attribute->attnum);
}

static char *
as_body(const Place *place, guint how, const char *text)
{
    const PgaRoutine *routine = place->record;

    (void)how;
    return pga_sql_map_body(place->walk->sql, text, routine->language ? routine->language : "");
}

static PgaNameKind
object_kind(PgaObjectClass class)
{
    switch (class) {
    case PGA_CLASS_TYPE:
        return PGA_NAME_TYPE;
    case PGA_CLASS_ROUTINE:
        return PGA_NAME_FUNCTION;
    case PGA_CLASS_RELATION:
        return PGA_NAME_TABLE;
    case PGA_CLASS_TRIGGER:
        return PGA_NAME_TRIGGER;
    case PGA_CLASS_POLICY:
        return PGA_NAME_POLICY;
    case PGA_CLASS_CAST:
    case PGA_CLASS_OPCLASS:
    case PGA_CLASS_OPERATOR:
    case PGA_CLASS_RULE:
    case PGA_CLASS_OPFAMILY:
    case PGA_CLASS_STATISTICS:
    case PGA_CLASS_COLLATION:
    case PGA_CLASS_TS_DICTIONARY:
    case PGA_CLASS_TS_CONFIGURATION:
    default:
        return PGA_NAME_OTHER;
    }
}

static char *
as_object_name(const Place *place, guint how, const char *text)
{
    const PgaObject *object = place->record;

    (void)how;
    return as_name(place, object_kind(PGA_OBJECT_CLASS(object->id)), text);
}

static PgaNameKind
relation_kind(char relkind)
{
    if (relkind == 'S')
        return PGA_NAME_SEQUENCE;
    return relkind == 'i' || relkind == 'I' ? PGA_NAME_INDEX : PGA_NAME_TABLE;
}

static char *
as_relation_name(const Place *place, guint how, const char *text)
{
    const PgaRelationExtra *relation = place->record;

    (void)how;
    return as_name(place, relation_kind(relation->relkind), text);
}

/* A label of an enum is a value. */
static char *
as_label(const Place *place, guint how, const char *text)
{
    PgaValueMap *values = place->walk->values;

    (void)how;
    return pga_value_map(values, pga_value_type_of(values, "text"), text);
}

static char *
as_path(const Place *place, guint how, const char *text)
{
    (void)how;
    return pga_text_path(place->walk, text);
}

static char *
as_address(const Place *place, guint how, const char *text)
{
    const PgaHbaRule *rule = place->type == &pga_hba_rule_type ? place->record : NULL;

    (void)how;
    return pga_text_address(place->walk, text, rule ? rule->netmask : NULL);
}

static char *
as_hba_names(const Place *place, guint how, const char *text)
{
    (void)how;
    return pga_text_list(place->walk, text, pga_text_hba_name);
}

static char *
as_options(const Place *place, guint how, const char *text)
{
    (void)how;
    return pga_text_list(place->walk, text, pga_text_option);
}

static char *
as_setting_name(const Place *place, guint how, const char *text)
{
    (void)how;
    return pga_text_setting_name(place->walk, text);
}

static char *
masked(const Place *place, guint how, const char *text)
{
    (void)how;
    return pga_text_mask(place->walk, text);
}

static char *
as_it_is(const Place *place, guint how, const char *text)
{
    (void)place;
    (void)how;
    return g_strdup(text);
}

static const Policy policies[] = {
    {&pga_snapshot_note_type, "what", as_sql, PGA_SQL_PROSE},
    {&pga_snapshot_note_type, "why", as_sql, PGA_SQL_PROSE},
    {&pga_environment_type, "source_name", as_name, PGA_NAME_OTHER},
    {&pga_environment_type, "role", as_name, PGA_NAME_ROLE},
    {&pga_attribute_type, "attname", as_name, PGA_NAME_COLUMN},
    {&pga_attribute_type, "type", as_sql, PGA_SQL_TYPE},
    {&pga_attribute_type, "typname", as_name, PGA_NAME_TYPE},
    {&pga_attribute_type, "typnspname", as_name, PGA_NAME_SCHEMA},
    {&pga_attribute_type, "basetype", as_sql, PGA_SQL_TYPE},
    {&pga_attribute_type, "collation", as_sql, PGA_SQL_NAME},
    {&pga_attribute_type, "default_expr", as_default, 0},
    {&pga_attribute_type, "dependent", as_sql, PGA_SQL_PROSE},
    {&pga_relation_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_relation_type, "relname", as_name, PGA_NAME_TABLE},
    {&pga_relation_type, "partkey", as_sql, PGA_SQL_PARTITION_KEY},
    {&pga_relation_type, "partbound", as_sql, PGA_SQL_PARTITION_BOUND},
    {&pga_relation_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_relation_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_relation_type, "dependent", as_sql, PGA_SQL_PROSE},
    {&pga_index_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_index_type, "relname", as_name, PGA_NAME_INDEX},
    {&pga_index_type, "exprs", as_sql, PGA_SQL_EXPRESSION_LIST},
    {&pga_index_type, "column_types", as_sql, PGA_SQL_TYPE},
    {&pga_index_type, "pred", as_sql, PGA_SQL_EXPRESSION},
    {&pga_index_type, "definition", as_sql, PGA_SQL_STATEMENTS},
    {&pga_index_type, "corruption", masked, 0},
    {&pga_constraint_type, "conname", as_name, PGA_NAME_CONSTRAINT},
    {&pga_constraint_type, "definition", as_sql, PGA_SQL_CONSTRAINT},
    {&pga_sequence_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_sequence_type, "relname", as_name, PGA_NAME_SEQUENCE},
    {&pga_type_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_type_type, "typname", as_name, PGA_NAME_TYPE},
    {&pga_type_type, "labels", as_label, 0},
    {&pga_type_type, "definition", as_sql, PGA_SQL_TYPE_DEFINITION},
    {&pga_extension_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_object_type, "name", as_sql, PGA_SQL_PROSE},
    {&pga_object_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_object_type, "objname", as_object_name, 0},
    {&pga_object_type, "definition", as_sql, PGA_SQL_STATEMENTS},
    {&pga_object_type, "obstacle", as_sql, PGA_SQL_PROSE},
    {&pga_object_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_object_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_relation_extra_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_relation_extra_type, "relname", as_relation_name, 0},
    {&pga_relation_extra_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_relation_extra_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_relation_extra_type, "tablespace", as_name, PGA_NAME_OTHER},
    {&pga_attribute_extra_type, "attname", as_name, PGA_NAME_COLUMN},
    {&pga_attribute_extra_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_namespace_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_namespace_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_namespace_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_role_type, "rolname", as_name, PGA_NAME_ROLE},
    {&pga_role_type, "member_of", as_name, PGA_NAME_ROLE},
    {&pga_tablespace_type, "spcname", as_name, PGA_NAME_OTHER},
    {&pga_role_setting_type, "rolname", as_name, PGA_NAME_ROLE},
    {&pga_role_setting_type, "value", as_it_is, 0}, /* of pga_walk_settings() */
    {&pga_setting_type, "sourcefile", as_it_is, 0}, /* the same */
    {&pga_enum_label_type, "label", as_label, 0},
    {&pga_objects_type, "tablespace", as_name, PGA_NAME_OTHER},
    {&pga_routine_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_routine_type, "proname", as_name, PGA_NAME_FUNCTION},
    {&pga_routine_type, "arguments", as_sql, PGA_SQL_ARGUMENTS},
    {&pga_routine_type, "result", as_sql, PGA_SQL_TYPE},
    {&pga_routine_type, "config", as_sql, PGA_SQL_OPTIONS},
    {&pga_routine_type, "source", as_body, 0},
    {&pga_routine_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_routine_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_trigger_type, "tgname", as_name, PGA_NAME_TRIGGER},
    {&pga_trigger_type, "function", as_sql, PGA_SQL_NAME},
    {&pga_policy_type, "polname", as_name, PGA_NAME_POLICY},
    {&pga_policy_type, "roles", as_name, PGA_NAME_ROLE},
    {&pga_policy_type, "qual", as_sql, PGA_SQL_EXPRESSION},
    {&pga_policy_type, "with_check", as_sql, PGA_SQL_EXPRESSION},
    {&pga_rewrite_rule_type, "rulename", as_name, PGA_NAME_OTHER},
    {&pga_view_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_view_type, "relname", as_name, PGA_NAME_TABLE},
    {&pga_view_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_publication_type, "pubname", as_name, PGA_NAME_OTHER},
    {&pga_collation_mismatch_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_collation_mismatch_type, "collname", as_name, PGA_NAME_OTHER},
    {&pga_collation_mismatch_type, "indexes", as_sql, PGA_SQL_NAME},
    {&pga_schema_acl_type, "nspname", as_name, PGA_NAME_SCHEMA},
    {&pga_schema_acl_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_schema_acl_type, "acl", as_sql, PGA_SQL_ACL},
    {&pga_schema_detail_type, "kind", masked, 0},
    {&pga_schema_detail_type, "name", masked, 0},
    {&pga_schema_detail_type, "value", masked, 0},
    {&pga_database_type, "datname", as_name, PGA_NAME_OTHER},
    {&pga_database_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_session_type, "datname", as_name, PGA_NAME_OTHER},
    {&pga_session_type, "usename", as_name, PGA_NAME_ROLE},
    {&pga_session_type, "application_name", as_name, PGA_NAME_OTHER},
    {&pga_session_type, "client_addr", as_address, 0},
    {&pga_session_type, "query", as_sql, PGA_SQL_STATEMENTS},
    {&pga_session_type, "prepared_blocker", as_name, PGA_NAME_OTHER},
    {&pga_session_type, "lock_relation", as_sql, PGA_SQL_NAME},
    {&pga_prepared_transaction_type, "gid", as_name, PGA_NAME_OTHER},
    {&pga_prepared_transaction_type, "owner", as_name, PGA_NAME_ROLE},
    {&pga_prepared_transaction_type, "datname", as_name, PGA_NAME_OTHER},
    {&pga_replication_slot_type, "slot_name", as_name, PGA_NAME_OTHER},
    {&pga_replication_slot_type, "datname", as_name, PGA_NAME_OTHER},
    {&pga_wal_sender_type, "usename", as_name, PGA_NAME_ROLE},
    {&pga_wal_sender_type, "application_name", as_name, PGA_NAME_OTHER},
    {&pga_wal_sender_type, "client_addr", as_address, 0},
    {&pga_subscription_type, "subname", as_name, PGA_NAME_OTHER},
    {&pga_subscription_type, "datname", as_name, PGA_NAME_OTHER},
    {&pga_progress_entry_type, "datname", as_name, PGA_NAME_OTHER},
    {&pga_progress_entry_type, "relation", as_sql, PGA_SQL_NAME},
    {&pga_hba_rule_type, "databases", as_hba_names, 0},
    {&pga_hba_rule_type, "users", as_hba_names, 0},
    {&pga_hba_rule_type, "address", as_address, 0},
    {&pga_hba_rule_type, "netmask", as_it_is, 0},
    {&pga_hba_rule_type, "options", as_options, 0},
    {&pga_hba_rule_type, "error", masked, 0},
    {&pga_file_error_type, "sourcefile", as_path, 0},
    {&pga_file_error_type, "name", as_setting_name, 0},
    {&pga_file_error_type, "error", masked, 0},
    {&pga_tablespace_use_type, "spcname", as_name, PGA_NAME_OTHER},
    {&pga_tablespace_use_type, "location", as_path, 0},
    {&pga_server_file_type, "path", as_path, 0},
    {&pga_workload_statement_type, "usename", as_name, PGA_NAME_ROLE},
    {&pga_workload_statement_type, "query", as_sql, PGA_SQL_STATEMENTS},
    {&pga_predicate_type, "expression", as_it_is, 0}, /* found anew in the statements */
    {&pga_column_statistics_type, "attname", as_name, PGA_NAME_COLUMN},
    {&pga_extended_statistics_type, "attnames", as_name, PGA_NAME_COLUMN},
};

/* (nullable) */
static const Policy *
find_policy(const PgaRecordType *type, const PgaField *field)
{
    for (guint i = 0; i < G_N_ELEMENTS(policies); i++)
        if (policies[i].type == type && g_str_equal(policies[i].field, field->name))
            return &policies[i];
    return NULL;
}

static gboolean
is_text_of_users(const PgaField *field)
{
    return (field->type == PGA_FIELD_STRING || field->type == PGA_FIELD_STRINGS) &&
           (field->meaning == PGA_MEANING_IDENTIFIER || field->meaning == PGA_MEANING_SQL ||
            field->meaning == PGA_MEANING_TEXT);
}

gboolean
pga_walk_knows(const PgaRecordType *type, const PgaField *field)
{
    return !is_text_of_users(field) || find_policy(type, field);
}

/* Of the records that name a relation. */
static PgaOid
relation_oid(const PgaRecordType *type, gconstpointer record)
{
    if (type == &pga_index_type)
        return ((const PgaIndex *)record)->indrelid;
    if (type == &pga_constraint_type)
        return ((const PgaConstraint *)record)->conrelid;
    if (type == &pga_object_type)
        return ((const PgaObject *)record)->relation;
    if (type == &pga_policy_type)
        return ((const PgaPolicy *)record)->relation;
    if (type == &pga_trigger_type)
        return ((const PgaTrigger *)record)->relation;
    return 0;
}

static void
replace_text(const Place *place, const Policy *policy, char **at)
{
    char *text = *at;

    if (!text || !*text)
        return;
    *at = policy ? policy->replace(place, policy->how, text) : g_strdup("");
    g_free(text);
}

static void
replace_field(const Place *place, const PgaField *field, gpointer at)
{
    const Policy *policy = find_policy(place->type, field);
    GPtrArray *list;

    if (!policy && !is_text_of_users(field))
        return;
    if (field->type == PGA_FIELD_STRING) {
        replace_text(place, policy, at);
        return;
    }
    list = *(GPtrArray **)at;
    for (guint i = 0; list && i < list->len; i++)
        replace_text(place, policy, (char **)&list->pdata[i]);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the model's structs */
static void walk_record(PgaWalk *walk, const PgaRecordType *type, gpointer record,
                        const PgaRelation *outer);

static void
walk_list(PgaWalk *walk, const PgaRecordType *type, const GPtrArray *list,
          const PgaRelation *relation)
{
    for (guint i = 0; list && i < list->len; i++)
        walk_record(walk, type, g_ptr_array_index(list, i), relation);
}

static void
walk_field(const Place *place, const PgaField *field, gpointer at)
{
    switch (field->type) {
    case PGA_FIELD_STRING:
    case PGA_FIELD_STRINGS:
        replace_field(place, field, at);
        break;
    case PGA_FIELD_RECORD:
        walk_record(place->walk, field->record, at, place->relation);
        break;
    case PGA_FIELD_POINTER:
        if (*(gpointer *)at)
            walk_record(place->walk, field->record, *(gpointer *)at, place->relation);
        break;
    case PGA_FIELD_RECORDS:
        walk_list(place->walk, field->record, *(GPtrArray **)at, place->relation);
        break;
    case PGA_FIELD_BOOL:
    case PGA_FIELD_CHAR:
    case PGA_FIELD_INT16:
    case PGA_FIELD_INT32:
    case PGA_FIELD_INT64:
    case PGA_FIELD_DOUBLE:
    case PGA_FIELD_OID:
    case PGA_FIELD_ID:
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
    case PGA_FIELD_STRUCTS:
    case PGA_FIELD_LINKS:
        break;
    }
}

static void
walk_record(PgaWalk *walk, const PgaRecordType *type, gpointer record, const PgaRelation *outer)
{
    Place place = {walk, type, record, outer};

    if (type == &pga_relation_type)
        place.relation = record;
    else if (relation_oid(type, record))
        place.relation = pga_catalog_relation(walk->snapshot->catalog, relation_oid(type, record));
    for (guint i = 0; i < type->n_fields; i++)
        walk_field(&place, &type->fields[i], (char *)record + type->fields[i].offset);
}
/* NOLINTEND(misc-no-recursion) */

void
pga_walk_records(PgaWalk *walk)
{
    walk_record(walk, &pga_snapshot_type, walk->snapshot, NULL);
}

/* The fields by which names are met, in this order. */
static const struct {
    const PgaRecordType *type;
    const char *field;
} first_met[] = {
    {&pga_namespace_type, "nspname"}, {&pga_relation_type, "nspname"},
    {&pga_relation_type, "relname"},  {&pga_view_type, "relname"},
    {&pga_attribute_type, "attname"}, {&pga_sequence_type, "relname"},
    {&pga_type_type, "typname"},      {&pga_routine_type, "proname"},
    {&pga_index_type, "relname"},     {&pga_constraint_type, "conname"},
    {&pga_trigger_type, "tgname"},    {&pga_policy_type, "polname"},
    {&pga_role_type, "rolname"},
};

/** A field to meet names by. */
typedef struct {
    const PgaRecordType *type;
    const PgaField *field;
    PgaNameKind kind;
} Meeting;

/* NOLINTBEGIN(misc-no-recursion): as deep as the model's structs */
static void
meet(PgaWalk *walk, const Meeting *meeting, const PgaRecordType *type, gpointer record)
{
    if (type == meeting->type) {
        const char *name = *(char **)((char *)record + meeting->field->offset);

        if (name)
            g_free(pga_name_map(walk->names, meeting->kind, name));
        return;
    }
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gpointer at = (char *)record + field->offset;

        if (field->type == PGA_FIELD_POINTER && *(gpointer *)at)
            meet(walk, meeting, field->record, *(gpointer *)at);
        if (field->type != PGA_FIELD_RECORDS)
            continue;
        for (guint j = 0; j < (*(GPtrArray **)at)->len; j++)
            meet(walk, meeting, field->record, g_ptr_array_index(*(GPtrArray **)at, j));
    }
}
/* NOLINTEND(misc-no-recursion) */

static const PgaField *
find_field(const PgaRecordType *type, const char *name)
{
    for (guint i = 0; i < type->n_fields; i++)
        if (g_str_equal(type->fields[i].name, name))
            return &type->fields[i];
    g_assert_not_reached();
}

void
pga_walk_meet_names(PgaWalk *walk)
{
    for (guint i = 0; i < G_N_ELEMENTS(first_met); i++) {
        const PgaField *field = find_field(first_met[i].type, first_met[i].field);
        const Meeting meeting = {first_met[i].type, field,
                                 (PgaNameKind)find_policy(first_met[i].type, field)->how};

        meet(walk, &meeting, &pga_snapshot_type, walk->snapshot);
    }
}
