-- The view came with version 1.9 of the extension (14). stats_age in seconds.
SELECT i.dealloc, EXTRACT(epoch FROM pg_catalog.clock_timestamp() - i.stats_reset) AS stats_age
  FROM pg_stat_statements_info i;
