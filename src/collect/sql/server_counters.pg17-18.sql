-- Counters of the whole server in one row, by the names that they had before pg_stat_checkpointer. Ages in seconds.
SELECT EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time()) AS start_age,
       a.archived_count, a.failed_count,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.last_archived_time) AS last_archived_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.last_failed_time) AS last_failed_age,
       c.num_timed AS checkpoints_timed, c.num_requested AS checkpoints_req, c.buffers_written AS buffers_checkpoint,
       b.buffers_clean, NULL::pg_catalog.int8 AS buffers_backend, NULL::pg_catalog.int8 AS buffers_backend_fsync,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - c.stats_reset) AS checkpointer_stats_age,
       w.wal_records, w.wal_fpi, w.wal_bytes, w.wal_buffers_full,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - w.stats_reset) AS wal_stats_age
  FROM pg_catalog.pg_stat_archiver a
 CROSS JOIN pg_catalog.pg_stat_bgwriter b
 CROSS JOIN pg_catalog.pg_stat_checkpointer c
 CROSS JOIN pg_catalog.pg_stat_wal w;
