-- The index of oid $1 with its parts' bytes left to their own rows; none: it is gone.
SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
       pg_catalog.pg_relation_size(c.oid) AS bytes, i.indisvalid AS is_valid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
 WHERE c.oid = $1::pg_catalog.oid;
