-- Sessions but the reader's own, with what they wait for. Ages in seconds, of xids in transactions. leader_pid came with
-- 13, backend_type with 10, pg_locks.waitstart with 14. What the role may not see is NULL, query a placeholder. Who waits
-- for a transaction to end mostly holds the lock of the row, which names the table. Locks of a prepared transaction have
-- no pid; one of them is that of its xid. lock_key: of an advisory lock.
WITH locks AS (SELECT k.pid, k.locktype, k.database, k.relation, k.mode, k.granted, k.virtualtransaction,
                      k.transactionid::pg_catalog.text AS xid,
                      CASE k.objsubid WHEN 1 THEN ((k.classid::pg_catalog.int8 << 32) | k.objid::pg_catalog.int8)::pg_catalog.text
                                      WHEN 2 THEN k.classid::pg_catalog.text || ', ' || k.objid::pg_catalog.text
                           END AS key,
                      ROW(k.locktype, k.database, k.relation, k.page, k.tuple, k.virtualxid, k.transactionid, k.classid,
                          k.objid, k.objsubid)::pg_catalog.text AS target,
                      pg_catalog.to_jsonb(k) ->> 'waitstart' AS waitstart
                 FROM pg_catalog.pg_locks k
                WHERE NOT k.granted OR k.locktype = 'tuple' OR k.pid IS NULL),
     awaited AS (SELECT DISTINCT ON (l.pid) l.pid, l.mode, l.locktype, l.target, l.waitstart,
                        CASE l.locktype WHEN 'advisory' THEN l.key END AS key,
                        COALESCE(l.database, t.database) AS database, COALESCE(l.relation, t.relation) AS relation
                   FROM locks l
                   LEFT JOIN locks t ON t.pid = l.pid AND t.granted AND t.locktype = 'tuple'
                  WHERE NOT l.granted
                  ORDER BY l.pid)
SELECT a.pid, pg_catalog.to_jsonb(a) ->> 'leader_pid' AS leader_pid, a.datname, a.usename, a.application_name,
       pg_catalog.host(a.client_addr) AS client_addr,
       COALESCE(pg_catalog.to_jsonb(a) ->> 'backend_type',
                CASE WHEN a.datid IS NOT NULL AND a.usesysid IS NOT NULL THEN 'client backend' ELSE '' END)
           AS backend_type,
       a.state, a.wait_event_type, a.wait_event, a.query,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS backend_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) AS xact_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.query_start) AS query_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.state_change) AS state_age,
       pg_catalog.age(a.backend_xid) AS xid_age, pg_catalog.age(a.backend_xmin) AS xmin_age,
       r.rolsuper AS is_superuser, s.ssl::pg_catalog.int4 AS ssl,
       CASE WHEN w.pid IS NOT NULL THEN pg_catalog.pg_blocking_pids(a.pid) END AS blockers,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - w.waitstart::pg_catalog.timestamptz) AS wait_age,
       (SELECT pg_catalog.min(p.gid)
          FROM locks h
          JOIN locks x ON x.pid IS NULL AND x.locktype = 'transactionid' AND x.virtualtransaction = h.virtualtransaction
          JOIN pg_catalog.pg_prepared_xacts p ON p.transaction::pg_catalog.text = x.xid
         WHERE h.pid IS NULL AND h.granted AND h.target = w.target) AS prepared_blocker,
       w.locktype AS lock_type, w.key AS lock_key, w.mode AS lock_mode, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS lock_relation
  FROM pg_catalog.pg_stat_activity a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
  LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid
  LEFT JOIN awaited w ON w.pid = a.pid
  LEFT JOIN pg_catalog.pg_database d ON d.oid = w.database AND d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_class c ON c.oid = w.relation AND d.oid IS NOT NULL
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE a.pid <> pg_catalog.pg_backend_pid()
 ORDER BY a.pid;
