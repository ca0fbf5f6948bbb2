-- Tables with an index that is not valid while somebody holds the lock of CREATE INDEX CONCURRENTLY: perhaps
-- only autovacuum, which takes the same, but such an index is better not called a leftover.
SELECT DISTINCT l.relation AS relid
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
  JOIN pg_catalog.pg_index i ON i.indrelid = l.relation AND NOT (i.indisvalid AND i.indisready)
 WHERE l.locktype = 'relation' AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock') AND l.granted;
