\echo == plans/generic
SET plan_cache_mode = force_generic_plan;
PREPARE by_status(text, integer) AS SELECT * FROM customer WHERE status = $1 AND score > $2 ORDER BY created_at LIMIT 10;
EXPLAIN EXECUTE by_status('new', 5);
PREPARE by_array(integer[]) AS SELECT * FROM purchase WHERE customer_id = ANY ($1);
EXPLAIN EXECUTE by_array('{1000,1001}');
PREPARE by_like(text) AS SELECT count(*) FROM collated WHERE plain LIKE $1;
EXPLAIN EXECUTE by_like('otter%');
PREPARE by_range(timestamptz, timestamptz) AS SELECT count(*) FROM journal WHERE at BETWEEN $1 AND $2;
EXPLAIN EXECUTE by_range('2022-01-01 00:00:00+00', '2022-01-02 00:00:00+00');
DEALLOCATE ALL;
RESET ALL;
\echo == plans/custom
SET plan_cache_mode = force_custom_plan;
PREPARE by_at(timestamptz) AS SELECT count(*) FROM journal WHERE at > $1;
EXPLAIN EXECUTE by_at('2023-01-20 00:00:00+00');
DEALLOCATE ALL;
RESET ALL;
\if :since16
\echo == plans/generic-explain
EXPLAIN (GENERIC_PLAN) SELECT * FROM orders WHERE city = $1 AND ordered_at > $2;
\endif
\echo == plans/jit
SET jit = on; SET jit_above_cost = 10; SET jit_optimize_above_cost = 100; SET jit_inline_above_cost = 100;
EXPLAIN SELECT city, sum(amount) FROM orders WHERE zip > 5 GROUP BY city;
RESET ALL;
\echo == plans/jit-off
SET jit = off;
EXPLAIN SELECT count(*) FROM orders a JOIN orders b USING (zip);
RESET ALL;
\echo == plans/jit-default
EXPLAIN SELECT count(*) FROM orders a JOIN orders b USING (zip, country);
\echo == plans/window
EXPLAIN SELECT id, sum(total) OVER (PARTITION BY region_id ORDER BY placed_at), rank() OVER (ORDER BY total DESC) FROM purchase, LATERAL (SELECT number AS id) n WHERE region_id < 4;
\echo == plans/window-run-condition
EXPLAIN SELECT * FROM (SELECT number, row_number() OVER (ORDER BY placed_at) AS n FROM purchase) p WHERE n <= 5;
\echo == plans/grouping-sets
EXPLAIN SELECT city, country, feeling, count(*) FROM orders GROUP BY GROUPING SETS ((city, country), (feeling), ());
\echo == plans/cube
EXPLAIN SELECT light, feeling, country, sum(amount) FROM orders GROUP BY CUBE (light, feeling, country);
\echo == plans/recursive-cte
EXPLAIN WITH RECURSIVE up AS (SELECT id, referrer_id FROM customer WHERE id = 5000 UNION SELECT c.id, c.referrer_id FROM customer c JOIN up ON c.id = up.referrer_id) SELECT * FROM up;
\echo == plans/cte-materialized
EXPLAIN WITH big AS MATERIALIZED (SELECT * FROM purchase WHERE total > 100) SELECT count(*) FROM big a JOIN big b USING (customer_id);
\echo == plans/cte-inlined
EXPLAIN WITH late AS NOT MATERIALIZED (SELECT * FROM purchase WHERE placed_at > '2022-03-01 00:00:00+00') SELECT * FROM late WHERE customer_id = 1000;
\echo == plans/cte-writes
EXPLAIN WITH moved AS (DELETE FROM redirected_log WHERE id < 5 RETURNING *) INSERT INTO one_row SELECT id, 'moved', at FROM moved;
\echo == plans/exists
EXPLAIN SELECT * FROM customer c WHERE EXISTS (SELECT FROM purchase p WHERE p.customer_id = c.id AND p.total > 8000);
\echo == plans/not-in
EXPLAIN SELECT count(*) FROM customer WHERE id NOT IN (SELECT customer_id FROM purchase WHERE state = 'x');
\echo == plans/not-in-large
EXPLAIN SELECT count(*) FROM customer WHERE score NOT IN (SELECT number FROM purchase);
\echo == plans/anti-join
EXPLAIN SELECT count(*) FROM customer c LEFT JOIN purchase p ON p.customer_id = c.id WHERE p.customer_id IS NULL;
\echo == plans/correlated-scalar
EXPLAIN SELECT id, (SELECT max(total) FROM purchase p WHERE p.customer_id = c.id) FROM customer c WHERE region_id = 3;
\echo == plans/memoize
SET enable_hashjoin = off; SET enable_mergejoin = off;
EXPLAIN SELECT count(*) FROM purchase p JOIN region r ON r.id = p.region_id JOIN customer c ON c.id = p.customer_id;
RESET ALL;
\echo == plans/hash-join-spills
SET work_mem = '64kB'; SET hash_mem_multiplier = 1;
EXPLAIN SELECT count(*) FROM purchase p JOIN customer c ON c.id = p.customer_id;
EXPLAIN SELECT unique_text, count(*) FROM orders GROUP BY unique_text;
EXPLAIN SELECT * FROM orders ORDER BY amount, city;
RESET ALL;
\echo == plans/merge-join
SET enable_hashjoin = off; SET enable_nestloop = off;
EXPLAIN SELECT count(*) FROM purchase p JOIN purchase_line l USING (region_id, number);
RESET ALL;
\echo == plans/full-join
EXPLAIN SELECT count(*) FROM fast FULL JOIN slow ON fast.id = slow.k;
\echo == plans/many-tables
EXPLAIN SELECT r.name, count(*) FROM region r JOIN customer c ON c.region_id = r.id JOIN purchase p ON p.customer_id = c.id JOIN purchase_line l ON l.region_id = p.region_id AND l.number = p.number JOIN orders o ON o.id = l.number LEFT JOIN account a ON a.id = o.zip LEFT JOIN staff s ON s.id = a.level JOIN called d ON d.id = c.score WHERE o.flag GROUP BY r.name;
\echo == plans/geqo
SET geqo_threshold = 3;
EXPLAIN SELECT count(*) FROM region r JOIN customer c ON c.region_id = r.id JOIN purchase p ON p.customer_id = c.id JOIN purchase_line l ON l.region_id = p.region_id AND l.number = p.number JOIN orders o ON o.id = l.number;
RESET ALL;
\echo == plans/collapse-limits
SET join_collapse_limit = 1; SET from_collapse_limit = 1;
EXPLAIN SELECT count(*) FROM purchase_line l JOIN purchase p USING (region_id, number) JOIN customer c ON c.id = p.customer_id WHERE c.vip;
RESET ALL;
\echo == plans/limit
EXPLAIN SELECT * FROM purchase WHERE total > 100 ORDER BY placed_at DESC LIMIT 20 OFFSET 40;
\echo == plans/limit-with-ties
EXPLAIN SELECT score FROM customer ORDER BY score DESC NULLS LAST FETCH FIRST 10 ROWS WITH TIES;
\echo == plans/distinct-aggregate
EXPLAIN SELECT status, count(DISTINCT score), string_agg(DISTINCT last_name, ',' ORDER BY last_name) FILTER (WHERE vip) FROM customer GROUP BY status;
\echo == plans/set-operations
EXPLAIN SELECT customer_id FROM purchase EXCEPT SELECT id FROM customer WHERE vip;
EXPLAIN SELECT zip FROM orders INTERSECT ALL SELECT score FROM customer;
\echo == plans/for-update
EXPLAIN SELECT * FROM purchase WHERE region_id = 3 AND number < 50 FOR UPDATE SKIP LOCKED;
EXPLAIN SELECT * FROM event WHERE id = 77 FOR NO KEY UPDATE;
\echo == plans/insert-on-conflict
EXPLAIN INSERT INTO customer (email, status, vip, created_at) SELECT word || seq || '@x', 'new', false, at FROM journal WHERE level = 7 ON CONFLICT (id) DO UPDATE SET score = excluded.score WHERE customer.vip;
\echo == plans/insert-values
EXPLAIN VERBOSE INSERT INTO purchase_line VALUES (1, 1, 3, 'S', 4), (1, 2, 3, 'S', 5) RETURNING *;
\echo == plans/update-from
EXPLAIN UPDATE purchase p SET remark = c.email FROM customer c WHERE c.id = p.customer_id AND c.vip AND p.state = 's';
\echo == plans/delete-using
EXPLAIN DELETE FROM purchase_line l USING purchase p WHERE p.region_id = l.region_id AND p.number = l.number AND p.total > 8900;
\echo == plans/delete-by-key
EXPLAIN DELETE FROM customer WHERE id = 1700;
\if :since15
\echo == plans/merge
EXPLAIN MERGE INTO one_row t USING (SELECT d.id, s.name FROM sales.customer s JOIN called d ON d.id = s.score) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name;
EXPLAIN MERGE INTO fast f USING (SELECT id, k, v FROM slow WHERE k < 50) s ON f.id = s.id WHEN MATCHED AND f.k > 5 THEN UPDATE SET v = s.v WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.k, s.v);
\echo == plans/merge-partitioned
EXPLAIN MERGE INTO event e USING event_note n ON e.id = n.event_id AND e.at = n.event_at WHEN MATCHED THEN UPDATE SET amount = 0 WHEN NOT MATCHED THEN DO NOTHING;
\endif
\if :since17
\echo == plans/merge-returning
EXPLAIN VERBOSE MERGE INTO fast f USING slow s ON f.id = s.id AND s.k = 7 WHEN NOT MATCHED BY SOURCE AND f.k = 3 THEN DELETE RETURNING merge_action(), f.id;
\endif
\echo == plans/json
EXPLAIN (FORMAT json, VERBOSE) SELECT c.id FROM customer c JOIN purchase p ON p.customer_id = c.id WHERE c.score = 5;
\if :since17
\echo == plans/settings | since 17 settings are listed in the order in which the server was told them
\else
\echo == plans/settings
\endif
EXPLAIN (SETTINGS, COSTS off) SELECT * FROM orders WHERE id = 3;
\echo == plans/cursor
BEGIN;
EXPLAIN DECLARE c CURSOR FOR SELECT * FROM purchase ORDER BY placed_at;
ROLLBACK;
\echo == plans/create-table-as
EXPLAIN CREATE TABLE copied AS SELECT city, count(*) FROM orders GROUP BY city;
\echo == plans/planner-methods-off
SET enable_seqscan = off; SET enable_sort = off; SET enable_hashagg = off; SET enable_material = off;
EXPLAIN SELECT remark, count(*) FROM purchase GROUP BY remark;
RESET ALL;
\echo == plans/costs-changed
SET random_page_cost = 1.1; SET seq_page_cost = 0.5; SET cpu_index_tuple_cost = 0.02; SET effective_cache_size = '16MB'; SET cpu_operator_cost = 0.01;
EXPLAIN SELECT * FROM purchase p JOIN customer c ON c.id = p.customer_id WHERE p.total > 6000;
RESET ALL;
\echo == plans/constant-false
EXPLAIN SELECT * FROM purchase WHERE total > 5 AND 1 = 2;
\echo == plans/values-join
EXPLAIN SELECT * FROM (VALUES (1000, 'a'), (1001, 'b'), (NULL, 'c')) v (id, t) JOIN customer USING (id);
\echo == plans/case-and-coalesce
EXPLAIN SELECT count(*) FROM customer WHERE coalesce(score, 0) > 990 AND CASE WHEN vip THEN 1 ELSE 2 END = 1 AND nullif(status, 'new') IS NULL;
\echo == plans/or-of-joins
EXPLAIN SELECT count(*) FROM customer c, purchase p WHERE (c.id = p.customer_id AND p.total > 100) OR (c.id = p.customer_id AND c.score < 5);
