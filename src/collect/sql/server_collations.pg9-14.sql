-- Databases have a collation version from 15 on.
SELECT NULL::pg_catalog.oid AS oid, NULL::pg_catalog.text AS version WHERE FALSE;
