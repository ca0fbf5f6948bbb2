-- Subscriptions of all databases; errors are counted from 15 on. Workers by name: before 14 not every role may read oid.
SELECT s.subname, d.datname, s.subenabled AS enabled, NULL::pg_catalog.int8 AS apply_error_count,
       NULL::pg_catalog.int8 AS sync_error_count,
       EXISTS (SELECT FROM pg_catalog.pg_stat_subscription w
                WHERE w.subname = s.subname AND w.relid IS NULL AND w.pid IS NOT NULL) AS has_worker
  FROM pg_catalog.pg_subscription s
  LEFT JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
 ORDER BY s.subname, d.datname;
