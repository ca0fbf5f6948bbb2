-- The same rows from the function that the DBA installed (planner_grants.c). $1, $2: as column_statistics.
SELECT relation, attnum, attname, inherited, null_frac, width, n_distinct,
       kind1, numbers1, values1, kind2, numbers2, values2, kind3, numbers3, values3, kind4, numbers4,
       values4, kind5, numbers5, values5
  FROM pgarchitect.column_statistics($1::pg_catalog.oid[], $2::pg_catalog.bool);
