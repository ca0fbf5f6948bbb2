-- Tables on which an index is being built. Of backends of other roles the view hides the table from a role
-- without pg_read_all_stats: there the lock of CREATE INDEX CONCURRENTLY on a table with an index that is not
-- valid tells.
SELECT p.relid
  FROM pg_catalog.pg_stat_progress_create_index p
 WHERE p.datname = pg_catalog.current_database() AND p.relid IS NOT NULL
UNION
SELECT l.relation
  FROM pg_catalog.pg_stat_progress_create_index p
  JOIN pg_catalog.pg_locks l ON l.pid = p.pid AND l.locktype = 'relation'
  JOIN pg_catalog.pg_index i ON i.indrelid = l.relation AND NOT (i.indisvalid AND i.indisready)
 WHERE p.datname = pg_catalog.current_database() AND p.relid IS NULL;
