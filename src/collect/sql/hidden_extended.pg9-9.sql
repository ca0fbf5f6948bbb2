-- There are no extended statistics before PostgreSQL 10. $1: not used.
SELECT NULL::pg_catalog.oid AS statistics, NULL::pg_catalog.name AS nspname, NULL::pg_catalog.name AS relname
 WHERE $1::pg_catalog.oid[] IS NULL;
