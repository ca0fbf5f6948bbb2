/* What everybody relies on about a model, asked of one that a stranger's file gave: each record by
 * itself, and what holds for all kinds of records. What records say of one another is in
 * snapshot_references.c. */
#include <base/error.h>
#include <math.h>
#include <string.h>

#include "snapshot_internal.h"

/* 2^56: a hundredfold of it, or as many blocks of 8 kB, still is a gint64. */
#define MAX_TOTAL ((double)(G_GINT64_CONSTANT(1) << 56))

gboolean
pga_snapshot_refuse(GError **error, const char *format, ...)
{
    g_autofree char *detail = NULL;
    va_list args;

    va_start(args, format);
    detail = g_strdup_vprintf(format, args);
    va_end(args);
    pga_error_set(error, PGA_ERROR_INPUT, "the snapshot contradicts itself");
    pga_error_detail(error, "%s.", detail);
    return FALSE;
}

/** Strings that are never NULL in what a server gave. */
static const struct {
    const PgaRecordType *type;
    const char *fields; /* names, blanks between */
} needed[] = {
    {&pga_snapshot_note_type, "what why"},
    {&pga_environment_type, "source_name version"},
    {&pga_relation_type, "nspname relname owner"},
    {&pga_attribute_type, "attname type typname typnspname"},
    {&pga_index_type, "nspname relname amname definition"},
    {&pga_constraint_type, "conname definition"},
    {&pga_sequence_type, "nspname relname"},
    {&pga_setting_type, "name setting vartype source context"},
    {&pga_type_type, "nspname typname"},
    {&pga_extension_type, "extname extversion nspname"},
    {&pga_objects_type, "encoding collate ctype"},
    {&pga_object_type, "name"},
    {&pga_relation_extra_type, "nspname relname owner"},
    {&pga_attribute_extra_type, "attname"},
    {&pga_namespace_type, "nspname owner"},
    {&pga_role_type, "rolname"},
    {&pga_tablespace_type, "spcname"},
    {&pga_role_setting_type, "name value"},
    {&pga_enum_label_type, "sortorder label"},
    {&pga_enum_label_type, "sortorder label"},
    {&pga_routine_type, "nspname proname arguments language owner"},
    {&pga_trigger_type, "tgname function"},
    {&pga_policy_type, "polname"},
    {&pga_rewrite_rule_type, "rulename"},
    {&pga_view_type, "nspname relname owner"},
    {&pga_publication_type, "pubname"},
    {&pga_collation_mismatch_type, "nspname collname collversion actual_version"},
    {&pga_schema_acl_type, "nspname owner"},
    {&pga_schema_detail_type, "kind name value"},
    {&pga_database_type, "datname"},
    {&pga_prepared_transaction_type, "gid"},
    {&pga_replication_slot_type, "slot_name slot_type"},
    {&pga_subscription_type, "subname"},
    {&pga_progress_entry_type, "command phase"},
    {&pga_file_error_type, "error"},
    {&pga_tablespace_use_type, "spcname"},
    {&pga_io_statistics_type, "backend_type context"},
    {&pga_server_file_type, "path what"},
    {&pga_workload_statement_type, "query"},
    {&pga_predicate_type, "operator_"},
    {&pga_relation_size_type, "reltuples"},
};

static gboolean
is_named(const char *names, const char *name)
{
    const gsize length = strlen(name);

    for (const char *at = names; (at = strstr(at, name)); at++)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return TRUE;
    return FALSE;
}

static const char *
needed_of(const PgaRecordType *type)
{
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++)
        if (needed[i].type == type)
            return needed[i].fields;
    return NULL;
}

static gboolean check_record(const PgaRecordType *type, gconstpointer record, GError **error);

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs */
check_list(const PgaRecordType *type, const GPtrArray *list, GError **error)
{
    for (guint i = 0; i < list->len; i++)
        if (!check_record(type, g_ptr_array_index(list, i), error))
            return FALSE;
    return TRUE;
}

/* Names that must be there, in the record and in what it holds. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs */
check_record(const PgaRecordType *type, gconstpointer record, GError **error)
{
    const char *names = needed_of(type);

    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gconstpointer at = (const char *)record + field->offset;

        if (field->type == PGA_FIELD_STRING && names && !*(char *const *)at &&
            is_named(names, field->name))
            return pga_snapshot_refuse(error, "A record \"%s\" lacks its field %s", type->name,
                                       field->name);
        if (field->type == PGA_FIELD_RECORDS &&
            !check_list(field->record, *(GPtrArray *const *)at, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_snapshot_is_quantity(const PgaField *field)
{
    return (field->meaning == PGA_MEANING_MEASURE || field->meaning == PGA_MEANING_COUNTER) &&
           !g_str_equal(field->name, "last_value") && !g_str_equal(field->name, "queryid");
}

static double
measure_at(const PgaField *field, gconstpointer at)
{
    if (!pga_snapshot_is_quantity(field))
        return 0;
    if (field->type == PGA_FIELD_INT64)
        return fabs((double)*(const gint64 *)at);
    return field->type == PGA_FIELD_DOUBLE && isfinite(*(const double *)at)
               ? fabs(*(const double *)at)
               : 0;
}

/* Sums over all records of a kind: rules add sizes and counters up. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs */
check_totals(const PgaRecordType *type, const GPtrArray *list, gsize offset, GError **error)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        double total = 0;

        if (field->type == PGA_FIELD_RECORD &&
            !check_totals(field->record, list, offset + field->offset, error))
            return FALSE;
        for (guint j = 0; j < list->len; j++)
            total += measure_at(field,
                                (const char *)g_ptr_array_index(list, j) + offset + field->offset);
        if (total > MAX_TOTAL)
            return pga_snapshot_refuse(error, "Field %s of all records \"%s\" adds up to %.3g",
                                       field->name, type->name, total);
    }
    return TRUE;
}

static gboolean
check_section(const PgaRecordType *type, gconstpointer section, GError **error)
{
    if (!check_record(type, section, error))
        return FALSE;
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];

        if (field->type == PGA_FIELD_RECORDS &&
            !check_totals(field->record,
                          *(GPtrArray *const *)((const char *)section + field->offset), 0, error))
            return FALSE;
    }
    return TRUE;
}

/* Enumerations are numbers in the file, counts that are unsigned here are signed there. */
static gboolean
check_numbers(const PgaSnapshot *snapshot, GError **error)
{
    const PgaEnvironment *environment = snapshot->environment;

    if (environment->version_num < 90600 || environment->version_num > 999999)
        return pga_snapshot_refuse(error, "version_num %u is no version of PostgreSQL 9.6 or later",
                                   environment->version_num);
    if (environment->workload > PGA_WORKLOAD_TIME_SERIES)
        return pga_snapshot_refuse(error, "%d is no class of workload", (int)environment->workload);
    if (snapshot->workload->n_hidden > G_MAXINT32)
        return pga_snapshot_refuse(error, "n_hidden of the workload is below 0");
    for (guint i = 0; i < snapshot->notes->len; i++) {
        const PgaSnapshotNote *note = g_ptr_array_index(snapshot->notes, i);

        if (note->reading < PGA_SNAPSHOT_CATALOG || note->reading > PGA_SNAPSHOT_PLANNER)
            return pga_snapshot_refuse(error, "%d is no reading that a note can be of",
                                       note->reading);
    }
    return TRUE;
}

gboolean
pga_snapshot_validate(const PgaSnapshot *snapshot, GError **error)
{
    const PgaRecordType *type;
    gpointer section;

    for (guint i = 0; (section = pga_snapshot_section((PgaSnapshot *)snapshot, i, &type)); i++)
        if (!check_section(type, section, error))
            return FALSE;
    return check_numbers(snapshot, error) &&
           pga_snapshot_check_catalog(snapshot->catalog, snapshot->environment->version_num,
                                      error) &&
           pga_snapshot_check_objects(snapshot->objects, error) &&
           pga_snapshot_check_planner(snapshot->planner, error);
}
