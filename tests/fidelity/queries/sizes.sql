\echo == sizes/never-analysed
EXPLAIN SELECT * FROM never_analysed WHERE k = 7;
EXPLAIN SELECT v, count(*) FROM never_analysed WHERE id > 40000 GROUP BY v;
EXPLAIN SELECT count(*) FROM never_analysed;
\echo == sizes/never-analysed-empty
EXPLAIN SELECT * FROM never_analysed_empty WHERE k = 7;
EXPLAIN SELECT e.v FROM never_analysed_empty e JOIN never_analysed a USING (id);
\echo == sizes/never-analysed-small
EXPLAIN SELECT * FROM never_analysed_small;
\echo == sizes/analysed-empty
EXPLAIN SELECT * FROM analysed_empty WHERE k > 7;
\echo == sizes/truncated
EXPLAIN SELECT k, count(*) FROM emptied WHERE k = 3 GROUP BY k;
\echo == sizes/one-row
EXPLAIN SELECT * FROM one_row JOIN journal ON journal.at > one_row.at WHERE one_row.id = 1;
\echo == sizes/no-column
EXPLAIN SELECT * FROM no_column, only_dropped;
\echo == sizes/grown
EXPLAIN SELECT * FROM grown WHERE k = 7;
EXPLAIN SELECT * FROM grown WHERE id > 55000;
EXPLAIN SELECT * FROM grown WHERE at > '2023-09-01';
EXPLAIN SELECT at, count(*) FROM grown GROUP BY at;
\echo == sizes/shrunk
EXPLAIN SELECT * FROM shrunk WHERE k = 7;
EXPLAIN SELECT count(*) FROM shrunk WHERE id > 4000;
\echo == sizes/half-visible
EXPLAIN SELECT k FROM half_visible WHERE k < 30;
EXPLAIN SELECT count(*) FROM half_visible;
\echo == sizes/toasted
EXPLAIN SELECT id, large FROM toasted WHERE md5(large) = md5('x');
EXPLAIN SELECT small, count(huge) FROM toasted WHERE length(raw) > 3 GROUP BY small;
\echo == sizes/wide
EXPLAIN SELECT * FROM wide WHERE c1 = 1 AND c2 > 5;
EXPLAIN SELECT c1, c2, c3, c4, c5, c6, c7, c8 FROM wide ORDER BY 1, 2, 3;
EXPLAIN SELECT count(DISTINCT c10), sum(c21), max(c49) FROM wide GROUP BY c6, c11;
\echo == sizes/fast-tablespace
EXPLAIN SELECT * FROM fast WHERE k = 7;
\echo == sizes/slow-tablespace
EXPLAIN SELECT * FROM slow WHERE k = 7;
EXPLAIN SELECT * FROM slow WHERE v = 'otter' AND id < 9000;
\echo == sizes/tablespaces-joined
EXPLAIN SELECT count(*) FROM fast JOIN slow USING (id) WHERE fast.k < 60;
\echo == sizes/parallel-workers-option
EXPLAIN SELECT count(*) FROM parallel_four WHERE k < 50;
EXPLAIN SELECT count(*) FROM parallel_never WHERE k < 50;
\echo == sizes/parallel-by-size
SET max_parallel_workers_per_gather = 4; SET parallel_setup_cost = 10; SET parallel_tuple_cost = 0.001;
EXPLAIN SELECT k, count(*), sum(id) FROM parallel_by_size GROUP BY k ORDER BY k;
RESET ALL;
\echo == sizes/parallel-index
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_index_scan_size = '64kB'; SET enable_seqscan = off; SET enable_bitmapscan = off;
EXPLAIN SELECT sum(length(pad)) FROM parallel_by_size WHERE k < 300;
EXPLAIN SELECT count(*) FROM parallel_by_size WHERE k < 900;
RESET ALL;
\echo == sizes/parallel-bitmap
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET enable_seqscan = off; SET enable_indexscan = off;
EXPLAIN SELECT sum(length(pad)) FROM parallel_by_size WHERE k < 50;
RESET ALL;
\echo == sizes/parallel-forced
SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN SELECT count(*) FROM event JOIN region ON region.id = event.region_id WHERE event.amount > 3;
EXPLAIN SELECT count(*) FROM vehicle WHERE label = 'otter';
RESET ALL;
\echo == sizes/sequence
EXPLAIN SELECT last_value FROM awk_sequence;
\echo == sizes/tablesample
EXPLAIN SELECT count(*) FROM parallel_by_size TABLESAMPLE SYSTEM (3) REPEATABLE (7) WHERE k < 500;
EXPLAIN SELECT * FROM grown TABLESAMPLE BERNOULLI (10);
