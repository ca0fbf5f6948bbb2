-- Partition keys and bounds; opens the relations. $1: relations to leave out.
SELECT c.oid,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partkey,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partbound
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE (c.relkind = 'p' OR c.relispartition AND c.relkind IN ('r', 'f'))
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT c.oid = ANY ($1::pg_catalog.oid[]);
