/* Rules about a server's counters, sessions, disks and host, case by case. */
#include "state.h"

/* The database's counters of two days. */
static void
deadlocks_three_a_day(Model *model)
{
    state_database(model, 2)->deadlocks = 6;
}

static void
deadlocks_few(Model *model)
{
    state_database(model, 2)->deadlocks = 2;
}

static void
deadlocks_many_in_an_hour(Model *model)
{
    state_database(model, 0.04)->deadlocks = 9;
}

static void
deadlocks_of_an_hour(Model *model)
{
    state_database(model, 0.04)->deadlocks = 1;
}

static void
since_unknown(Model *model)
{
    PgaDatabase *database = state_database(model, -1);

    database->deadlocks = 10;
    database->xact_rollback = database->temp_bytes = database->sessions = 1000000000;
    database->blks_read = 100000000;
}

static void
rollbacks(Model *model)
{
    PgaDatabase *database = state_database(model, 2);

    database->xact_rollback = 3000;
    database->xact_commit = 9000;
}

static void
rollbacks_few(Model *model)
{
    PgaDatabase *database = state_database(model, 2);

    database->xact_rollback = 2000;
    database->xact_commit = 1000;
}

static void
rollbacks_small_share(Model *model)
{
    PgaDatabase *database = state_database(model, 2);

    database->xact_rollback = 3000;
    database->xact_commit = 90000;
}

static PgaDatabase *
reads(Model *model, gint64 read, gint64 hit)
{
    PgaDatabase *database = state_database(model, 1);

    database->blks_read = read;
    database->blks_hit = hit;
    return database;
}

static void
reads_much(Model *model)
{
    reads(model, 10000000, 90000000);
}

static void
reads_little(Model *model)
{
    reads(model, 1000, 9000);
}

static void
reads_cached(Model *model)
{
    reads(model, 10000000, 900000000);
}

static void
reads_for_analysis(Model *model)
{
    reads_much(model);
    model->environment->workload = PGA_WORKLOAD_OLAP;
}

static void
spills(Model *model, gint64 per_day, gint64 size)
{
    PgaDatabase *database = state_database(model, 2);

    database->temp_bytes = 2 * per_day;
    database->temp_files = 17;
    database->bytes = size;
}

static void
spills_much(Model *model)
{
    spills(model, 11 * GB, 1000 * GB);
}

static void
spills_a_share(Model *model)
{
    spills(model, 2 * GB, 10 * GB);
}

static void
spills_small_share(Model *model)
{
    spills(model, 2 * GB, 100 * GB);
}

static void
spills_little(Model *model)
{
    spills(model, 500 * MB, GB);
}

static void
sessions(Model *model, gint64 per_day, double mean)
{
    PgaDatabase *database = state_database(model, 1);

    database->sessions = per_day;
    database->session_time = mean * 1000 * (double)per_day;
}

static void
sessions_many(Model *model)
{
    sessions(model, 600000, 100);
}

static void
sessions_short(Model *model)
{
    sessions(model, 20000, 2);
}

static void
sessions_short_and_few(Model *model)
{
    sessions(model, 9000, 2);
}

static void
sessions_unknown(Model *model)
{
    sessions(model, -1, 0);
}

static void
prepare_transaction(Model *model, double age)
{
    PgaPreparedTransaction *prepared =
        pga_record_add(model->server->prepared, &pga_prepared_transaction_type);

    prepared->gid = g_strdup("o'gid");
    prepared->owner = g_strdup("app");
    prepared->datname = g_strdup("shop");
    prepared->age = age;
    prepared->xid_age = 77;
}

static void
prepared_long_ago(Model *model)
{
    prepare_transaction(model, 4000);
}

static void
prepared_minutes_ago(Model *model)
{
    prepare_transaction(model, 400);
}

static void
prepared_just_now(Model *model)
{
    prepare_transaction(model, 4);
}

static void
connected(Model *model, gint64 n)
{
    model->server->n_client_backends = n;
}

static void
connected_91(Model *model)
{
    connected(model, 91);
    model->server->n_active = 3;
    model->server->n_idle_in_transaction = 2;
}

static void
connected_70(Model *model)
{
    connected(model, 70);
}

static void
connected_60(Model *model)
{
    connected(model, 60);
}

static void
cores(Model *model, gint32 n)
{
    model->server->host.cores = n;
    model->server->n_client_backends = 12;
}

static void
four_cores(Model *model)
{
    cores(model, 4);
}

static void
many_cores(Model *model)
{
    cores(model, 64);
}

static void
checkpoints(Model *model, gint64 requested, gint64 timed, double days)
{
    model->server->checkpoints_req = requested;
    model->server->checkpoints_timed = timed;
    model->server->checkpointer_stats_age = days < 0 ? -1 : days * DAY;
}

static void
checkpoints_forced(Model *model)
{
    checkpoints(model, 100, 100, 10);
}

/* 1 MB/s: 600 MB in checkpoint_timeout and its half. */
static void
checkpoints_at_rate(Model *model)
{
    checkpoints(model, 100, 100, 10);
    model->server->wal_bytes = 10 * MB * 3600;
    model->server->wal_stats_age = 3600;
    model->server->host.wal_free_bytes = 100 * GB;
}

static void
checkpoints_on_a_small_disk(Model *model)
{
    checkpoints(model, 100, 100, 10);
    model->server->host.wal_free_bytes = GB;
}

static void
restartpoints(Model *model)
{
    checkpoints_forced(model);
    model->environment->is_standby = TRUE;
}

static void
checkpoints_timed(Model *model)
{
    checkpoints(model, 20, 100, 1);
}

static void
checkpoints_rare(Model *model)
{
    checkpoints(model, 20, 10, 10);
}

static void
checkpoints_few(Model *model)
{
    checkpoints(model, 10, 0, 1);
}

static void
checkpoints_since_unknown(Model *model)
{
    checkpoints(model, 100, 0, -1);
}

static void
add_io(Model *model, const char *backend_type, const char *context, gint64 writes, gint64 fsyncs)
{
    PgaIoStatistics *io = pga_record_add(model->server->io, &pga_io_statistics_type);

    io->backend_type = g_strdup(backend_type);
    io->context = g_strdup(context);
    io->writes = writes;
    io->fsyncs = fsyncs;
}

static void
backends_write(Model *model)
{
    checkpoints(model, 0, 1, 1);
    add_io(model, "client backend", "normal", 300000, 0);
    add_io(model, "client backend", "bulkwrite", 9000000, 0);
    add_io(model, "checkpointer", "normal", 300000, 0);
}

static void
backends_write_in_bulk(Model *model)
{
    checkpoints(model, 0, 1, 1);
    add_io(model, "client backend", "normal", 30000, -1);
    add_io(model, "client backend", "bulkwrite", 9000000, -1);
    add_io(model, "checkpointer", "normal", 30000, 5);
}

static void
backends_sync(Model *model)
{
    checkpoints(model, 0, 1, 1);
    model->server->buffers_backend = 1000000;
    model->server->buffers_backend_fsync = 2;
}

static void
backends_write_before_16(Model *model)
{
    checkpoints(model, 0, 1, 1);
    model->server->buffers_backend = 1000000;
    model->server->buffers_backend_fsync = 0;
}

static void
wal(Model *model, gint64 full, gint64 records, double days)
{
    model->server->wal_buffers_full = full;
    model->server->wal_records = records;
    model->server->wal_stats_age = days < 0 ? -1 : days * DAY;
}

static void
wal_buffers_full(Model *model)
{
    wal(model, 2000000, 100000000, 1);
}

static void
wal_buffers_full_rarely(Model *model)
{
    wal(model, 20000, 1000000, 1);
}

static void
wal_since_unknown(Model *model)
{
    wal(model, 2000000, 100000000, -1);
    model->server->wal_bytes = 10 * GB;
    model->server->wal_fpi = 1000000;
}

static void
images(Model *model, gint64 bytes, gint64 fpi)
{
    model->server->wal_bytes = bytes;
    model->server->wal_fpi = fpi;
    model->server->wal_stats_age = DAY;
}

static void
images_mostly(Model *model)
{
    images(model, 10 * GB, 1000000);
}

static void
images_mostly_on_14(Model *model)
{
    images_mostly(model);
    model->environment->version_num = 140005;
}

static void
images_of_little(Model *model)
{
    images(model, 100 * MB, 10000);
}

static void
images_seldom(Model *model)
{
    images(model, 10 * GB, 100000);
}

static void
known_host(Model *model)
{
    PgaHost *host = &model->server->host;

    host->known = TRUE;
    host->overcommit_memory = 0;
    host->swappiness = 60;
    host->transparent_hugepage = g_strdup("madvise");
    host->hugepages_total = 0;
    model->environment->ram_shared = TRUE;
}

static void
host_of_its_own(Model *model)
{
    known_host(model);
    model->environment->ram_shared = FALSE;
}

static void
host_unsuitable(Model *model)
{
    known_host(model);
    model->server->host.overcommit_memory = 1;
    model->server->host.swappiness = 100;
    g_free(model->server->host.transparent_hugepage);
    model->server->host.transparent_hugepage = g_strdup("always");
}

static void
host_in_container(Model *model)
{
    host_unsuitable(model);
    model->server->host.in_container = TRUE;
}

static void
disks(Model *model, gint64 data_free, gint64 wal_free, gint64 wal_disk)
{
    PgaHost *host = &model->server->host;

    host->data_disk_bytes = 100 * GB;
    host->data_free_bytes = data_free;
    host->wal_disk_bytes = wal_disk;
    host->wal_free_bytes = wal_free;
}

static void
disk_full(Model *model)
{
    disks(model, 4 * GB, 4 * GB, 100 * GB);
}

static void
disk_nearly_full(Model *model)
{
    disks(model, 8 * GB, 8 * GB, 100 * GB);
}

static void
disk_empty(Model *model)
{
    disks(model, 80 * GB, 80 * GB, 100 * GB);
}

static void
wal_disk_full(Model *model)
{
    disks(model, 80 * GB, 0, 10 * GB);
}

/* In two days, of what a day's growth leaves for @days. */
static void
disk_filling(Model *model, double days)
{
    disks(model, 50 * GB, 50 * GB, 100 * GB);
    model->server->host.growth_age = 2 * DAY;
    model->server->host.data_growth_bytes = (gint64)(100.0 * (double)GB / days);
}

static void
disk_full_in_20_days(Model *model)
{
    disk_filling(model, 20);
}

static void
disk_full_in_5_days(Model *model)
{
    disk_filling(model, 5);
}

static void
disk_full_in_40_days(Model *model)
{
    disk_filling(model, 40);
}

static void
disk_shrinking(Model *model)
{
    disk_filling(model, -1);
}

static PgaTablespaceUse *
add_tablespace(Model *model, const char *location)
{
    PgaTablespaceUse *use = pga_record_add(model->server->tablespaces, &pga_tablespace_use_type);

    use->spcname = g_strdup("fast");
    use->location = g_strdup(location);
    use->in_data_directory = TRUE;
    use->free_bytes = use->disk_bytes = -1;
    return use;
}

static void
tablespace_full(Model *model)
{
    PgaTablespaceUse *use = add_tablespace(model, "/fast");

    disk_empty(model);
    add_tablespace(model, "/slow")->disk_bytes = 100 * GB;
    use->disk_bytes = 10 * GB;
    use->free_bytes = 100 * MB;
}

static void
tablespace_inside(Model *model)
{
    add_tablespace(model, "/data/fast");
}

static void
tablespace_in_place(Model *model)
{
    add_tablespace(model, "pg_tblspc/16400");
}

static void
tablespace_outside(Model *model)
{
    add_tablespace(model, "/fast")->in_data_directory = FALSE;
}

static void
add_file_error(Model *model, const char *name)
{
    PgaFileError *entry = pga_record_add(model->server->file_errors, &pga_file_error_type);

    entry->sourcefile = g_strdup("/data/postgresql.conf");
    entry->sourceline = 7;
    entry->name = g_strdup(name);
    entry->error = g_strdup("unrecognized configuration parameter");
}

static void
file_error(Model *model)
{
    add_file_error(model, "wrok_mem");
}

static void
file_error_without_name(Model *model)
{
    add_file_error(model, NULL);
    g_clear_pointer(&((PgaFileError *)g_ptr_array_index(model->server->file_errors, 0))->sourcefile,
                    g_free);
}

static void
file_error_of_restart(Model *model)
{
    add_file_error(model, "max_connections");
    ((PgaSetting *)pga_catalog_setting(model->catalog, "max_connections"))->context =
        g_strdup("postmaster");
}

static void
hba_error(Model *model)
{
    PgaHbaRule *rule = pga_record_add(model->server->hba, &pga_hba_rule_type);

    pga_record_add(model->server->hba, &pga_hba_rule_type);
    rule->line_number = 99;
    rule->error = g_strdup("invalid authentication method \"scram\"");
}

static void
managed(Model *model)
{
    known_host(model);
    model->environment->provider = g_strdup("aws-rds");
}

#define WARNING PGA_SEVERITY_WARNING
#define ERROR   PGA_SEVERITY_ERROR
#define INFO    PGA_SEVERITY_INFO

static const StateCase cases[] = {
    {"many", "deadlocks", NULL, deadlocks_three_a_day, FIRES, WARNING, "6 deadlocks in 2 days", "",
     "same order"},
    {"few", "deadlocks", NULL, deadlocks_few, SILENT, 0, NULL, NULL, NULL},
    {"many-in-an-hour", "deadlocks", NULL, deadlocks_many_in_an_hour, FIRES, WARNING,
     "9 deadlocks in less than a day", "", NULL},
    {"one-in-an-hour", "deadlocks", NULL, deadlocks_of_an_hour, SILENT, 0, NULL, NULL, NULL},
    {"no-counters", "deadlocks", NULL, NULL, NOT_EVALUATED, 0, NULL, NULL, NULL},
    {"since-unknown", "deadlocks", NULL, since_unknown, NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"many", "rollback-ratio", NULL, rollbacks, FIRES, INFO, "25 % of the transactions", "", NULL},
    {"few", "rollback-ratio", NULL, rollbacks_few, SILENT, 0, NULL, NULL, NULL},
    {"small-share", "rollback-ratio", NULL, rollbacks_small_share, SILENT, 0, NULL, NULL, NULL},
    {"no-counters", "rollback-ratio", NULL, NULL, NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"much", "cache-hit-low", NULL, reads_much, FIRES, INFO,
     "90.0 % of the pages asked for were in shared_buffers (4 GB); 81.9 GB a day", "", NULL},
    {"little", "cache-hit-low", NULL, reads_little, SILENT, 0, NULL, NULL, NULL},
    {"cached", "cache-hit-low", NULL, reads_cached, SILENT, 0, NULL, NULL, NULL},
    {"analysis", "cache-hit-low", NULL, reads_for_analysis, SILENT, 0, NULL, NULL, NULL},
    {"since-unknown", "cache-hit-low", NULL, since_unknown, NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"much", "temp-files-volume", NULL, spills_much, FIRES, WARNING, "a day, in 17 files", "",
     NULL},
    {"share", "temp-files-volume", NULL, spills_a_share, FIRES, WARNING, NULL, "", NULL},
    {"small-share", "temp-files-volume", NULL, spills_small_share, SILENT, 0, NULL, NULL, NULL},
    {"little", "temp-files-volume", NULL, spills_little, SILENT, 0, NULL, NULL, NULL},
    {"no-counters", "temp-files-volume", NULL, NULL, NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"many", "conf-connection-churn", NULL, sessions_many, FIRES, INFO, "6.94 sessions a second",
     "", NULL},
    {"short", "conf-connection-churn", NULL, sessions_short, FIRES, INFO, "lasted 2 s", "", NULL},
    {"short-and-few", "conf-connection-churn", NULL, sessions_short_and_few, SILENT, 0, NULL, NULL,
     NULL},
    {"before-14", "conf-connection-churn", NULL, sessions_unknown, SILENT, 0, NULL, NULL, NULL},

    {"hour", "orphan-prepared-xacts", NULL, prepared_long_ago, FIRES, ERROR,
     "app prepared it 1.1 h ago in database shop; 77", "ROLLBACK PREPARED 'o''gid';",
     "COMMIT PREPARED"},
    {"minutes", "orphan-prepared-xacts", NULL, prepared_minutes_ago, FIRES, WARNING, NULL, NULL,
     NULL},
    {"just-now", "orphan-prepared-xacts", NULL, prepared_just_now, SILENT, 0, NULL, NULL, NULL},

    {"error", "conf-connections-saturated",
     "superuser_reserved_connections=3; reserved_connections=0", connected_91, FIRES, ERROR,
     "91 of 97 connections", "", "3 of them execute a statement, 2 are idle in a transaction"},
    {"warning", "conf-connections-saturated", NULL, connected_70, FIRES, WARNING, NULL, "", NULL},
    {"free", "conf-connections-saturated", NULL, connected_60, SILENT, 0, NULL, NULL, NULL},
    {"unknown", "conf-connections-saturated", NULL, NULL, SILENT, 0, NULL, NULL, NULL},

    {"few-cores", "conf-max-connections-high", "max_connections=1000", four_cores, FIRES, WARNING,
     "max_connections is 1000 on 4 processors.", "", "12 are in use"},
    {"cores-unknown", "conf-max-connections-high", "max_connections=1000", NULL, FIRES, INFO,
     "max_connections is 1000.", "", NULL},
    {"many-cores", "conf-max-connections-high", "max_connections=1000", many_cores, SILENT, 0, NULL,
     NULL, NULL},
    {"few", "conf-max-connections-high", "max_connections=500", four_cores, SILENT, 0, NULL, NULL,
     NULL},

    {"half", "conf-checkpoints-requested", "max_wal_size=1024 MB", checkpoints_forced, FIRES,
     WARNING, "100 checkpoints of 200 (50 %) were requested, not timed, in 10 days",
     "ALTER SYSTEM SET max_wal_size = '2GB';", NULL},
    {"by-rate", "conf-checkpoints-requested", "max_wal_size=1024 MB; checkpoint_timeout=300 s",
     checkpoints_at_rate, FIRES, WARNING, NULL, "ALTER SYSTEM SET max_wal_size = '8GB';",
     "pg_wal grows to about as much"},
    {"small-disk", "conf-checkpoints-requested", "max_wal_size=1024 MB",
     checkpoints_on_a_small_disk, FIRES, WARNING, NULL, "", "as far as pg_wal's disk allows"},
    {"standby", "conf-checkpoints-requested", "max_wal_size=1024 MB", restartpoints, SILENT, 0,
     NULL, NULL, NULL},
    {"timed", "conf-checkpoints-requested", "max_wal_size=1024 MB", checkpoints_timed, SILENT, 0,
     NULL, NULL, NULL},
    {"rare", "conf-checkpoints-requested", "max_wal_size=1024 MB", checkpoints_rare, SILENT, 0,
     NULL, NULL, NULL},
    {"few", "conf-checkpoints-requested", "max_wal_size=1024 MB", checkpoints_few, SILENT, 0, NULL,
     NULL, NULL},
    {"since-unknown", "conf-checkpoints-requested", "max_wal_size=1024 MB",
     checkpoints_since_unknown, NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"half", "conf-bgwriter-backend-writes", "bgwriter_lru_maxpages=100; bgwriter_delay=200 ms",
     backends_write, FIRES, INFO, "wrote 50 % of the pages, 300000 in 1 day,",
     "ALTER SYSTEM SET bgwriter_delay = '50ms';", NULL},
    {"changed-already", "conf-bgwriter-backend-writes",
     "bgwriter_lru_maxpages=400; bgwriter_delay=200 ms", backends_write, FIRES, INFO, NULL, "",
     "were changed already"},
    {"bulk", "conf-bgwriter-backend-writes", NULL, backends_write_in_bulk, SILENT, 0, NULL, NULL,
     NULL},
    {"fsyncs", "conf-bgwriter-backend-writes", NULL, backends_sync, FIRES, INFO, "2 times", "",
     NULL},
    {"before-16", "conf-bgwriter-backend-writes", NULL, backends_write_before_16, SILENT, 0, NULL,
     NULL, NULL},
    {"since-unknown", "conf-bgwriter-backend-writes", NULL, checkpoints_since_unknown,
     NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"full", "conf-wal-buffers-full", NULL, wal_buffers_full, FIRES, INFO,
     "full 23 times a second, once for every 50 records", "ALTER SYSTEM SET wal_buffers = '64MB';",
     NULL},
    {"large-already", "conf-wal-buffers-full", "wal_buffers=8192 8kB", wal_buffers_full, FIRES,
     INFO, NULL, "", "large already"},
    {"rarely", "conf-wal-buffers-full", NULL, wal_buffers_full_rarely, SILENT, 0, NULL, NULL, NULL},
    {"unknown", "conf-wal-buffers-full", NULL, NULL, SILENT, 0, NULL, NULL, NULL},
    {"since-unknown", "conf-wal-buffers-full", NULL, wal_since_unknown, NOT_EVALUATED, 0, NULL,
     NULL, NULL},

    {"mostly", "conf-wal-compression-off", "wal_compression=off", images_mostly, FIRES, INFO,
     "Up to 76 % of the WAL", "ALTER SYSTEM SET wal_compression = 'lz4';", "without lz4"},
    {"14", "conf-wal-compression-off", "wal_compression=off", images_mostly_on_14, FIRES, INFO,
     NULL, "ALTER SYSTEM SET wal_compression = 'on';", NULL},
    {"little", "conf-wal-compression-off", "wal_compression=off", images_of_little, SILENT, 0, NULL,
     NULL, NULL},
    {"seldom", "conf-wal-compression-off", "wal_compression=off", images_seldom, SILENT, 0, NULL,
     NULL, NULL},
    {"on", "conf-wal-compression-off", "wal_compression=lz4", images_mostly, SILENT, 0, NULL, NULL,
     NULL},
    {"since-unknown", "conf-wal-compression-off", "wal_compression=off", wal_since_unknown,
     NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"unsuitable", "host-overcommit", NULL, host_unsuitable, FIRES, INFO,
     "vm.overcommit_memory is 1, vm.swappiness is 100, transparent_hugepage is always.", "",
     "vm.swappiness = 10"},
    {"own-machine", "host-overcommit", NULL, host_of_its_own, FIRES, INFO,
     "vm.overcommit_memory is 0.", "", NULL},
    {"shared-machine", "host-overcommit", NULL, known_host, SILENT, 0, NULL, NULL, NULL},
    {"container", "host-overcommit", NULL, host_in_container, SILENT, 0, NULL, NULL, NULL},
    {"unknown", "host-overcommit", NULL, NULL, SILENT, 0, NULL, NULL, NULL},

    {"off", "conf-huge-pages", "shared_buffers=2097152 8kB; shared_memory_size_in_huge_pages=8500",
     NULL, FIRES, INFO, "16 GB are in pages of 4 kB: a backend that touches them all has 32 MB", "",
     "Reserve 8500 huge pages"},
    {"on", "conf-huge-pages", "shared_buffers=2097152 8kB; huge_pages_status=on", NULL, SILENT, 0,
     NULL, NULL, NULL},
    {"small", "conf-huge-pages", NULL, NULL, SILENT, 0, NULL, NULL, NULL},
    {"managed", "conf-huge-pages", "shared_buffers=2097152 8kB", managed, SILENT, 0, NULL, NULL,
     NULL},

    {"full", "disk-full-forecast", NULL, disk_full, FIRES, ERROR,
     "96 % of its file system is used: 4.29 GB of 107 GB are free.", "", NULL},
    {"nearly-full", "disk-full-forecast", NULL, disk_nearly_full, FIRES, WARNING, NULL, "", NULL},
    {"empty", "disk-full-forecast", NULL, disk_empty, SILENT, 0, NULL, NULL, NULL},
    {"in-20-days", "disk-full-forecast", NULL, disk_full_in_20_days, FIRES, WARNING,
     "50 % of its file system is used: 53.7 GB of 107 GB are free. At 2.68 GB a day more it is "
     "full "
     "in 20 days.",
     "", NULL},
    {"in-5-days", "disk-full-forecast", NULL, disk_full_in_5_days, FIRES, ERROR, NULL, "", NULL},
    {"in-40-days", "disk-full-forecast", NULL, disk_full_in_40_days, SILENT, 0, NULL, NULL, NULL},
    {"shrinking", "disk-full-forecast", NULL, disk_shrinking, SILENT, 0, NULL, NULL, NULL},
    {"wal", "disk-full-forecast", NULL, wal_disk_full, FIRES, ERROR, "100 % of", "", NULL},
    {"tablespace", "disk-full-forecast", NULL, tablespace_full, FIRES, ERROR, "99 % of", "", NULL},
    {"unknown", "disk-full-forecast", NULL, NULL, SILENT, 0, NULL, NULL, NULL},

    {"inside", "tablespace-in-pgdata", NULL, tablespace_inside, FIRES, WARNING, "/data/fast", "",
     "ACCESS EXCLUSIVE"},
    {"in-place", "tablespace-in-pgdata", NULL, tablespace_in_place, SILENT, 0, NULL, NULL, NULL},
    {"outside", "tablespace-in-pgdata", NULL, tablespace_outside, SILENT, 0, NULL, NULL, NULL},

    {"name", "conf-file-error", NULL, file_error, FIRES, WARNING,
     "wrok_mem: unrecognized configuration parameter.", "", NULL},
    {"syntax", "conf-file-error", NULL, file_error_without_name, FIRES, WARNING, NULL, "", NULL},
    {"waits-for-restart", "conf-file-error", NULL, file_error_of_restart, SILENT, 0, NULL, NULL,
     NULL},
    {"hba", "conf-file-error", NULL, hba_error, FIRES, WARNING, "invalid authentication method", "",
     NULL},
    {"nothing", "conf-file-error", NULL, NULL, SILENT, 0, NULL, NULL, NULL},
};

/* Before 17 the server does not say whether it has huge pages. */
static void
test_huge_pages_before_17(void)
{
    g_autoptr(Model) model = server_new_without("huge_pages_status");

    server_set_buffers(model, 16 * GB);
    known_host(model);
    g_assert_cmpint(model_run(model, "conf-huge-pages"), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, "Reserve enough huge pages");
}

/* One file system, two places: one finding. */
static void
test_disk_named_once(void)
{
    g_autoptr(Model) model = server_new();

    disk_full(model);
    g_assert_cmpint(model_run(model, "disk-full-forecast"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "data directory");
}

/* At its default work_mem the other rule has a value to set. */
static void
test_spills_told_elsewhere(void)
{
    g_autoptr(Model) model = server_new();

    spills_much(model);
    server_make_spill(model, 10, 100 * GB);
    model_run_all(model);
    g_assert_cmpuint(model_count(model, "temp-files-volume"), ==, 0);
    g_assert_cmpuint(model_count(model, "conf-work-mem-default"), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    state_add_cases("operation", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/rules/operation/conf-huge-pages/before-17", test_huge_pages_before_17);
    g_test_add_func("/rules/operation/disk-full-forecast/named-once", test_disk_named_once);
    g_test_add_func("/rules/operation/temp-files-volume/told-elsewhere",
                    test_spills_told_elsewhere);
    return g_test_run();
}
