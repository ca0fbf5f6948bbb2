-- Replication slots with the WAL that they keep, on a standby up to what it received or replayed. wal_status and
-- safe_wal_size came with 13, conflicting with 16, the others of pg_catalog.to_jsonb() with 17.
SELECT s.slot_name, s.plugin, s.slot_type, s.database AS datname, s.temporary, s.active,
       pg_catalog.to_jsonb(s) ->> 'synced' AS synced, pg_catalog.to_jsonb(s) ->> 'conflicting' AS conflicting,
       pg_catalog.to_jsonb(s) ->> 'wal_status' AS wal_status,
       pg_catalog.to_jsonb(s) ->> 'invalidation_reason' AS invalidation_reason,
       pg_catalog.pg_wal_lsn_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery()
                THEN GREATEST(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
                ELSE pg_catalog.pg_current_wal_lsn() END, s.restart_lsn)::pg_catalog.int8 AS retained_bytes,
       pg_catalog.to_jsonb(s) ->> 'safe_wal_size' AS safe_wal_size, pg_catalog.age(s.xmin) AS xmin_age,
       pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp()
               - (pg_catalog.to_jsonb(s) ->> 'inactive_since')::pg_catalog.timestamptz) AS inactive_age
  FROM pg_catalog.pg_replication_slots s
 ORDER BY s.slot_name;
