-- Statements that a role of awkward.sql with settings of its own sends, logged in as that role.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
\echo == role/settings
SELECT name, setting FROM pg_catalog.pg_settings WHERE setting IS DISTINCT FROM boot_val AND category LIKE 'Query Tuning%' OR name IN ('work_mem', 'search_path') ORDER BY name;
\echo == role/join
EXPLAIN SELECT count(*) FROM customer c JOIN purchase p ON p.customer_id = c.id;
\echo == role/sort
EXPLAIN SELECT * FROM orders ORDER BY city, amount;
\echo == role/many-tables
EXPLAIN SELECT count(*) FROM customer a JOIN purchase b ON b.customer_id = a.id JOIN region r ON r.id = a.region_id JOIN orders o ON o.id = b.number JOIN journal j ON j.seq = o.zip;
\echo == role/row-level-security
EXPLAIN SELECT * FROM account WHERE tenant = 7 AND balance > 900;
EXPLAIN SELECT count(*) FROM account WHERE secret > 'f';
\echo == role/invoker-view
EXPLAIN SELECT * FROM invoker_account WHERE tenant < 9;
\echo == role/guarded-view
EXPLAIN SELECT name FROM payroll_guarded WHERE leaky(salary) AND salary > 8500;
\echo == role/enum
EXPLAIN SELECT id FROM zoo WHERE feeling = 'sad' AND at > '2021-03-01 00:00:00+00';
\echo == role/ends
EXPLAIN SELECT * FROM journal WHERE at > '2022-12-01 00:00:00+00';
