\echo == functions/inlined
EXPLAIN VERBOSE SELECT id FROM called WHERE is_cheap(price);
\echo == functions/inlined-stable
EXPLAIN SELECT id FROM called WHERE recent(at);
\echo == functions/expensive-last
EXPLAIN SELECT id FROM called WHERE expensive(n) AND price < 3 AND cheap_volatile(n);
\echo == functions/parallel-unsafe
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN SELECT count(*) FROM called WHERE parallel_unsafe(n) = 4;
EXPLAIN SELECT count(*) FROM called WHERE parallel_safe(n) = 4;
RESET ALL;
\echo == functions/index-expression
EXPLAIN SELECT id FROM called WHERE normal_form(name) = 'otter77';
\echo == functions/partial-with-function
EXPLAIN SELECT id FROM called WHERE parallel_safe(n) % 2 = 1 AND is_cheap(price);
\echo == functions/statistics-of-expression
EXPLAIN SELECT normal_form(name), n % 7, count(*) FROM called GROUP BY 1, 2;
\echo == functions/set-returning
EXPLAIN SELECT * FROM some_numbers(1000) s JOIN called ON called.n = s;
\echo == functions/set-returning-in-list
EXPLAIN SELECT id, some_numbers(n) FROM called WHERE n < 3;
\echo == functions/lateral
EXPLAIN SELECT c.id, p.b FROM called c, LATERAL pair_of(c.n) p WHERE c.id < 40;
\echo == functions/constant-folded
EXPLAIN SELECT id FROM called WHERE n > threshold() AND day < first_day();
\echo == functions/default-and-variadic
EXPLAIN VERBOSE SELECT id FROM called WHERE n = with_default(5) + with_default(1, 2, 3, 4);
\echo == functions/polymorphic
EXPLAIN SELECT id FROM called WHERE poly(day) = '2021-03-03';
\echo == functions/of-row
EXPLAIN SELECT initials(zoo), count(*) FROM zoo WHERE place_label(place) = 'quail' GROUP BY 1;
\echo == functions/own-aggregate
EXPLAIN VERBOSE SELECT day, product(n) FROM called WHERE n BETWEEN 1 AND 3 GROUP BY day;
\echo == functions/own-operator
EXPLAIN SELECT id FROM called WHERE n <~> 40;
\echo == functions/own-operator-join
EXPLAIN SELECT count(*) FROM called a JOIN orders b ON a.n <~> b.zip WHERE b.id < 60;
\echo == functions/own-equality
EXPLAIN SELECT id FROM called WHERE name === ' Otter7 ';
\echo == functions/own-operator-class
EXPLAIN SELECT n FROM called ORDER BY n USING > LIMIT 9;
\echo == functions/trigger-update
EXPLAIN UPDATE called SET n = n + 1 WHERE at > '2021-12-01 00:00:00+00';
\echo == functions/series
EXPLAIN SELECT d, count(called.id) FROM generate_series(date '2021-01-01', date '2021-12-31', '1 day') d LEFT JOIN called ON called.day = d::date GROUP BY d;
\echo == functions/rows-from
EXPLAIN SELECT * FROM ROWS FROM (some_numbers(3), pair_of(4)) WITH ORDINALITY;
\echo == functions/now-and-parameters
EXPLAIN SELECT * FROM called WHERE at > now() - interval '10 years' AND at < current_timestamp AND day = ANY (SELECT first_day());
