\echo == views/nested
EXPLAIN SELECT * FROM young_customer WHERE score > 900;
\echo == views/aggregate
EXPLAIN SELECT * FROM customer_sales WHERE id = 1700;
\echo == views/aggregate-join
EXPLAIN SELECT s.email, s.total FROM customer_sales s WHERE s.region_id = 4 AND s.total > 90000 ORDER BY s.total DESC LIMIT 10;
\echo == views/window
EXPLAIN SELECT * FROM best_regions WHERE place <= 3;
\echo == views/lateral
EXPLAIN SELECT * FROM latest_purchase WHERE id BETWEEN 1010 AND 1030;
\echo == views/security-barrier
EXPLAIN SELECT * FROM guarded_customer WHERE leaky(score) AND email = 'otter3@example.org';
\echo == views/on-partitioned
EXPLAIN SELECT count(*) FROM event_sale WHERE at > '2023-05-01 00:00:00+00';
\echo == views/union
EXPLAIN SELECT what, count(*) FROM everything WHERE id < 1500 GROUP BY what;
\echo == views/recursive
EXPLAIN SELECT * FROM region_tree WHERE depth = 1;
\echo == views/quoted
EXPLAIN VERBOSE SELECT * FROM "View of ""Everything""";
\echo == views/update-with-check
EXPLAIN UPDATE young_customer SET score = 5 WHERE id = 1700;
\echo == views/insert-with-check
EXPLAIN VERBOSE INSERT INTO young_customer (email, born, score) VALUES ('x@example.org', '1999-01-01', 3);
\echo == views/materialized
EXPLAIN SELECT * FROM region_month WHERE region_id = 7 AND month = '2021-06-01';
\echo == views/materialized-partial
EXPLAIN SELECT * FROM region_month WHERE n > 20 ORDER BY total DESC LIMIT 3;
\echo == views/materialized-tablespace-never-analysed
EXPLAIN SELECT * FROM customer_copy WHERE score = 700;
\echo == views/materialized-on-materialized
EXPLAIN SELECT * FROM on_materialized ORDER BY total;
\echo == views/materialized-unpopulated
EXPLAIN SELECT * FROM unpopulated;
\echo == views/rule-also
EXPLAIN UPDATE redirected SET v = 'x' WHERE id < 10;
\echo == views/rule-instead
EXPLAIN DELETE FROM redirected WHERE id = 1;
\echo == views/rule-conditional
EXPLAIN INSERT INTO redirected SELECT id + 99990, v FROM redirected;
\echo == views/instead-of-trigger
EXPLAIN UPDATE writable SET n = 3 WHERE region = 'Region 7';
