/* The fields of what a server shows. */
#include "model/server.h"

static const PgaField database_fields[] = {
    PGA_FIELD(PgaDatabase, oid, OID, OID),
    PGA_FIELD(PgaDatabase, datname, STRING, IDENTIFIER),
    PGA_FIELD(PgaDatabase, datallowconn, BOOL, FACT),
    PGA_FIELD(PgaDatabase, datistemplate, BOOL, FACT),
    PGA_FIELD(PgaDatabase, is_current, BOOL, FACT),
    PGA_FIELD(PgaDatabase, datconnlimit, INT32, FACT),
    PGA_FIELD(PgaDatabase, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaDatabase, collversion, STRING, FACT),
    PGA_FIELD(PgaDatabase, actual_collversion, STRING, FACT),
    PGA_FIELD(PgaDatabase, provider, CHAR, FACT),
    PGA_FIELD(PgaDatabase, collate, STRING, FACT),
    PGA_FIELD(PgaDatabase, bytes, INT64, MEASURE),
    PGA_FIELD(PgaDatabase, frozenxid_age, INT64, MEASURE),
    PGA_FIELD(PgaDatabase, minmxid_age, INT64, MEASURE),
    PGA_FIELD(PgaDatabase, numbackends, INT64, MEASURE),
    PGA_FIELD(PgaDatabase, xact_commit, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, xact_rollback, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, blks_read, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, blks_hit, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, temp_files, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, temp_bytes, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, deadlocks, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, checksum_failures, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, sessions, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, sessions_abandoned, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, sessions_fatal, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, sessions_killed, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, session_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaDatabase, active_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaDatabase, idle_in_transaction_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaDatabase, confl_tablespace, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, confl_lock, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, confl_snapshot, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, confl_bufferpin, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, confl_deadlock, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, confl_active_logicalslot, INT64, COUNTER),
    PGA_FIELD(PgaDatabase, stats_age, DOUBLE, MEASURE),
};
const PgaRecordType pga_database_type = PGA_RECORD_TYPE("database", PgaDatabase, database_fields);

static const PgaField session_fields[] = {
    PGA_FIELD(PgaSession, pid, INT32, MEASURE),
    PGA_FIELD(PgaSession, leader_pid, INT32, MEASURE),
    PGA_FIELD(PgaSession, datname, STRING, IDENTIFIER),
    PGA_FIELD(PgaSession, usename, STRING, IDENTIFIER),
    PGA_FIELD(PgaSession, application_name, STRING, TEXT),
    PGA_FIELD(PgaSession, client_addr, STRING, TEXT),
    PGA_FIELD(PgaSession, backend_type, STRING, MEASURE),
    PGA_FIELD(PgaSession, state, STRING, MEASURE),
    PGA_FIELD(PgaSession, wait_event_type, STRING, MEASURE),
    PGA_FIELD(PgaSession, wait_event, STRING, MEASURE),
    PGA_FIELD(PgaSession, query, STRING, SQL),
    PGA_FIELD(PgaSession, backend_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaSession, xact_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaSession, query_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaSession, state_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaSession, xid_age, INT64, MEASURE),
    PGA_FIELD(PgaSession, xmin_age, INT64, MEASURE),
    PGA_FIELD(PgaSession, is_superuser, BOOL, MEASURE),
    PGA_FIELD(PgaSession, ssl, INT32, MEASURE),
    PGA_FIELD(PgaSession, blockers, STRING, MEASURE),
    PGA_FIELD(PgaSession, prepared_blocker, STRING, IDENTIFIER),
    PGA_FIELD(PgaSession, wait_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaSession, lock_mode, STRING, MEASURE),
    PGA_FIELD(PgaSession, lock_relation, STRING, IDENTIFIER),
    PGA_FIELD(PgaSession, lock_type, STRING, MEASURE),
    PGA_FIELD(PgaSession, lock_key, STRING, MEASURE),
};
const PgaRecordType pga_session_type = PGA_RECORD_TYPE("session", PgaSession, session_fields);

static const PgaField prepared_transaction_fields[] = {
    PGA_FIELD(PgaPreparedTransaction, gid, STRING, IDENTIFIER),
    PGA_FIELD(PgaPreparedTransaction, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaPreparedTransaction, datname, STRING, IDENTIFIER),
    PGA_FIELD(PgaPreparedTransaction, age, DOUBLE, MEASURE),
    PGA_FIELD(PgaPreparedTransaction, xid_age, INT64, MEASURE),
};
const PgaRecordType pga_prepared_transaction_type =
    PGA_RECORD_TYPE("prepared transaction", PgaPreparedTransaction, prepared_transaction_fields);

static const PgaField replication_slot_fields[] = {
    PGA_FIELD(PgaReplicationSlot, slot_name, STRING, IDENTIFIER),
    PGA_FIELD(PgaReplicationSlot, plugin, STRING, FACT),
    PGA_FIELD(PgaReplicationSlot, slot_type, STRING, FACT),
    PGA_FIELD(PgaReplicationSlot, datname, STRING, IDENTIFIER),
    PGA_FIELD(PgaReplicationSlot, temporary, BOOL, FACT),
    PGA_FIELD(PgaReplicationSlot, active, BOOL, FACT),
    PGA_FIELD(PgaReplicationSlot, synced, BOOL, FACT),
    PGA_FIELD(PgaReplicationSlot, conflicting, BOOL, FACT),
    PGA_FIELD(PgaReplicationSlot, wal_status, STRING, FACT),
    PGA_FIELD(PgaReplicationSlot, invalidation_reason, STRING, FACT),
    PGA_FIELD(PgaReplicationSlot, retained_bytes, INT64, MEASURE),
    PGA_FIELD(PgaReplicationSlot, safe_wal_size, INT64, MEASURE),
    PGA_FIELD(PgaReplicationSlot, xmin_age, INT64, MEASURE),
    PGA_FIELD(PgaReplicationSlot, catalog_xmin_age, INT64, MEASURE),
    PGA_FIELD(PgaReplicationSlot, inactive_age, DOUBLE, MEASURE),
};
const PgaRecordType pga_replication_slot_type =
    PGA_RECORD_TYPE("replication slot", PgaReplicationSlot, replication_slot_fields);

static const PgaField wal_sender_fields[] = {
    PGA_FIELD(PgaWalSender, pid, INT32, MEASURE),
    PGA_FIELD(PgaWalSender, usename, STRING, IDENTIFIER),
    PGA_FIELD(PgaWalSender, application_name, STRING, TEXT),
    PGA_FIELD(PgaWalSender, client_addr, STRING, TEXT),
    PGA_FIELD(PgaWalSender, state, STRING, MEASURE),
    PGA_FIELD(PgaWalSender, sync_state, STRING, MEASURE),
    PGA_FIELD(PgaWalSender, sent_lag_bytes, INT64, MEASURE),
    PGA_FIELD(PgaWalSender, replay_lag_bytes, INT64, MEASURE),
    PGA_FIELD(PgaWalSender, write_lag, DOUBLE, MEASURE),
    PGA_FIELD(PgaWalSender, flush_lag, DOUBLE, MEASURE),
    PGA_FIELD(PgaWalSender, replay_lag, DOUBLE, MEASURE),
    PGA_FIELD(PgaWalSender, xmin_age, INT64, MEASURE),
    PGA_FIELD(PgaWalSender, ssl, INT32, MEASURE),
};
const PgaRecordType pga_wal_sender_type =
    PGA_RECORD_TYPE("wal sender", PgaWalSender, wal_sender_fields);

static const PgaField subscription_fields[] = {
    PGA_FIELD(PgaSubscription, subname, STRING, IDENTIFIER),
    PGA_FIELD(PgaSubscription, datname, STRING, IDENTIFIER),
    PGA_FIELD(PgaSubscription, enabled, BOOL, FACT),
    PGA_FIELD(PgaSubscription, apply_error_count, INT64, COUNTER),
    PGA_FIELD(PgaSubscription, sync_error_count, INT64, COUNTER),
    PGA_FIELD(PgaSubscription, has_worker, BOOL, FACT),
};
const PgaRecordType pga_subscription_type =
    PGA_RECORD_TYPE("subscription", PgaSubscription, subscription_fields);

static const PgaField progress_entry_fields[] = {
    PGA_FIELD(PgaProgressEntry, pid, INT32, MEASURE),
    PGA_FIELD(PgaProgressEntry, command, STRING, MEASURE),
    PGA_FIELD(PgaProgressEntry, datname, STRING, IDENTIFIER),
    PGA_FIELD(PgaProgressEntry, relid, OID, OID),
    PGA_FIELD(PgaProgressEntry, relation, STRING, IDENTIFIER),
    PGA_FIELD(PgaProgressEntry, phase, STRING, MEASURE),
    PGA_FIELD(PgaProgressEntry, is_autovacuum, BOOL, MEASURE),
    PGA_FIELD(PgaProgressEntry, index_vacuum_count, INT64, MEASURE),
    PGA_FIELD(PgaProgressEntry, done, DOUBLE, MEASURE),
};
const PgaRecordType pga_progress_entry_type =
    PGA_RECORD_TYPE("progress entry", PgaProgressEntry, progress_entry_fields);

static const PgaField hba_rule_fields[] = {
    PGA_FIELD(PgaHbaRule, line_number, INT32, FACT),  PGA_FIELD(PgaHbaRule, type, STRING, FACT),
    PGA_FIELD(PgaHbaRule, databases, STRING, TEXT),   PGA_FIELD(PgaHbaRule, users, STRING, TEXT),
    PGA_FIELD(PgaHbaRule, address, STRING, TEXT),     PGA_FIELD(PgaHbaRule, netmask, STRING, TEXT),
    PGA_FIELD(PgaHbaRule, auth_method, STRING, FACT), PGA_FIELD(PgaHbaRule, options, STRING, TEXT),
    PGA_FIELD(PgaHbaRule, error, STRING, TEXT),
};
const PgaRecordType pga_hba_rule_type = PGA_RECORD_TYPE("hba rule", PgaHbaRule, hba_rule_fields);

static const PgaField file_error_fields[] = {
    PGA_FIELD(PgaFileError, sourcefile, STRING, TEXT),
    PGA_FIELD(PgaFileError, name, STRING, FACT),
    PGA_FIELD(PgaFileError, error, STRING, TEXT),
    PGA_FIELD(PgaFileError, sourceline, INT32, FACT),
};
const PgaRecordType pga_file_error_type =
    PGA_RECORD_TYPE("file error", PgaFileError, file_error_fields);

static const PgaField tablespace_use_fields[] = {
    PGA_FIELD(PgaTablespaceUse, spcname, STRING, IDENTIFIER),
    PGA_FIELD(PgaTablespaceUse, location, STRING, TEXT),
    PGA_FIELD(PgaTablespaceUse, in_data_directory, BOOL, FACT),
    PGA_FIELD(PgaTablespaceUse, free_bytes, INT64, MEASURE),
    PGA_FIELD(PgaTablespaceUse, disk_bytes, INT64, MEASURE),
};
const PgaRecordType pga_tablespace_use_type =
    PGA_RECORD_TYPE("tablespace use", PgaTablespaceUse, tablespace_use_fields);

static const PgaField io_statistics_fields[] = {
    PGA_FIELD(PgaIoStatistics, backend_type, STRING, FACT),
    PGA_FIELD(PgaIoStatistics, context, STRING, FACT),
    PGA_FIELD(PgaIoStatistics, reads, INT64, COUNTER),
    PGA_FIELD(PgaIoStatistics, writes, INT64, COUNTER),
    PGA_FIELD(PgaIoStatistics, extends, INT64, COUNTER),
    PGA_FIELD(PgaIoStatistics, fsyncs, INT64, COUNTER),
    PGA_FIELD(PgaIoStatistics, hits, INT64, COUNTER),
};
const PgaRecordType pga_io_statistics_type =
    PGA_RECORD_TYPE("io statistics", PgaIoStatistics, io_statistics_fields);

static const PgaField server_file_fields[] = {
    PGA_FIELD(PgaServerFile, path, STRING, TEXT),
    PGA_FIELD(PgaServerFile, what, STRING, FACT),
    PGA_FIELD(PgaServerFile, mode, INT32, FACT),
    PGA_FIELD(PgaServerFile, by_server_user, BOOL, FACT),
};
const PgaRecordType pga_server_file_type =
    PGA_RECORD_TYPE("server file", PgaServerFile, server_file_fields);

static const PgaField host_fields[] = {
    PGA_FIELD(PgaHost, known, BOOL, MEASURE),
    PGA_FIELD(PgaHost, cores, INT32, MEASURE),
    PGA_FIELD(PgaHost, overcommit_memory, INT32, MEASURE),
    PGA_FIELD(PgaHost, swappiness, INT32, MEASURE),
    PGA_FIELD(PgaHost, transparent_hugepage, STRING, MEASURE),
    PGA_FIELD(PgaHost, hugepages_total, INT64, MEASURE),
    PGA_FIELD(PgaHost, in_container, BOOL, MEASURE),
    PGA_FIELD(PgaHost, data_free_bytes, INT64, MEASURE),
    PGA_FIELD(PgaHost, data_disk_bytes, INT64, MEASURE),
    PGA_FIELD(PgaHost, wal_free_bytes, INT64, MEASURE),
    PGA_FIELD(PgaHost, wal_disk_bytes, INT64, MEASURE),
    PGA_FIELD(PgaHost, data_growth_bytes, INT64, MEASURE),
    PGA_FIELD(PgaHost, wal_growth_bytes, INT64, MEASURE),
    PGA_FIELD(PgaHost, growth_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaHost, storage, STRING, MEASURE),
    PGA_FIELD(PgaHost, cert_known, BOOL, MEASURE),
    PGA_FIELD(PgaHost, cert_days, DOUBLE, MEASURE),
    PGA_FIELD(PgaHost, cert_self_signed, BOOL, MEASURE),
};
const PgaRecordType pga_host_type = PGA_RECORD_TYPE("host", PgaHost, host_fields);

static const PgaField server_fields[] = {
    PGA_FIELD_OF(PgaServer, databases, RECORDS, pga_database_type),
    PGA_FIELD_OF(PgaServer, sessions, RECORDS, pga_session_type),
    PGA_FIELD(PgaServer, sessions_known, BOOL, MEASURE),
    PGA_FIELD_OF(PgaServer, prepared, RECORDS, pga_prepared_transaction_type),
    PGA_FIELD_OF(PgaServer, slots, RECORDS, pga_replication_slot_type),
    PGA_FIELD_OF(PgaServer, senders, RECORDS, pga_wal_sender_type),
    PGA_FIELD_OF(PgaServer, subscriptions, RECORDS, pga_subscription_type),
    PGA_FIELD(PgaServer, subscriptions_known, BOOL, MEASURE),
    PGA_FIELD_OF(PgaServer, progress, RECORDS, pga_progress_entry_type),
    PGA_FIELD_OF(PgaServer, hba, RECORDS, pga_hba_rule_type),
    PGA_FIELD(PgaServer, hba_known, BOOL, MEASURE),
    PGA_FIELD_OF(PgaServer, file_errors, RECORDS, pga_file_error_type),
    PGA_FIELD(PgaServer, file_errors_known, BOOL, MEASURE),
    PGA_FIELD_OF(PgaServer, tablespaces, RECORDS, pga_tablespace_use_type),
    PGA_FIELD_OF(PgaServer, io, RECORDS, pga_io_statistics_type),
    PGA_FIELD_OF(PgaServer, files, RECORDS, pga_server_file_type),
    PGA_FIELD_OF(PgaServer, host, RECORD, pga_host_type),
    PGA_FIELD(PgaServer, n_client_backends, INT64, MEASURE),
    PGA_FIELD(PgaServer, n_active, INT64, MEASURE),
    PGA_FIELD(PgaServer, n_idle_in_transaction, INT64, MEASURE),
    PGA_FIELD(PgaServer, archived_count, INT64, COUNTER),
    PGA_FIELD(PgaServer, failed_count, INT64, COUNTER),
    PGA_FIELD(PgaServer, last_archived_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaServer, last_failed_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaServer, checkpoints_timed, INT64, COUNTER),
    PGA_FIELD(PgaServer, checkpoints_req, INT64, COUNTER),
    PGA_FIELD(PgaServer, buffers_checkpoint, INT64, COUNTER),
    PGA_FIELD(PgaServer, buffers_clean, INT64, COUNTER),
    PGA_FIELD(PgaServer, buffers_backend, INT64, COUNTER),
    PGA_FIELD(PgaServer, buffers_backend_fsync, INT64, COUNTER),
    PGA_FIELD(PgaServer, checkpointer_stats_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaServer, wal_records, INT64, COUNTER),
    PGA_FIELD(PgaServer, wal_fpi, INT64, COUNTER),
    PGA_FIELD(PgaServer, wal_bytes, INT64, COUNTER),
    PGA_FIELD(PgaServer, wal_buffers_full, INT64, COUNTER),
    PGA_FIELD(PgaServer, wal_stats_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaServer, wal_dir_bytes, INT64, MEASURE),
    PGA_FIELD(PgaServer, wal_lsn, INT64, MEASURE),
    PGA_FIELD(PgaServer, receive_replay_bytes, INT64, MEASURE),
    PGA_FIELD(PgaServer, replay_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaServer, has_wal_receiver, BOOL, MEASURE),
    PGA_FIELD(PgaServer, start_age, DOUBLE, MEASURE),
};
const PgaRecordType pga_server_type = PGA_RECORD_TYPE("server", PgaServer, server_fields);

static void
set_unknown(PgaHost *host)
{
    host->cores = host->overcommit_memory = host->swappiness = -1;
    host->hugepages_total = -1;
    host->data_free_bytes = host->data_disk_bytes = -1;
    host->wal_free_bytes = host->wal_disk_bytes = -1;
    host->growth_age = -1;
}

PgaServer *
pga_server_new(void)
{
    PgaServer *server = pga_record_new(&pga_server_type);

    set_unknown(&server->host);
    server->n_client_backends = server->n_active = server->n_idle_in_transaction = -1;
    server->archived_count = server->failed_count = -1;
    server->last_archived_age = server->last_failed_age = -1;
    server->checkpoints_timed = server->checkpoints_req = -1;
    server->buffers_checkpoint = server->buffers_clean = -1;
    server->buffers_backend = server->buffers_backend_fsync = -1;
    server->checkpointer_stats_age = server->wal_stats_age = -1;
    server->wal_records = server->wal_fpi = server->wal_bytes = server->wal_buffers_full = -1;
    server->wal_dir_bytes = server->wal_lsn = server->receive_replay_bytes = -1;
    server->replay_age = server->start_age = -1;
    return server;
}

void
pga_server_free(PgaServer *server)
{
    pga_record_free(&pga_server_type, server);
}

const PgaDatabase *
pga_server_current_database(const PgaServer *server)
{
    for (guint i = 0; i < server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(server->databases, i);

        if (database->is_current)
            return database;
    }
    return NULL;
}
