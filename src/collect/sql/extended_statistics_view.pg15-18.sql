-- The same rows as pg_stats_ext and pg_stats_ext_exprs show them; degrees of dependencies have six decimals there.
-- $1, $2: as extended_statistics.
SELECT s.oid AS statistics, 0 AS place, v.inherited AS inherited, s.stxkeys::pg_catalog.text AS attnums,
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
 UNION ALL
SELECT s.oid, x.place::pg_catalog.int4, v.inherited,
       NULL::pg_catalog.text AS attnums, NULL::pg_catalog.text AS attnames, NULL::pg_catalog.text AS ndistinct,
       NULL::pg_catalog.text AS dependencies, NULL::pg_catalog.text AS mcv_values, NULL::pg_catalog.text AS mcv_nulls,
       NULL::pg_catalog.text AS mcv_freqs, NULL::pg_catalog.text AS mcv_base_freqs,
       v.null_frac::pg_catalog.text, v.avg_width, v.n_distinct::pg_catalog.text,
       CASE WHEN w.with_values AND v.most_common_vals IS NOT NULL THEN 1::pg_catalog.int2 END AS kind1,
       CASE WHEN w.with_values THEN v.most_common_freqs::pg_catalog.text END AS numbers1,
       CASE WHEN w.with_values THEN v.most_common_vals::pg_catalog.text END AS values1,
       CASE WHEN w.with_values AND v.histogram_bounds IS NOT NULL THEN 2::pg_catalog.int2 END AS kind2,
       NULL::pg_catalog.text AS numbers2,
       CASE WHEN w.with_values THEN v.histogram_bounds::pg_catalog.text END AS values2,
       CASE WHEN v.correlation IS NOT NULL THEN 3::pg_catalog.int2 END AS kind3,
       CASE WHEN v.correlation IS NOT NULL THEN ARRAY[v.correlation]::pg_catalog.text END AS numbers3,
       NULL::pg_catalog.text AS values3,
       CASE WHEN NOT w.with_values THEN NULL WHEN v.most_common_elems IS NOT NULL THEN 4::pg_catalog.int2 END AS kind4,
       CASE WHEN w.with_values THEN v.most_common_elem_freqs::pg_catalog.text END AS numbers4,
       CASE WHEN w.with_values THEN v.most_common_elems::pg_catalog.text END AS values4,
       CASE WHEN NOT w.with_values THEN NULL WHEN v.elem_count_histogram IS NOT NULL THEN 5::pg_catalog.int2 END AS kind5,
       CASE WHEN w.with_values THEN v.elem_count_histogram::pg_catalog.text END AS numbers5,
       NULL::pg_catalog.text AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.stxnamespace
  JOIN pg_catalog.pg_stats_ext_exprs v ON v.statistics_schemaname = sn.nspname AND v.statistics_name = s.stxname
 CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid))
                    WITH ORDINALITY x (expr, place)
 CROSS JOIN (SELECT $2::pg_catalog.bool AS with_values) w
 WHERE x.expr = v.expr
 ORDER BY statistics, inherited, place;
