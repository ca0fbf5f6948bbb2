-- Relations of users with what only a copy needs to know. parents: in the order of their columns. amname: of a table.
SELECT c.oid, c.relkind, n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl,
       s.spcname AS tablespace, c.reloptions, am.amname, parents.parents, c.relnatts, c.relrowsecurity, c.relforcerowsecurity
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam AND am.amname <> 'heap' AND c.relkind IN ('r', 'p', 'm')
  LEFT JOIN (SELECT h.inhrelid, pg_catalog.array_agg(h.inhparent ORDER BY h.inhseqno) AS parents
               FROM pg_catalog.pg_inherits h GROUP BY h.inhrelid) parents ON parents.inhrelid = c.oid
  LEFT JOIN pg_catalog.pg_depend e
         ON e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = COALESCE(i.indrelid, c.oid)
        AND e.objsubid = 0 AND e.deptype = 'e'
 WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S', 'i', 'I') AND c.oid >= 16384 AND e.objid IS NULL
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
