-- Who receives WAL, and how far behind it is: bytes from the current position, seconds as the receiver reports them.
WITH now AS (SELECT CASE WHEN pg_catalog.pg_is_in_recovery()
                         THEN GREATEST(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
                         ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT r.pid, r.usename, r.application_name, pg_catalog.host(r.client_addr) AS client_addr, r.state, r.sync_state,
       pg_catalog.pg_wal_lsn_diff(now.lsn, r.sent_lsn)::pg_catalog.int8 AS sent_lag_bytes,
       pg_catalog.pg_wal_lsn_diff(now.lsn, r.replay_lsn)::pg_catalog.int8 AS replay_lag_bytes,
       EXTRACT(epoch FROM r.write_lag) AS write_lag, EXTRACT(epoch FROM r.flush_lag) AS flush_lag,
       EXTRACT(epoch FROM r.replay_lag) AS replay_lag, pg_catalog.age(r.backend_xmin) AS xmin_age,
       s.ssl::pg_catalog.int4 AS ssl
  FROM pg_catalog.pg_stat_replication r
 CROSS JOIN now
  LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = r.pid
 ORDER BY r.pid;
