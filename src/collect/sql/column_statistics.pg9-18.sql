-- Rows of pg_statistic, of columns of tables and of expressions of indexes. Numbers and values as their exact text.
-- $1: tables and indexes; $2: with values: without, only correlations (kind 3) are left of the slots. What a database
-- says about PostgreSQL's own catalogs, passwords among it, is left out: this is also the body of a function
-- (planner_grants.c) that others may execute.
SELECT s.starelid AS relation, s.staattnum AS attnum, a.attname::pg_catalog.text AS attname, s.stainherit AS inherited,
       s.stanullfrac::pg_catalog.text AS null_frac, s.stawidth AS width, s.stadistinct::pg_catalog.text AS n_distinct,
       CASE WHEN w.with_values OR s.stakind1 = 3 THEN s.stakind1 END AS kind1,
       CASE WHEN w.with_values OR s.stakind1 = 3 THEN s.stanumbers1::pg_catalog.text END AS numbers1,
       CASE WHEN w.with_values THEN s.stavalues1::pg_catalog.text END AS values1,
       CASE WHEN w.with_values OR s.stakind2 = 3 THEN s.stakind2 END AS kind2,
       CASE WHEN w.with_values OR s.stakind2 = 3 THEN s.stanumbers2::pg_catalog.text END AS numbers2,
       CASE WHEN w.with_values THEN s.stavalues2::pg_catalog.text END AS values2,
       CASE WHEN w.with_values OR s.stakind3 = 3 THEN s.stakind3 END AS kind3,
       CASE WHEN w.with_values OR s.stakind3 = 3 THEN s.stanumbers3::pg_catalog.text END AS numbers3,
       CASE WHEN w.with_values THEN s.stavalues3::pg_catalog.text END AS values3,
       CASE WHEN w.with_values OR s.stakind4 = 3 THEN s.stakind4 END AS kind4,
       CASE WHEN w.with_values OR s.stakind4 = 3 THEN s.stanumbers4::pg_catalog.text END AS numbers4,
       CASE WHEN w.with_values THEN s.stavalues4::pg_catalog.text END AS values4,
       CASE WHEN w.with_values OR s.stakind5 = 3 THEN s.stakind5 END AS kind5,
       CASE WHEN w.with_values OR s.stakind5 = 3 THEN s.stanumbers5::pg_catalog.text END AS numbers5,
       CASE WHEN w.with_values THEN s.stavalues5::pg_catalog.text END AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_class c ON c.oid = u.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_statistic s ON s.starelid = c.oid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = s.starelid AND a.attnum = s.staattnum AND NOT a.attisdropped
 CROSS JOIN (SELECT $2::pg_catalog.bool AS with_values) w
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
