-- Extended statistics that the views may hide: of tables that are another role's, or under row-level security.
-- $1: tables.
SELECT s.oid AS statistics, n.nspname, s.stxname AS relname
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
  JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
 WHERE NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.row_security_active(c.oid)
 ORDER BY n.nspname, s.stxname;
