\echo == indexes/expression
EXPLAIN SELECT id FROM customer WHERE lower(email) = 'heron77@example.org';
\echo == indexes/expression-concatenation
EXPLAIN SELECT id FROM customer WHERE first_name || ' ' || last_name = 'Otter Birch7';
\echo == indexes/index-only-include
EXPLAIN SELECT last_name, email FROM customer WHERE last_name = 'Heron4';
\echo == indexes/mixed-order
EXPLAIN SELECT last_name, first_name FROM customer ORDER BY last_name, first_name DESC NULLS FIRST LIMIT 10;
\echo == indexes/mixed-order-backwards
EXPLAIN SELECT last_name, first_name FROM customer ORDER BY last_name DESC, first_name ASC NULLS LAST LIMIT 10;
\echo == indexes/incremental-sort
EXPLAIN SELECT last_name, first_name, id FROM customer ORDER BY last_name, id LIMIT 40;
\echo == indexes/nulls-last
EXPLAIN SELECT id FROM customer ORDER BY score DESC NULLS LAST, id LIMIT 5;
\echo == indexes/nulls-first
EXPLAIN SELECT id FROM customer WHERE score IS NULL ORDER BY score NULLS FIRST LIMIT 50;
\echo == indexes/partial
EXPLAIN SELECT id FROM customer WHERE vip AND created_at > '2021-06-01 00:00:00+00';
\echo == indexes/partial-implied
EXPLAIN SELECT id FROM customer WHERE status = 'blocked' AND region_id = 7;
\echo == indexes/partial-not-implied
EXPLAIN SELECT id FROM customer WHERE status <> 'new' AND region_id = 7;
\echo == indexes/expression-year
EXPLAIN SELECT count(*) FROM customer WHERE extract(year FROM born) = 1975 AND status = 'active';
\echo == indexes/expressions-two
EXPLAIN SELECT count(*) FROM customer WHERE length(last_name) = 7 AND score % 10 = 3 AND score IS NOT NULL;
\echo == indexes/hash
EXPLAIN SELECT count(*) FROM customer WHERE region_id = 39;
\echo == indexes/bitmap-and
EXPLAIN SELECT id FROM customer WHERE region_id = 11 AND created_at BETWEEN '2021-01-01 00:00:00+00' AND '2021-02-01 00:00:00+00' AND score BETWEEN 1 AND 3;
\echo == indexes/nulls-not-distinct
EXPLAIN SELECT note FROM contract WHERE code = 77 AND part IS NULL;
\echo == indexes/unique-join
EXPLAIN SELECT DISTINCT c.code FROM contract c JOIN contract d USING (code, part) WHERE d.note = 'otter';
\echo == indexes/composite-foreign-key
EXPLAIN SELECT count(*) FROM purchase p JOIN purchase_line l USING (region_id, number) WHERE p.total > 8000;
\echo == indexes/composite-foreign-key-three
EXPLAIN SELECT r.name, sum(l.quantity) FROM region r JOIN purchase p ON p.region_id = r.id JOIN purchase_line l ON (l.region_id, l.number) = (p.region_id, p.number) JOIN customer c ON c.id = p.customer_id WHERE c.status = 'new' GROUP BY r.name;
\echo == indexes/self-join
EXPLAIN SELECT c.id, r.email FROM customer c LEFT JOIN customer r ON r.id = c.referrer_id WHERE c.score > 900;
\echo == indexes/join-removed
EXPLAIN SELECT p.number FROM purchase p LEFT JOIN customer c ON c.id = p.customer_id WHERE p.region_id = 3;
\echo == indexes/row-comparison
EXPLAIN SELECT * FROM purchase WHERE (region_id, number) > (39, 1500) ORDER BY region_id, number LIMIT 10;
\echo == indexes/in-list
EXPLAIN SELECT * FROM purchase WHERE customer_id IN (1000, 1001, 1002, 5000, 20000) AND placed_at > '2021-04-01 00:00:00+00';
\echo == indexes/any-array
EXPLAIN SELECT * FROM purchase WHERE number = ANY (ARRAY[5, 6, 1900]) AND region_id = ANY ('{1,2,3}');
\echo == indexes/leading-column-missing
EXPLAIN SELECT * FROM purchase WHERE number = 1234;
\echo == indexes/second-column
EXPLAIN SELECT * FROM purchase_line WHERE number = 400 AND line = 2;
\echo == indexes/partial-state
EXPLAIN SELECT * FROM purchase WHERE state = 'o' AND placed_at > '2022-04-01 00:00:00+00';
\echo == indexes/partial-stronger
EXPLAIN SELECT count(*) FROM purchase WHERE total > 8500;
\echo == indexes/expression-month
EXPLAIN SELECT count(*) FROM purchase WHERE date_trunc('month', placed_at AT TIME ZONE 'UTC') = '2021-09-01';
\echo == indexes/tablespace
EXPLAIN SELECT * FROM purchase_line WHERE sku = 'SKU2400';
\echo == indexes/invalid
EXPLAIN SELECT * FROM crooked WHERE k = 77;
\echo == indexes/clustered-on-other
EXPLAIN SELECT * FROM crooked WHERE v = 'otter' AND id > 300;
\echo == indexes/bloated
EXPLAIN SELECT * FROM bloated WHERE k BETWEEN 10 AND 30;
EXPLAIN SELECT count(*) FROM bloated;
\echo == indexes/no-dedup
EXPLAIN SELECT created_at FROM customer WHERE created_at > '2021-09-20 00:00:00+00' ORDER BY created_at;
\echo == indexes/distinct-on
EXPLAIN SELECT DISTINCT ON (customer_id) customer_id, placed_at, total FROM purchase ORDER BY customer_id, placed_at DESC;
\if :since18
\echo == indexes/virtual-column
EXPLAIN SELECT total FROM virtual_columns WHERE total = 30 AND a = 4;
\echo == indexes/skip-scan
EXPLAIN SELECT id FROM virtual_columns WHERE b = 77;
\echo == indexes/without-overlaps
EXPLAIN SELECT v FROM timed WHERE id = int4range(77, 78) AND during @> date '2022-01-05';
\endif
