/* The fields of objects besides relations. */
#include "model/schema.h"

static const PgaField routine_fields[] = {
    PGA_FIELD(PgaRoutine, oid, OID, OID),
    PGA_FIELD(PgaRoutine, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRoutine, proname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRoutine, arguments, STRING, SQL),
    PGA_FIELD(PgaRoutine, result, STRING, SQL),
    PGA_FIELD(PgaRoutine, language, STRING, FACT),
    PGA_FIELD(PgaRoutine, prokind, CHAR, FACT),
    PGA_FIELD(PgaRoutine, prosecdef, BOOL, FACT),
    PGA_FIELD(PgaRoutine, provolatile, CHAR, FACT),
    PGA_FIELD(PgaRoutine, has_sql_body, BOOL, FACT),
    PGA_FIELD(PgaRoutine, config, STRING, SQL),
    PGA_FIELD(PgaRoutine, source, STRING, SQL),
    PGA_FIELD(PgaRoutine, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaRoutine, owner_is_superuser, BOOL, FACT),
    PGA_FIELD(PgaRoutine, acl, STRING, SQL),
};
const PgaRecordType pga_routine_type = PGA_RECORD_TYPE("routine", PgaRoutine, routine_fields);

static const PgaField trigger_fields[] = {
    PGA_FIELD(PgaTrigger, oid, OID, OID),
    PGA_FIELD(PgaTrigger, relation, OID, OID),
    PGA_FIELD(PgaTrigger, tgname, STRING, IDENTIFIER),
    PGA_FIELD(PgaTrigger, tgenabled, CHAR, FACT),
    PGA_FIELD(PgaTrigger, tgisinternal, BOOL, FACT),
    PGA_FIELD(PgaTrigger, constraint, OID, OID),
    PGA_FIELD(PgaTrigger, function, STRING, SQL),
};
const PgaRecordType pga_trigger_type = PGA_RECORD_TYPE("trigger", PgaTrigger, trigger_fields);

static const PgaField policy_fields[] = {
    PGA_FIELD(PgaPolicy, oid, OID, OID),
    PGA_FIELD(PgaPolicy, relation, OID, OID),
    PGA_FIELD(PgaPolicy, polname, STRING, IDENTIFIER),
    PGA_FIELD(PgaPolicy, permissive, BOOL, FACT),
    PGA_FIELD(PgaPolicy, cmd, CHAR, FACT),
    PGA_FIELD(PgaPolicy, roles, STRINGS, IDENTIFIER),
    PGA_FIELD(PgaPolicy, qual, STRING, SQL),
    PGA_FIELD(PgaPolicy, with_check, STRING, SQL),
};
const PgaRecordType pga_policy_type = PGA_RECORD_TYPE("policy", PgaPolicy, policy_fields);

static const PgaField rewrite_rule_fields[] = {
    PGA_FIELD(PgaRewriteRule, oid, OID, OID),
    PGA_FIELD(PgaRewriteRule, relation, OID, OID),
    PGA_FIELD(PgaRewriteRule, rulename, STRING, IDENTIFIER),
    PGA_FIELD(PgaRewriteRule, ev_type, CHAR, FACT),
    PGA_FIELD(PgaRewriteRule, is_instead, BOOL, FACT),
};
const PgaRecordType pga_rewrite_rule_type =
    PGA_RECORD_TYPE("rewrite rule", PgaRewriteRule, rewrite_rule_fields);

static const PgaField view_fields[] = {
    PGA_FIELD(PgaView, oid, OID, OID),
    PGA_FIELD(PgaView, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaView, relname, STRING, IDENTIFIER),
    PGA_FIELD(PgaView, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaView, owner_bypasses_rls, BOOL, FACT),
    PGA_FIELD(PgaView, security_invoker, BOOL, FACT),
    PGA_FIELD(PgaView, is_materialized, BOOL, FACT),
    PGA_FIELD(PgaView, is_populated, BOOL, FACT),
    PGA_FIELD(PgaView, reads, OIDS, OID),
};
const PgaRecordType pga_view_type = PGA_RECORD_TYPE("view", PgaView, view_fields);

static const PgaField publication_fields[] = {
    PGA_FIELD(PgaPublication, pubname, STRING, IDENTIFIER),
    PGA_FIELD(PgaPublication, all_tables, BOOL, FACT),
    PGA_FIELD(PgaPublication, inserts, BOOL, FACT),
    PGA_FIELD(PgaPublication, updates, BOOL, FACT),
    PGA_FIELD(PgaPublication, deletes, BOOL, FACT),
    PGA_FIELD(PgaPublication, truncates, BOOL, FACT),
    PGA_FIELD(PgaPublication, relations, OIDS, OID),
};
const PgaRecordType pga_publication_type =
    PGA_RECORD_TYPE("publication", PgaPublication, publication_fields);

static const PgaField collation_mismatch_fields[] = {
    PGA_FIELD(PgaCollationMismatch, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaCollationMismatch, collname, STRING, IDENTIFIER),
    PGA_FIELD(PgaCollationMismatch, collversion, STRING, FACT),
    PGA_FIELD(PgaCollationMismatch, actual_version, STRING, FACT),
    PGA_FIELD(PgaCollationMismatch, indexes, STRING, IDENTIFIER),
    PGA_FIELD(PgaCollationMismatch, n_indexes, INT64, FACT),
};
const PgaRecordType pga_collation_mismatch_type =
    PGA_RECORD_TYPE("collation mismatch", PgaCollationMismatch, collation_mismatch_fields);

static const PgaField schema_acl_fields[] = {
    PGA_FIELD(PgaSchemaAcl, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaSchemaAcl, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaSchemaAcl, acl, STRING, SQL),
    PGA_FIELD(PgaSchemaAcl, public_creates, BOOL, FACT),
};
const PgaRecordType pga_schema_acl_type =
    PGA_RECORD_TYPE("schema acl", PgaSchemaAcl, schema_acl_fields);

static const PgaField schema_detail_fields[] = {
    PGA_FIELD(PgaSchemaDetail, kind, STRING, TEXT),
    PGA_FIELD(PgaSchemaDetail, name, STRING, TEXT),
    PGA_FIELD(PgaSchemaDetail, value, STRING, TEXT),
    PGA_FIELD(PgaSchemaDetail, relation, OID, OID),
    PGA_FIELD(PgaSchemaDetail, of_database, BOOL, FACT),
};
const PgaRecordType pga_schema_detail_type =
    PGA_RECORD_TYPE("schema detail", PgaSchemaDetail, schema_detail_fields);

static const PgaField schema_fields[] = {
    PGA_FIELD_OF(PgaSchema, routines, RECORDS, pga_routine_type),
    PGA_FIELD_OF(PgaSchema, triggers, RECORDS, pga_trigger_type),
    PGA_FIELD_OF(PgaSchema, policies, RECORDS, pga_policy_type),
    PGA_FIELD_OF(PgaSchema, rules, RECORDS, pga_rewrite_rule_type),
    PGA_FIELD_OF(PgaSchema, views, RECORDS, pga_view_type),
    PGA_FIELD_OF(PgaSchema, publications, RECORDS, pga_publication_type),
    PGA_FIELD_OF(PgaSchema, collations, RECORDS, pga_collation_mismatch_type),
    PGA_FIELD_OF(PgaSchema, schemas, RECORDS, pga_schema_acl_type),
    PGA_FIELD_OF(PgaSchema, details, RECORDS, pga_schema_detail_type),
};
const PgaRecordType pga_schema_type = PGA_RECORD_TYPE("schema", PgaSchema, schema_fields);

PgaSchema *
pga_schema_new(void)
{
    return pga_record_new(&pga_schema_type);
}

void
pga_schema_free(PgaSchema *schema)
{
    pga_record_free(&pga_schema_type, schema);
}
