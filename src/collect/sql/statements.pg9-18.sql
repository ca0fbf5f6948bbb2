-- Statements of this database, most time first, hidden ones last; times in ms. What a column is called and whether there
-- is one depends on the version of the extension, not of the server: total_time became total_exec_time, plans and
-- wal_bytes came in 1.8 (13), toplevel in 1.9 (14), the jit columns in 1.10 (15), and blk_read_time became
-- shared_blk_read_time in 1.11 (17). Statements of pgarchitect itself are left out.
SELECT w.queryid, pg_catalog.pg_get_userbyid(w.userid) AS usename,
       CASE WHEN pg_catalog.length(w.query) <= 65536 THEN w.query
            ELSE pg_catalog.left(w.query, 65536) || '...' END AS query,
       w.is_hidden, COALESCE(w.j ->> 'toplevel', 'true') AS toplevel, w.j ->> 'calls' AS calls, w.j ->> 'plans' AS plans,
       w.j ->> 'rows' AS rows, w.time AS total_exec_time,
       COALESCE(w.j ->> 'mean_exec_time', w.j ->> 'mean_time') AS mean_exec_time,
       COALESCE(w.j ->> 'max_exec_time', w.j ->> 'max_time') AS max_exec_time,
       COALESCE(w.j ->> 'stddev_exec_time', w.j ->> 'stddev_time') AS stddev_exec_time,
       w.j ->> 'total_plan_time' AS total_plan_time, w.j ->> 'mean_plan_time' AS mean_plan_time,
       w.j ->> 'shared_blks_hit' AS shared_blks_hit, w.j ->> 'shared_blks_read' AS shared_blks_read,
       w.j ->> 'shared_blks_dirtied' AS shared_blks_dirtied, w.j ->> 'shared_blks_written' AS shared_blks_written,
       COALESCE(w.j ->> 'shared_blk_read_time', w.j ->> 'blk_read_time') AS blk_read_time,
       w.j ->> 'temp_blks_read' AS temp_blks_read, w.j ->> 'temp_blks_written' AS temp_blks_written,
       w.j ->> 'wal_bytes' AS wal_bytes,
       COALESCE((w.j ->> 'jit_generation_time')::pg_catalog.float8, 0)
       + COALESCE((w.j ->> 'jit_inlining_time')::pg_catalog.float8, 0)
       + COALESCE((w.j ->> 'jit_optimization_time')::pg_catalog.float8, 0)
       + COALESCE((w.j ->> 'jit_emission_time')::pg_catalog.float8, 0) AS jit_time,
       w.total_time, w.n_hidden
  FROM (SELECT v.*, pg_catalog.sum(v.time) OVER () AS total_time,
               pg_catalog.count(*) FILTER (WHERE v.is_hidden) OVER () AS n_hidden,
               pg_catalog.row_number() OVER (ORDER BY v.is_hidden, v.time DESC, v.queryid, v.userid) AS place
          FROM (SELECT s.queryid, s.userid, s.query, u.j,
                       COALESCE(s.query = '<insufficient privilege>', FALSE) AS is_hidden,
                       COALESCE(u.j ->> 'total_exec_time', u.j ->> 'total_time')::pg_catalog.float8 AS time
                  FROM pg_stat_statements s
                  CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(s) AS j) u
                 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d
                                  WHERE d.datname = pg_catalog.current_database())
                   AND COALESCE(pg_catalog.strpos(s.query, '/* pgarchitect */'), 0) = 0) v) w
 WHERE w.place <= 5000
 ORDER BY w.place;
