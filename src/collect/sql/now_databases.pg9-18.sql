-- The databases' ages and their counters of trouble; no sizes, which would read every file's. stats_age in seconds.
SELECT d.oid, d.datname, d.datallowconn, d.datname = pg_catalog.current_database() AS is_current,
       pg_catalog.age(d.datfrozenxid) AS frozenxid_age, pg_catalog.mxid_age(d.datminmxid) AS minmxid_age,
       s.xact_commit, s.xact_rollback, s.deadlocks,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.stats_reset) AS stats_age
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_stat_database s ON s.datid = d.oid
 ORDER BY d.datname;
