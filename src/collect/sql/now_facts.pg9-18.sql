-- Who asks, and of what kind the server is; one row.
SELECT SESSION_USER AS role, pg_catalog.current_setting('is_superuser') = 'on' AS is_superuser,
       pg_catalog.pg_is_in_recovery() AS is_standby, pg_catalog.pg_backend_pid() AS backend_pid,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time()) AS uptime,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp())::pg_catalog.int8 AS now;
