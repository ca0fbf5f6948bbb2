-- Logical replication came with PostgreSQL 10.
SELECT NULL::pg_catalog.oid AS oid WHERE FALSE;
