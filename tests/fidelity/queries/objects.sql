\echo == objects/enum-array
EXPLAIN SELECT id FROM thing WHERE feelings @> '{angry,glad}';
\echo == objects/domain-over-enum
EXPLAIN SELECT id FROM thing WHERE best::mood = 'glad' AND label > 'otter';
EXPLAIN SELECT best, label, count(*) FROM thing GROUP BY best, label;
\echo == objects/domain-in-gin
SET enable_indexscan = off; SET enable_seqscan = off;
EXPLAIN SELECT id FROM thing WHERE best::mood = 'glad' AND net < 10;
RESET ALL;
\echo == objects/composite-with-dropped-attribute
EXPLAIN VERBOSE SELECT sent FROM thing WHERE (sent).feeling = 'calm' AND (sent).weight = 7 AND best::mood = 'glad';
\echo == objects/array-of-composites
EXPLAIN SELECT parcels, count(*) FROM thing GROUP BY parcels;
\echo == objects/generated-by-function
EXPLAIN SELECT id FROM thing WHERE tax > 1500;
\echo == objects/opclass-options
SET enable_seqscan = off;
EXPLAIN SELECT id FROM thing WHERE vec @@ 'otter & amber';
EXPLAIN SELECT id FROM thing WHERE title LIKE '%mber 1%';
RESET ALL;
\echo == objects/expression-with-target
EXPLAIN SELECT id FROM thing WHERE net::integer / 100 = 5;
\echo == objects/zone
EXPLAIN SELECT id FROM thing WHERE (at AT TIME ZONE 'Europe/Berlin')::date > '2022-11-20';
\echo == objects/domain-range
EXPLAIN SELECT id FROM thing WHERE span && int4range(3, 9);
\echo == objects/constraint-exclusion
SET constraint_exclusion = on;
EXPLAIN SELECT id FROM thing WHERE net < -1;
EXPLAIN SELECT id FROM thing WHERE id > 9500;
RESET ALL;
\echo == objects/insert-defaults
EXPLAIN VERBOSE INSERT INTO thing (id, net) VALUES (9, 3);
\echo == objects/function-inlined-over-table
EXPLAIN SELECT * FROM purchases_of(1003) WHERE total > 5;
EXPLAIN SELECT * FROM regions_like('Region 1%') r JOIN customer c ON c.region_id = r.id;
\echo == objects/function-not-inlined
EXPLAIN SELECT count(*) FROM purchases_not_inlined(1003) WHERE total > 5;
\echo == objects/function-of-row
EXPLAIN SELECT c.full_name FROM customer c WHERE c.full_name = 'Otter Birch7';
\echo == objects/function-with-setting
EXPLAIN SELECT id FROM thing WHERE pinned(id) AND id < 100;
\echo == objects/leakproof
SET ROLE awk_clerk;
EXPLAIN SELECT id FROM payroll_guarded WHERE leak_free(salary) AND salary > 8500;
EXPLAIN SELECT * FROM staff WHERE level = 4 AND login > 'user300';
RESET ROLE;
\echo == objects/own-cast
EXPLAIN SELECT id FROM zoo WHERE feeling::integer = 4;
\echo == objects/own-parallel-aggregate
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN SELECT longest_of(unique_text) FROM orders;
RESET ALL;
\echo == objects/view-of-star
EXPLAIN VERBOSE SELECT id, again, plain_best FROM thing_view WHERE id < 50;
\echo == objects/view-over-function
EXPLAIN SELECT * FROM region_view;
\echo == objects/index-of-parent-only
EXPLAIN SELECT id FROM event WHERE amount > 499;
\echo == objects/settings-of-all-roles
SHOW cpu_operator_cost;
SHOW parallel_setup_cost;
