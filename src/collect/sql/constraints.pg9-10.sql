-- Table constraints with their definition; opens their tables. $1: relations to leave out.
SELECT con.oid, n.nspname, c.relname, con.conname, con.contype, con.conrelid, con.confrelid, con.conindid, 0 AS conparentid,
       con.conkey, con.confkey, con.confupdtype, con.confdeltype, con.confmatchtype, con.convalidated,
       TRUE AS conenforced, con.condeferrable, con.connoinherit,
       pg_catalog.pg_get_constraintdef(con.oid) AS definition
  FROM pg_catalog.pg_constraint con
  JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE con.contype IN ('c', 'f', 'p', 'u', 'x', 'n') AND c.relkind IN ('r', 'p', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT con.conrelid = ANY ($1::pg_catalog.oid[]);
