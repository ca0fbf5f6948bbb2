-- The cluster's databases with their counters and their conflicts; times in seconds and ms. The size of
-- the current one only, where the role may see it: it takes a look at each file. Columns that came later are asked for by name: sessions 14, datcollversion 15,
-- datlocprovider 15, checksum_failures 12, confl_active_logicalslot 16. stats_age: since the counters were reset; where
-- they never were, since the server's were.
SELECT d.oid, d.datname, d.datallowconn, d.datistemplate,
       d.datname = pg_catalog.current_database() AS is_current, d.datconnlimit,
       pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.to_jsonb(d) ->> 'datcollversion' AS collversion,
       COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') AS provider, d.datcollate AS collate,
       CASE WHEN d.datname = pg_catalog.current_database()
                 AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                      OR (SELECT pg_catalog.pg_has_role(current_user, r.oid, 'USAGE')
                            FROM pg_catalog.pg_roles r WHERE r.rolname = 'pg_read_all_stats'))
            THEN pg_catalog.pg_database_size(d.oid) END AS bytes,
       pg_catalog.age(d.datfrozenxid) AS frozenxid_age, pg_catalog.mxid_age(d.datminmxid) AS minmxid_age,
       s.numbackends, s.xact_commit, s.xact_rollback, s.blks_read, s.blks_hit, s.temp_files, s.temp_bytes, s.deadlocks,
       pg_catalog.to_jsonb(s) ->> 'checksum_failures' AS checksum_failures,
       pg_catalog.to_jsonb(s) ->> 'sessions' AS sessions,
       pg_catalog.to_jsonb(s) ->> 'sessions_abandoned' AS sessions_abandoned,
       pg_catalog.to_jsonb(s) ->> 'sessions_fatal' AS sessions_fatal,
       pg_catalog.to_jsonb(s) ->> 'sessions_killed' AS sessions_killed,
       pg_catalog.to_jsonb(s) ->> 'session_time' AS session_time,
       pg_catalog.to_jsonb(s) ->> 'active_time' AS active_time,
       pg_catalog.to_jsonb(s) ->> 'idle_in_transaction_time' AS idle_in_transaction_time,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp()
               - COALESCE(s.stats_reset, (SELECT b.stats_reset FROM pg_catalog.pg_stat_bgwriter b))) AS stats_age,
       c.confl_tablespace, c.confl_lock, c.confl_snapshot, c.confl_bufferpin, c.confl_deadlock,
       pg_catalog.to_jsonb(c) ->> 'confl_active_logicalslot' AS confl_active_logicalslot
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_stat_database s ON s.datid = d.oid
  LEFT JOIN pg_catalog.pg_stat_database_conflicts c ON c.datid = d.oid
 ORDER BY d.datname;
