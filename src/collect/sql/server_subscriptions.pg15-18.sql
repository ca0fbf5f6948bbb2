-- Subscriptions of all databases with their errors.
SELECT s.subname, d.datname, s.subenabled AS enabled, e.apply_error_count, e.sync_error_count,
       EXISTS (SELECT FROM pg_catalog.pg_stat_subscription w
                WHERE w.subid = s.oid AND w.relid IS NULL AND w.pid IS NOT NULL) AS has_worker
  FROM pg_catalog.pg_subscription s
  LEFT JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
  LEFT JOIN pg_catalog.pg_stat_subscription_stats e ON e.subid = s.oid
 ORDER BY s.subname, d.datname;
