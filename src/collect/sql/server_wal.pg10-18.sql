-- The position in the WAL, in bytes, and how far a standby's replay is behind.
SELECT pg_catalog.pg_wal_lsn_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END, '0/0')::pg_catalog.int8 AS wal_lsn,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(),
                                            pg_catalog.pg_last_wal_replay_lsn())::pg_catalog.int8
            END AS receive_replay_bytes,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())
            END AS replay_age,
       EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver r WHERE r.pid IS NOT NULL) AS has_wal_receiver;
