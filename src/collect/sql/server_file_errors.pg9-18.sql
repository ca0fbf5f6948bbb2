-- Lines of the configuration files that have an error, by the function of pg_file_settings.
SELECT f.sourcefile, f.sourceline, f.name, f.error
  FROM pg_catalog.pg_show_all_file_settings() f
 WHERE f.error IS NOT NULL
 ORDER BY f.seqno;
