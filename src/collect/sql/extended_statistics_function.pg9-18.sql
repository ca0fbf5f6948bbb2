-- The same rows from the function that the DBA installed (planner_grants.c). $1, $2: as extended_statistics.
SELECT statistics, place, inherited, attnums, attnames, ndistinct, dependencies, mcv_values, mcv_nulls, mcv_freqs,
       mcv_base_freqs, null_frac, width, n_distinct,
       kind1, numbers1, values1, kind2, numbers2, values2, kind3, numbers3, values3, kind4, numbers4,
       values4, kind5, numbers5, values5
  FROM pgarchitect.extended_statistics($1::pg_catalog.oid[], $2::pg_catalog.bool)
 ORDER BY statistics, inherited, place;
