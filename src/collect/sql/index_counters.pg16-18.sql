-- Scans of each index since the statistics were reset; last_idx_scan_age in seconds, NULL when never.
SELECT i.indexrelid, pg_catalog.pg_stat_get_numscans(i.indexrelid) AS idx_scan,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp()
               - pg_catalog.pg_stat_get_lastscan(i.indexrelid)) AS last_idx_scan_age
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND ic.relkind = 'i'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
