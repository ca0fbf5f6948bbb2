-- The same rows as pg_stats_ext shows them; degrees of dependencies have six decimals there.
-- $1, $2: as extended_statistics.
SELECT s.oid AS statistics, 0 AS place, FALSE AS inherited, s.stxkeys::pg_catalog.text AS attnums,
       ARRAY(SELECT a.attname::pg_catalog.text
               FROM pg_catalog.unnest(s.stxkeys) WITH ORDINALITY k (attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.attnum
              ORDER BY k.place)::pg_catalog.text AS attnames,
       v.n_distinct::pg_catalog.text AS ndistinct, v.dependencies::pg_catalog.text AS dependencies,
       CASE WHEN w.with_values THEN v.most_common_vals::pg_catalog.text END AS mcv_values,
       CASE WHEN w.with_values THEN v.most_common_val_nulls::pg_catalog.text END AS mcv_nulls,
       CASE WHEN w.with_values THEN v.most_common_freqs::pg_catalog.text END AS mcv_freqs,
       CASE WHEN w.with_values THEN v.most_common_base_freqs::pg_catalog.text END AS mcv_base_freqs,
       NULL::pg_catalog.text AS null_frac, NULL::pg_catalog.int4 AS width, NULL::pg_catalog.text AS n_distinct,
       NULL::pg_catalog.int2 AS kind1, NULL::pg_catalog.text AS numbers1, NULL::pg_catalog.text AS values1,
       NULL::pg_catalog.int2 AS kind2, NULL::pg_catalog.text AS numbers2, NULL::pg_catalog.text AS values2,
       NULL::pg_catalog.int2 AS kind3, NULL::pg_catalog.text AS numbers3, NULL::pg_catalog.text AS values3,
       NULL::pg_catalog.int2 AS kind4, NULL::pg_catalog.text AS numbers4, NULL::pg_catalog.text AS values4,
       NULL::pg_catalog.int2 AS kind5, NULL::pg_catalog.text AS numbers5, NULL::pg_catalog.text AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.stxnamespace
  JOIN pg_catalog.pg_stats_ext v ON v.statistics_schemaname = sn.nspname AND v.statistics_name = s.stxname
 CROSS JOIN (SELECT $2::pg_catalog.bool AS with_values) w
 ORDER BY statistics, inherited, place;
