-- Operations under way. done: of the present phase.
WITH running AS (SELECT v.pid, 'VACUUM' AS command, v.datname, v.relid, v.phase, v.index_vacuum_count,
                         CASE v.phase WHEN 'scanning heap' THEN v.heap_blks_scanned
                                      WHEN 'vacuuming heap' THEN v.heap_blks_vacuumed END AS done,
                         v.heap_blks_total AS total
                    FROM pg_catalog.pg_stat_progress_vacuum v
                  UNION ALL
                  SELECT i.pid, 'CREATE INDEX', i.datname, i.relid, i.phase, NULL,
                         CASE WHEN i.blocks_total > 0 THEN i.blocks_done ELSE i.tuples_done END,
                         CASE WHEN i.blocks_total > 0 THEN i.blocks_total ELSE i.tuples_total END
                    FROM pg_catalog.pg_stat_progress_create_index i
                  UNION ALL
                  SELECT c.pid, 'CLUSTER', c.datname, c.relid, c.phase, NULL,
                         CASE c.phase WHEN 'seq scanning heap' THEN c.heap_blks_scanned END, c.heap_blks_total
                    FROM pg_catalog.pg_stat_progress_cluster c
                  UNION ALL
                  SELECT n.pid, 'ANALYZE', n.datname, n.relid, n.phase, NULL, n.sample_blks_scanned, n.sample_blks_total
                    FROM pg_catalog.pg_stat_progress_analyze n
                  UNION ALL
                  SELECT b.pid, 'BASE BACKUP', NULL, 0, b.phase, NULL, b.backup_streamed, b.backup_total
                    FROM pg_catalog.pg_stat_progress_basebackup b
                  UNION ALL
                  SELECT y.pid, 'COPY', y.datname, y.relid, y.command, NULL, y.bytes_processed, y.bytes_total
                    FROM pg_catalog.pg_stat_progress_copy y
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
                WHERE a.pid = p.pid AND a.backend_type = 'autovacuum worker') AS is_autovacuum
  FROM running p
 ORDER BY p.pid, p.command;
