-- Operations under way; only VACUUM reports what it does.
WITH running AS (SELECT v.pid, 'VACUUM' AS command, v.datname, v.relid, v.phase, v.index_vacuum_count,
                         CASE v.phase WHEN 'scanning heap' THEN v.heap_blks_scanned
                                      WHEN 'vacuuming heap' THEN v.heap_blks_vacuumed END AS done,
                         v.heap_blks_total AS total
                    FROM pg_catalog.pg_stat_progress_vacuum v
)
SELECT p.pid, p.command, p.datname,
       CASE WHEN p.datname = pg_catalog.current_database() THEN p.relid ELSE 0 END AS relid,
       (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.oid = p.relid AND p.datname = pg_catalog.current_database()) AS relation,
       COALESCE(p.phase, '') AS phase, p.index_vacuum_count,
       p.done::pg_catalog.float8 / NULLIF(p.total, 0)::pg_catalog.float8 AS done,
       EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                WHERE a.pid = p.pid AND a.query LIKE 'autovacuum: %') AS is_autovacuum
  FROM running p
 ORDER BY p.pid, p.command;
