-- Bytes on disk; opens the relations. table_bytes: all forks of the heap and of its TOAST table and index;
-- heap_bytes: main fork. Neither foreign nor partitioned tables have any. $1: relations to leave out.
SELECT c.oid, pg_catalog.pg_table_size(c.oid) AS table_bytes,
       CASE WHEN c.reltuples <= 0 THEN pg_catalog.pg_relation_size(c.oid) END AS heap_bytes
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT c.oid = ANY ($1::pg_catalog.oid[]);
