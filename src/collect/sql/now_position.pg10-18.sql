-- What moves: the next transaction id, without taking one, and the position in the WAL in bytes.
SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS next_xid,
       pg_catalog.pg_wal_lsn_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_insert_lsn() END, '0/0')::pg_catalog.int8 AS wal_lsn;
