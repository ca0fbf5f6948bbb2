-- Rows, scans and blocks since the statistics were reset; ages in seconds, NULL when never (of scans before 16 always).
SELECT s.relid, s.seq_scan, s.seq_tup_read, COALESCE(s.idx_scan, 0) AS idx_scan, s.n_tup_ins, s.n_tup_upd,
       s.n_tup_del, s.n_tup_hot_upd, s.n_live_tup, s.n_dead_tup, s.n_mod_since_analyze,
       s.n_ins_since_vacuum AS n_ins_since_vacuum, s.n_tup_newpage_upd AS n_tup_newpage_upd,
       s.vacuum_count, s.autovacuum_count, s.analyze_count, s.autoanalyze_count,
       b.heap_blks_read, b.heap_blks_hit, b.idx_blks_read, b.idx_blks_hit,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.last_vacuum) AS last_vacuum_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.last_autovacuum) AS last_autovacuum_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.last_analyze) AS last_analyze_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.last_autoanalyze) AS last_autoanalyze_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.last_seq_scan) AS last_seq_scan_age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - s.last_idx_scan) AS last_idx_scan_age
  FROM pg_catalog.pg_stat_user_tables s
  JOIN pg_catalog.pg_statio_user_tables b ON b.relid = s.relid;
