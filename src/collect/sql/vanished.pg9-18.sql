-- Relations that the transaction's snapshot shows and that are gone by now, and the tables of such indexes:
-- pg_table_is_visible() looks into the present and returns NULL there.
SELECT c.oid, c.relkind, n.nspname, c.relname
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S')
   AND (pg_catalog.pg_table_is_visible(c.oid) IS NULL
        OR c.oid IN (SELECT i.indrelid FROM pg_catalog.pg_index i
                      WHERE i.indexrelid >= 16384 AND pg_catalog.pg_table_is_visible(i.indexrelid) IS NULL));
