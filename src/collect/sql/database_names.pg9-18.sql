-- Databases that are there to be used, and whether this role may connect to them.
SELECT d.datname, pg_catalog.has_database_privilege(d.oid, 'CONNECT') AS connects
  FROM pg_catalog.pg_database d
 WHERE d.datallowconn AND NOT d.datistemplate
 ORDER BY d.datname;
