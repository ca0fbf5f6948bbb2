-- Bytes on disk; opens the relations. table_bytes: all forks of the heap and of its TOAST table and index;
-- heap_bytes: main fork; toast_bytes: what is not the heap's. Neither foreign nor partitioned tables have any.
-- $1: relations to leave out.
SELECT r.oid, s.table_bytes, s.heap_bytes,
       CASE WHEN r.has_toast
            THEN GREATEST(s.table_bytes - s.heap_bytes - pg_catalog.pg_relation_size(r.oid, 'fsm')
                          - pg_catalog.pg_relation_size(r.oid, 'vm')
                          - CASE WHEN r.relpersistence = 'u' THEN pg_catalog.pg_relation_size(r.oid, 'init') ELSE 0 END,
                          0)
            ELSE 0 END AS toast_bytes
  FROM (SELECT c.oid, c.relpersistence, c.reltoastrelid <> 0 AS has_toast
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'm')
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
           AND NOT c.oid = ANY ($1::pg_catalog.oid[]) OFFSET 0) r,
       LATERAL (SELECT pg_catalog.pg_table_size(r.oid) AS table_bytes,
                       pg_catalog.pg_relation_size(r.oid) AS heap_bytes OFFSET 0) s;
