/* The fields of an Environment. */
#include "model/environment.h"

static void
init_environment(gpointer record)
{
    PgaEnvironment *environment = record;

    environment->ram_bytes = -1;
    environment->database_bytes = -1;
    environment->stats_age = -1;
    environment->uptime = -1;
    environment->temp_bytes = -1;
    environment->temp_age = -1;
    environment->xact_commit = -1;
    environment->blks_read = -1;
    environment->blks_hit = -1;
    environment->tup_returned = -1;
    environment->tup_fetched = -1;
}

static const PgaField environment_fields[] = {
    PGA_FIELD(PgaEnvironment, source_kind, INT32, MEASURE),
    PGA_FIELD(PgaEnvironment, source_name, STRING, IDENTIFIER),
    PGA_FIELD(PgaEnvironment, version_num, INT32, FACT),
    PGA_FIELD(PgaEnvironment, version, STRING, FACT),
    PGA_FIELD(PgaEnvironment, is_standby, BOOL, FACT),
    PGA_FIELD(PgaEnvironment, is_pooled, BOOL, MEASURE),
    PGA_FIELD(PgaEnvironment, is_superuser, BOOL, MEASURE),
    PGA_FIELD(PgaEnvironment, is_monitor, BOOL, MEASURE),
    PGA_FIELD(PgaEnvironment, role, STRING, IDENTIFIER),
    PGA_FIELD(PgaEnvironment, available_extensions, STRINGS, MEASURE),
    PGA_FIELD(PgaEnvironment, provider, STRING, FACT),
    PGA_FIELD(PgaEnvironment, ram_bytes, INT64, MEASURE),
    PGA_FIELD(PgaEnvironment, ram_method, STRING, MEASURE),
    PGA_FIELD(PgaEnvironment, ram_shared, BOOL, MEASURE),
    PGA_FIELD(PgaEnvironment, database_bytes, INT64, MEASURE),
    PGA_FIELD(PgaEnvironment, stats_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaEnvironment, uptime, DOUBLE, MEASURE),
    PGA_FIELD(PgaEnvironment, now, INT64, MEASURE),
    PGA_FIELD(PgaEnvironment, dates_moved, BOOL, MEASURE),
    PGA_FIELD(PgaEnvironment, temp_bytes, INT64, COUNTER),
    PGA_FIELD(PgaEnvironment, temp_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaEnvironment, xact_commit, INT64, COUNTER),
    PGA_FIELD(PgaEnvironment, blks_read, INT64, COUNTER),
    PGA_FIELD(PgaEnvironment, blks_hit, INT64, COUNTER),
    PGA_FIELD(PgaEnvironment, tup_returned, INT64, COUNTER),
    PGA_FIELD(PgaEnvironment, tup_fetched, INT64, COUNTER),
    PGA_FIELD(PgaEnvironment, workload, INT32, MEASURE),
    PGA_FIELD(PgaEnvironment, workload_method, STRING, MEASURE),
};
const PgaRecordType pga_environment_type =
    PGA_RECORD_TYPE_INIT("environment", PgaEnvironment, environment_fields, init_environment);
