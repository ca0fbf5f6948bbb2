-- Tablespaces that were made, or have costs of their own.
SELECT s.spcname, s.spcoptions AS options
  FROM pg_catalog.pg_tablespace s
 WHERE s.spcname !~ '^pg_' OR s.spcoptions IS NOT NULL;
