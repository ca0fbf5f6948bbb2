-- Logical replication came with PostgreSQL 10.
SELECT NULL::pg_catalog.name AS pubname, FALSE AS all_tables, FALSE AS inserts, FALSE AS updates, FALSE AS deletes,
       FALSE AS truncates, NULL::pg_catalog.oid[] AS relations
 WHERE FALSE;
