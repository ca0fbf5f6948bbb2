-- Declarative partitioning came with PostgreSQL 10.
SELECT NULL::pg_catalog.oid AS oid, NULL::pg_catalog.text AS partkey, NULL::pg_catalog.text AS partbound
 WHERE FALSE;
