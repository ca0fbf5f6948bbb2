-- Replication slots with the WAL that they keep.
SELECT s.slot_name, s.plugin, s.slot_type, s.database AS datname, FALSE AS temporary, s.active, FALSE AS synced,
       FALSE AS conflicting, NULL::pg_catalog.text AS wal_status, NULL::pg_catalog.text AS invalidation_reason,
       pg_catalog.pg_xlog_location_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_xlog_receive_location()
                ELSE pg_catalog.pg_current_xlog_location() END, s.restart_lsn)::pg_catalog.int8 AS retained_bytes,
       NULL::pg_catalog.int8 AS safe_wal_size, pg_catalog.age(s.xmin) AS xmin_age,
       pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age, NULL::pg_catalog.float8 AS inactive_age
  FROM pg_catalog.pg_replication_slots s
 ORDER BY s.slot_name;
