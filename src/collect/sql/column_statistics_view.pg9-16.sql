-- The same rows as pg_stats shows them, slots made again: kind 1 most common values, 2 histogram, 3 correlation,
-- 4 most common elements, 5 counts of distinct elements. $1, $2: as column_statistics.
SELECT c.oid AS relation, a.attnum, s.attname::pg_catalog.text AS attname, s.inherited,
       s.null_frac::pg_catalog.text AS null_frac, s.avg_width AS width, s.n_distinct::pg_catalog.text AS n_distinct,
       CASE WHEN w.with_values AND s.most_common_vals IS NOT NULL THEN 1::pg_catalog.int2 END AS kind1,
       CASE WHEN w.with_values THEN s.most_common_freqs::pg_catalog.text END AS numbers1,
       CASE WHEN w.with_values THEN s.most_common_vals::pg_catalog.text END AS values1,
       CASE WHEN w.with_values AND s.histogram_bounds IS NOT NULL THEN 2::pg_catalog.int2 END AS kind2,
       NULL::pg_catalog.text AS numbers2,
       CASE WHEN w.with_values THEN s.histogram_bounds::pg_catalog.text END AS values2,
       CASE WHEN s.correlation IS NOT NULL THEN 3::pg_catalog.int2 END AS kind3,
       CASE WHEN s.correlation IS NOT NULL THEN ARRAY[s.correlation]::pg_catalog.text END AS numbers3,
       NULL::pg_catalog.text AS values3,
       CASE WHEN NOT w.with_values THEN NULL WHEN s.most_common_elems IS NOT NULL THEN 4::pg_catalog.int2 END AS kind4,
       CASE WHEN w.with_values THEN s.most_common_elem_freqs::pg_catalog.text END AS numbers4,
       CASE WHEN w.with_values THEN s.most_common_elems::pg_catalog.text END AS values4,
       CASE WHEN NOT w.with_values THEN NULL WHEN s.elem_count_histogram IS NOT NULL THEN 5::pg_catalog.int2 END AS kind5,
       CASE WHEN w.with_values THEN s.elem_count_histogram::pg_catalog.text END AS numbers5,
       NULL::pg_catalog.text AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_class c ON c.oid = u.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
 CROSS JOIN (SELECT $2::pg_catalog.bool AS with_values) w
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
