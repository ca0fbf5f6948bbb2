\echo == partitions/whole
EXPLAIN SELECT count(*), sum(amount) FROM event;
\echo == partitions/pruned-to-one
EXPLAIN SELECT id FROM event WHERE at = '2022-03-01 00:00:00+00' AND kind = 'sale';
\echo == partitions/pruned-to-hash
EXPLAIN SELECT * FROM event WHERE at >= '2023-02-01 00:00:00+00' AND at < '2023-03-01 00:00:00+00' AND kind = 'refund' AND id = 56000;
\echo == partitions/list
EXPLAIN SELECT count(*) FROM event_2023 WHERE kind IN ('tap', 'sale');
\echo == partitions/not-null-default
EXPLAIN SELECT count(*) FROM event WHERE at < '2020-06-01 00:00:00+00' OR at > '2024-06-01 00:00:00+00';
\echo == partitions/extended-statistics
EXPLAIN SELECT region_id, kind, count(*) FROM event WHERE region_id = 2 AND kind = 'click' GROUP BY region_id, kind;
\echo == partitions/extended-statistics-of-one
EXPLAIN SELECT region_id, kind, feeling, count(*) FROM event_2022 WHERE region_id = 1 AND kind = 'tap' AND feeling = 'sad' GROUP BY 1, 2, 3;
\echo == partitions/own-index
EXPLAIN SELECT id FROM event_2022 WHERE amount > 480;
\echo == partitions/expression-index
EXPLAIN SELECT id, kind FROM event WHERE lower(kind) = 'other' AND amount > 200;
\echo == partitions/ordered-append
EXPLAIN SELECT at, id FROM event WHERE region_id = 3 ORDER BY at DESC LIMIT 20;
\echo == partitions/min-max
EXPLAIN SELECT min(at), max(at) FROM event WHERE region_id = 5;
\echo == partitions/late-rows
EXPLAIN SELECT count(*) FROM event WHERE kind = 'late' AND region_id = 40 AND at > '2022-05-30 00:00:00+00' AND at < '2022-07-01 00:00:00+00';
\echo == partitions/aggregate-wise
SET enable_partitionwise_aggregate = on;
EXPLAIN SELECT at, count(*) FROM event GROUP BY at;
EXPLAIN SELECT kind, avg(amount) FROM event_2023 GROUP BY kind;
RESET ALL;
\echo == partitions/join-wise
SET enable_partitionwise_join = on;
EXPLAIN SELECT l.t, r.v FROM left_side l JOIN right_side r USING (k) WHERE l.v < 10;
RESET ALL;
\echo == partitions/join-not-wise
EXPLAIN SELECT l.t, count(*) FROM left_side l JOIN right_side r USING (k) GROUP BY l.t;
\echo == partitions/join-by-key
EXPLAIN SELECT e.id, n.note FROM event_note n JOIN event e ON e.id = n.event_id AND e.at = n.event_at AND e.kind = n.event_kind WHERE n.event_id < 300;
\echo == partitions/multi-column
EXPLAIN SELECT * FROM multi_range WHERE a = 10 AND b < 'm';
\echo == partitions/multi-column-never-analysed-parent
EXPLAIN SELECT b, count(*) FROM multi_range WHERE a > 20 GROUP BY b;
\echo == partitions/by-expression
EXPLAIN SELECT * FROM by_expression WHERE lower(left(name, 1)) = 'b' AND id < 100;
\echo == partitions/by-enum
EXPLAIN SELECT count(*) FROM by_mood WHERE feeling IN ('angry', 'glad') AND flag;
\echo == partitions/by-enum-parent-without-statistics
EXPLAIN SELECT feeling, flag, count(*) FROM by_mood GROUP BY 1, 2;
\echo == partitions/never-filled
EXPLAIN SELECT * FROM future WHERE at > '2050-03-01' AND id = 7;
\echo == partitions/none
EXPLAIN SELECT * FROM no_partition WHERE id = 7;
\echo == partitions/insert
EXPLAIN INSERT INTO event (id, at, region_id, kind) SELECT id + 1000000, at, region_id, kind FROM event WHERE kind = 'refund';
\echo == partitions/update-moves
EXPLAIN VERBOSE UPDATE event SET kind = 'sale' WHERE at >= '2023-01-01 00:00:00+00' AND at < '2023-01-15 00:00:00+00' AND kind = 'tap';
\echo == partitions/delete
EXPLAIN DELETE FROM event WHERE id BETWEEN 100 AND 400;
\echo == partitions/generic-pruning
SET plan_cache_mode = force_generic_plan;
PREPARE pruned(timestamptz, text) AS SELECT count(*) FROM event WHERE at > $1 AND kind = $2;
EXPLAIN EXECUTE pruned('2023-04-01 00:00:00+00', 'sale');
DEALLOCATE pruned;
RESET ALL;
\echo == partitions/no-pruning
SET enable_partition_pruning = off;
EXPLAIN SELECT count(*) FROM event WHERE at > '2023-06-01 00:00:00+00';
RESET ALL;
\echo == partitions/tableoid
EXPLAIN SELECT tableoid::regclass, count(*) FROM event_2023 GROUP BY 1;
\echo == partitions/exists-in-partitioned
EXPLAIN SELECT r.name FROM region r WHERE NOT EXISTS (SELECT FROM event e WHERE e.region_id = r.id AND e.at > '2023-10-01 00:00:00+00');
\echo == partitions/tablespace-partition
EXPLAIN SELECT * FROM event_2023_sale_0 WHERE id = 51000;
EXPLAIN SELECT * FROM event_2023_sale_2 WHERE region_id = 9 ORDER BY at DESC;
