-- Rows and scans since the statistics were reset.
SELECT s.relid, s.seq_scan, s.seq_tup_read, COALESCE(s.idx_scan, 0) AS idx_scan, s.n_tup_ins, s.n_tup_upd,
       s.n_tup_del, s.n_tup_hot_upd, s.n_live_tup, s.n_dead_tup
  FROM pg_catalog.pg_stat_user_tables s;
