/* What a server shows besides the catalogs of one database: its databases, roles, replication,
 * sessions, counters, host. Plain data, described for pga_record_*(). Ages are in seconds before
 * the collection, below 0: never or unknown; counts are -1 where unknown; bytes -1 where unknown.
 * A list of what the role may not read is empty, its `*_known` FALSE. */
#pragma once
#include <glib.h>
#include <model/record.h>

G_BEGIN_DECLS

/** pg_database with pg_stat_database and pg_stat_database_conflicts. */
typedef struct {
    guint32 oid;
    char *datname;
    gboolean datallowconn, datistemplate, is_current;
    gint32 datconnlimit;
    char *owner;
    char *collversion, *actual_collversion; /* (nullable): 15+ */
    char provider;                          /* 'c', 'i', 'b' */
    char *collate;
    gint64 bytes;                      /* of the current one: a size takes a look at each file */
    gint64 frozenxid_age, minmxid_age; /* transactions; multixacts */
    gint64 numbackends;
    gint64 xact_commit, xact_rollback, blks_read, blks_hit;
    gint64 temp_files, temp_bytes, deadlocks, checksum_failures;
    gint64 sessions, sessions_abandoned, sessions_fatal, sessions_killed;
    double session_time, active_time, idle_in_transaction_time; /* ms */
    gint64 confl_tablespace, confl_lock, confl_snapshot, confl_bufferpin, confl_deadlock,
        confl_active_logicalslot;
    double stats_age; /* since its counters were reset; where they never were, since the server's
                         were (pg_stat_bgwriter) */
} PgaDatabase;

/** pg_stat_activity; of a live source only. */
typedef struct {
    gint32 pid, leader_pid;
    char *datname, *usename, *application_name, *client_addr; /* (nullable) */
    char *backend_type;
    char *state, *wait_event_type, *wait_event; /* (nullable) */
    char *query;                                /* (nullable): live only, never in a snapshot */
    double backend_age, xact_age, query_age, state_age;
    gint64 xid_age, xmin_age;        /* transactions; -1 none */
    gboolean is_superuser;           /* its role is one */
    gint32 ssl;                      /* 1 yes, 0 no, -1 unknown */
    char *blockers;                  /* (nullable): array text of pids: pg_blocking_pids() */
    char *prepared_blocker;          /* (nullable): gid, where one of the pids is 0 */
    double wait_age;                 /* of the lock it waits for (pg_locks.waitstart) */
    char *lock_mode, *lock_relation; /* (nullable): what it waits for */
    char *lock_type, *lock_key;      /* (nullable): pg_locks.locktype; of an advisory lock */
} PgaSession;

typedef struct {
    char *gid, *owner, *datname;
    double age;
    gint64 xid_age;
} PgaPreparedTransaction;

/** pg_replication_slots. */
typedef struct {
    char *slot_name, *plugin, *slot_type, *datname; /* plugin, datname (nullable) */
    gboolean temporary, active, synced, conflicting;
    char *wal_status;          /* (nullable): reserved, extended, unreserved, lost */
    char *invalidation_reason; /* (nullable): 17+ */
    gint64 retained_bytes;     /* WAL from restart_lsn on; -1 none */
    gint64 safe_wal_size;      /* -1 unlimited or unknown */
    gint64 xmin_age, catalog_xmin_age;
    double inactive_age; /* 17+ */
} PgaReplicationSlot;

/** pg_stat_replication. */
typedef struct {
    gint32 pid;
    char *usename, *application_name, *client_addr, *state, *sync_state; /* (nullable) */
    gint64 sent_lag_bytes, replay_lag_bytes; /* from the current WAL position */
    double write_lag, flush_lag, replay_lag; /* seconds */
    gint64 xmin_age;                         /* hot_standby_feedback's */
    gint32 ssl;
} PgaWalSender;

/** pg_subscription with pg_stat_subscription_stats. */
typedef struct {
    char *subname, *datname;
    gboolean enabled;
    gint64 apply_error_count, sync_error_count; /* 15+ */
    gboolean has_worker;
} PgaSubscription;

/** A running operation of pg_stat_progress_*. */
typedef struct {
    gint32 pid;
    char *command;  /* VACUUM, ANALYZE, CREATE INDEX, CLUSTER, COPY, BASE BACKUP */
    char *datname;  /* (nullable) */
    guint32 relid;  /* of the current database; 0 */
    char *relation; /* (nullable): the same as text */
    char *phase;
    gboolean is_autovacuum;
    gint64 index_vacuum_count; /* VACUUM; -1 */
    double done;               /* of the phase: 0 to 1; below 0 unknown */
} PgaProgressEntry;

/** pg_hba_file_rules. */
typedef struct {
    gint32 line_number;
    char *type, *databases, *users, *address, *netmask, *auth_method, *options; /* (nullable) */
    char *error;                                                                /* (nullable) */
} PgaHbaRule;

/** pg_file_settings with an error. */
typedef struct {
    char *sourcefile, *name, *error;
    gint32 sourceline;
} PgaFileError;

/** pg_tablespace. */
typedef struct {
    char *spcname, *location; /* location (nullable): of the built-in ones */
    gboolean in_data_directory;
    gint64 free_bytes, disk_bytes; /* of a local server only */
} PgaTablespaceUse;

/** pg_stat_io of relations, 16+, summed over what has the same two names. */
typedef struct {
    char *backend_type, *context;
    gint64 reads, writes, extends, fsyncs, hits;
} PgaIoStatistics;

/** A file of the configuration, of a local server. */
typedef struct {
    char *path, *what; /* "config_file" */
    gint32 mode;       /* permission bits */
    gboolean by_server_user;
} PgaServerFile;

/** The host, of a local server; see also PgaEnvironment.ram_bytes. */
typedef struct {
    gboolean known;
    gint32 cores;                            /* that the server may use; -1 */
    gint32 overcommit_memory;                /* -1 */
    gint32 swappiness;                       /* -1 */
    char *transparent_hugepage;              /* (nullable): always, madvise, never */
    gint64 hugepages_total;                  /* -1 */
    gboolean in_container;                   /* a control group limits the server */
    gint64 data_free_bytes, data_disk_bytes; /* of the data directory's file system */
    gint64 wal_free_bytes, wal_disk_bytes;   /* of pg_wal's */
    /* Between two looks: how much less is free than at the first; below 0: more. */
    gint64 data_growth_bytes, wal_growth_bytes;
    double growth_age; /* since the first; below 0: there was but one */
    char *storage;     /* (nullable): hdd, ssd, nvme, network */
    gboolean cert_known;
    double cert_days; /* until ssl_cert_file ends; below 0: ended */
    gboolean cert_self_signed;
} PgaHost;

typedef struct {
    GPtrArray *databases;     /* of PgaDatabase *, by name */
    GPtrArray *sessions;      /* of PgaSession *, by pid */
    gboolean sessions_known;  /* FALSE: a snapshot, or other roles' sessions are hidden */
    GPtrArray *prepared;      /* of PgaPreparedTransaction *, oldest first */
    GPtrArray *slots;         /* of PgaReplicationSlot *, by name */
    GPtrArray *senders;       /* of PgaWalSender *, by pid */
    GPtrArray *subscriptions; /* of PgaSubscription *, by name */
    gboolean subscriptions_known;
    GPtrArray *progress; /* of PgaProgressEntry *, by pid */
    GPtrArray *hba;      /* of PgaHbaRule *, by line */
    gboolean hba_known;
    GPtrArray *file_errors; /* of PgaFileError * */
    gboolean file_errors_known;
    GPtrArray *tablespaces; /* of PgaTablespaceUse *, by name */
    GPtrArray *io;          /* of PgaIoStatistics *, by names */
    GPtrArray *files;       /* of PgaServerFile * */
    PgaHost host;
    /* Client backends of all databases; walsenders apart. */
    gint64 n_client_backends, n_active, n_idle_in_transaction;
    /* pg_stat_archiver */
    gint64 archived_count, failed_count;
    double last_archived_age, last_failed_age;
    /* pg_stat_bgwriter; from 17 pg_stat_checkpointer */
    gint64 checkpoints_timed, checkpoints_req, buffers_checkpoint, buffers_clean, buffers_backend,
        buffers_backend_fsync; /* the last two -1 from 17: see io */
    double checkpointer_stats_age;
    /* pg_stat_wal */
    gint64 wal_records, wal_fpi, wal_bytes, wal_buffers_full;
    double wal_stats_age;
    gint64 wal_dir_bytes; /* pg_ls_waldir(); -1 not readable */
    gint64 wal_lsn;       /* the current position in bytes: the WAL rate of two snapshots */
    /* A standby's. */
    gint64 receive_replay_bytes; /* received, not replayed; -1 */
    double replay_age;           /* since the last replayed commit */
    gboolean has_wal_receiver;
    double start_age; /* since the postmaster started */
} PgaServer;

extern const PgaRecordType pga_database_type, pga_session_type, pga_prepared_transaction_type,
    pga_replication_slot_type, pga_wal_sender_type, pga_subscription_type, pga_progress_entry_type,
    pga_hba_rule_type, pga_file_error_type, pga_tablespace_use_type, pga_io_statistics_type,
    pga_server_file_type, pga_host_type, pga_server_type;

/* Numbers unknown, lists empty. */
PgaServer *pga_server_new(void);
void pga_server_free(PgaServer *server);

/* The database that was connected to; NULL when none is marked. */
const PgaDatabase *pga_server_current_database(const PgaServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaServer, pga_server_free)

G_END_DECLS
