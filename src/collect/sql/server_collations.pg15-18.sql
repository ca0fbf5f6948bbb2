-- The version that the collation library now has for each database.
SELECT d.oid, pg_catalog.pg_database_collation_actual_version(d.oid) AS version
  FROM pg_catalog.pg_database d
 ORDER BY d.oid;
