-- Data of extended statistics: one row (place 0) for each object, then one for each of its expressions, as a row of
-- pg_statistic. dependencies: hex of the bytes. $1: tables; $2: with values.
-- stxdinherit came with 15: in "d" its name means the column where there is one, else that of "before_15". This is also
-- the body of a function that must run on all of them (planner_grants.c).
SELECT s.oid AS statistics, 0 AS place, d.stxdinherit AS inherited, s.stxkeys::pg_catalog.text AS attnums,
       ARRAY(SELECT a.attname::pg_catalog.text
               FROM pg_catalog.unnest(s.stxkeys) WITH ORDINALITY k (attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.attnum
              ORDER BY k.place)::pg_catalog.text AS attnames,
       d.stxdndistinct::pg_catalog.text AS ndistinct,
       CASE WHEN d.stxddependencies IS NOT NULL THEN
            pg_catalog.concat('\x', pg_catalog.encode(pg_catalog.pg_dependencies_send(d.stxddependencies), 'hex')) END AS dependencies,
       m.mcv_values, m.mcv_nulls, m.mcv_freqs, m.mcv_base_freqs,
       NULL::pg_catalog.text AS null_frac, NULL::pg_catalog.int4 AS width, NULL::pg_catalog.text AS n_distinct,
       NULL::pg_catalog.int2 AS kind1, NULL::pg_catalog.text AS numbers1, NULL::pg_catalog.text AS values1,
       NULL::pg_catalog.int2 AS kind2, NULL::pg_catalog.text AS numbers2, NULL::pg_catalog.text AS values2,
       NULL::pg_catalog.int2 AS kind3, NULL::pg_catalog.text AS numbers3, NULL::pg_catalog.text AS values3,
       NULL::pg_catalog.int2 AS kind4, NULL::pg_catalog.text AS numbers4, NULL::pg_catalog.text AS values4,
       NULL::pg_catalog.int2 AS kind5, NULL::pg_catalog.text AS numbers5, NULL::pg_catalog.text AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
  JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN (SELECT FALSE AS stxdinherit) before_15
  JOIN LATERAL (SELECT stxdinherit, e.stxdndistinct, e.stxddependencies, e.stxdmcv
                  FROM pg_catalog.pg_statistic_ext_data e WHERE e.stxoid = s.oid) d ON TRUE
 CROSS JOIN (SELECT $2::pg_catalog.bool AS with_values) w
  LEFT JOIN LATERAL (SELECT pg_catalog.array_agg(i.values ORDER BY i.index)::pg_catalog.text AS mcv_values,
                            pg_catalog.array_agg(i.nulls ORDER BY i.index)::pg_catalog.text AS mcv_nulls,
                            pg_catalog.array_agg(i.frequency ORDER BY i.index)::pg_catalog.text AS mcv_freqs,
                            pg_catalog.array_agg(i.base_frequency ORDER BY i.index)::pg_catalog.text AS mcv_base_freqs
                       FROM pg_catalog.pg_mcv_list_items(d.stxdmcv) i) m ON w.with_values AND d.stxdmcv IS NOT NULL
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
 UNION ALL
SELECT s.oid, x.ordinality::pg_catalog.int4, d.stxdinherit,
       NULL::pg_catalog.text AS attnums, NULL::pg_catalog.text AS attnames, NULL::pg_catalog.text AS ndistinct,
       NULL::pg_catalog.text AS dependencies, NULL::pg_catalog.text AS mcv_values, NULL::pg_catalog.text AS mcv_nulls,
       NULL::pg_catalog.text AS mcv_freqs, NULL::pg_catalog.text AS mcv_base_freqs,
       x.stanullfrac::pg_catalog.text, x.stawidth, x.stadistinct::pg_catalog.text,
       CASE WHEN w.with_values OR x.stakind1 = 3 THEN x.stakind1 END AS kind1,
       CASE WHEN w.with_values OR x.stakind1 = 3 THEN x.stanumbers1::pg_catalog.text END AS numbers1,
       CASE WHEN w.with_values THEN x.stavalues1::pg_catalog.text END AS values1,
       CASE WHEN w.with_values OR x.stakind2 = 3 THEN x.stakind2 END AS kind2,
       CASE WHEN w.with_values OR x.stakind2 = 3 THEN x.stanumbers2::pg_catalog.text END AS numbers2,
       CASE WHEN w.with_values THEN x.stavalues2::pg_catalog.text END AS values2,
       CASE WHEN w.with_values OR x.stakind3 = 3 THEN x.stakind3 END AS kind3,
       CASE WHEN w.with_values OR x.stakind3 = 3 THEN x.stanumbers3::pg_catalog.text END AS numbers3,
       CASE WHEN w.with_values THEN x.stavalues3::pg_catalog.text END AS values3,
       CASE WHEN w.with_values OR x.stakind4 = 3 THEN x.stakind4 END AS kind4,
       CASE WHEN w.with_values OR x.stakind4 = 3 THEN x.stanumbers4::pg_catalog.text END AS numbers4,
       CASE WHEN w.with_values THEN x.stavalues4::pg_catalog.text END AS values4,
       CASE WHEN w.with_values OR x.stakind5 = 3 THEN x.stakind5 END AS kind5,
       CASE WHEN w.with_values OR x.stakind5 = 3 THEN x.stanumbers5::pg_catalog.text END AS numbers5,
       CASE WHEN w.with_values THEN x.stavalues5::pg_catalog.text END AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
  JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN (SELECT FALSE AS stxdinherit) before_15
  JOIN LATERAL (SELECT stxdinherit, e.stxdexpr
                  FROM pg_catalog.pg_statistic_ext_data e WHERE e.stxoid = s.oid) d ON TRUE
 CROSS JOIN LATERAL pg_catalog.unnest(d.stxdexpr) WITH ORDINALITY x
 CROSS JOIN (SELECT $2::pg_catalog.bool AS with_values) w
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
 ORDER BY statistics, inherited, place;
