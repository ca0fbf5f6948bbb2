-- Bytes on disk of each index, all forks; opens the indexes. $1: relations to leave out; $2: indexes to leave out.
SELECT i.indexrelid, pg_catalog.pg_table_size(i.indexrelid) AS bytes
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND ic.relkind = 'i'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT i.indexrelid = ANY ($1::pg_catalog.oid[]) AND NOT i.indrelid = ANY ($1::pg_catalog.oid[])
   AND NOT i.indexrelid = ANY ($2::pg_catalog.oid[]);
