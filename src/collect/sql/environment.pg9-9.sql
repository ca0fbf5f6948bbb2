-- Server, role and database; one row. Times in seconds. stats_age: since the database's counters were reset.
SELECT SESSION_USER AS role,
       (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) AS is_superuser,
       FALSE AS is_monitor,
       pg_catalog.has_table_privilege('pg_catalog.pg_statistic', 'SELECT') AS reads_statistics,
       pg_catalog.pg_is_in_recovery() AS is_standby, pg_catalog.pg_backend_pid() AS backend_pid,
       EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.proname = 'aurora_version') AS is_aurora,
       CASE WHEN pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT') OR FALSE
            THEN pg_catalog.pg_database_size(pg_catalog.current_database()) END AS database_bytes,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time()) AS uptime,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp())::pg_catalog.int8 AS now,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - d.stats_reset) AS stats_age,
       d.temp_bytes, d.xact_commit, d.blks_read, d.blks_hit, d.tup_returned, d.tup_fetched
  FROM pg_catalog.pg_stat_database d
 WHERE d.datname = pg_catalog.current_database();
