-- How large a table with rows of its own is, and whether it was ever analysed; none: there is no such table.
SELECT pg_catalog.pg_relation_size(c.oid) AS bytes, c.reltuples > 0 OR pg_catalog.pg_relation_size(c.oid) = 0 AS is_analysed
  FROM pg_catalog.pg_class c
 WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'm');
