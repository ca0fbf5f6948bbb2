-- Statements that a clone without rows cannot plan alike: "== NAME | REASON". Compared all the same and counted apart.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
\echo == outside/catalog | the catalogs of the clone are its own
EXPLAIN SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relkind = 'r' AND relname LIKE 'e%';
\echo == outside/statistics-view | the catalogs of the clone are its own
EXPLAIN SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public';
\echo == outside/function-reads-table | a STABLE function that reads a table is executed while planning
EXPLAIN SELECT * FROM account WHERE level < highest_level();
\echo == outside/foreign-table | foreign tables are not cloned
EXPLAIN SELECT * FROM far_away WHERE id = 5;
\echo == outside/view-over-foreign-table | foreign tables are not cloned
EXPLAIN SELECT * FROM half_far;
