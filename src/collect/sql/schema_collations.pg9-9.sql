-- Versions of collations came with PostgreSQL 10.
SELECT NULL::pg_catalog.name AS nspname, NULL::pg_catalog.name AS collname, NULL::pg_catalog.text AS collversion,
       NULL::pg_catalog.text AS actual_version, NULL::pg_catalog.text AS indexes, 0 AS n_indexes
 WHERE FALSE;
