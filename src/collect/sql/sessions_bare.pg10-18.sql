-- The same as server_sessions from functions alone, for when somebody holds a catalog that has the names.
SELECT a.pid, NULL AS leader_pid, 'oid ' || a.datid::pg_catalog.text AS datname, 'oid ' || a.usesysid::pg_catalog.text AS usename,
       a.application_name, pg_catalog.host(a.client_addr) AS client_addr, a.backend_type,
       a.state, a.wait_event_type, a.wait_event, a.query,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS backend_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) AS xact_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.query_start) AS query_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.state_change) AS state_age,
       pg_catalog.age(a.backend_xid) AS xid_age, pg_catalog.age(a.backend_xmin) AS xmin_age,
       NULL AS is_superuser, NULL AS ssl,
       CASE WHEN w.pid IS NOT NULL THEN pg_catalog.pg_blocking_pids(a.pid) END AS blockers, NULL AS prepared_blocker,
       w.locktype AS lock_type, NULL AS lock_key, NULL AS wait_age, w.mode AS lock_mode,
       CASE WHEN w.relation IS NOT NULL THEN 'oid ' || w.relation::pg_catalog.text END AS lock_relation
  FROM pg_catalog.pg_stat_get_activity(NULL) a
  LEFT JOIN (SELECT DISTINCT ON (l.pid) l.pid, l.locktype, l.mode, l.relation
               FROM pg_catalog.pg_lock_status() l
              WHERE NOT l.granted ORDER BY l.pid) w ON w.pid = a.pid
 WHERE a.pid <> pg_catalog.pg_backend_pid()
 ORDER BY a.pid;
