-- What moves: the next transaction id, without taking one, and the position in the WAL in bytes.
SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS next_xid,
       pg_catalog.pg_xlog_location_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_xlog_replay_location()
                ELSE pg_catalog.pg_current_xlog_insert_location() END, '0/0')::pg_catalog.int8 AS wal_lsn;
