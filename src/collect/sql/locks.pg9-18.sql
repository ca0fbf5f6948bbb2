-- Relations that another backend holds, or waits for, under ACCESS EXCLUSIVE. Of TOAST the table it belongs to.
-- holders: process ids of backends, "a prepared transaction" where there is none.
SELECT COALESCE(owner.oid, c.oid) AS oid, COALESCE(owner.relkind, c.relkind) AS relkind,
       n.nspname, COALESCE(owner.relname, c.relname) AS relname,
       pg_catalog.string_agg(DISTINCT COALESCE('PID ' || l.pid::pg_catalog.text, 'a prepared transaction'), ', ')
           AS holders
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
  JOIN pg_catalog.pg_class c ON c.oid = l.relation
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_catalog.pg_class owner
         ON owner.reltoastrelid <> 0
        AND owner.reltoastrelid = CASE c.relkind WHEN 't' THEN c.oid WHEN 'i' THEN i.indrelid END
  JOIN pg_catalog.pg_namespace n ON n.oid = COALESCE(owner.relnamespace, c.relnamespace)
 WHERE l.locktype = 'relation'
   AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
   AND l.mode = 'AccessExclusiveLock'
 GROUP BY 1, 2, 3, 4;
