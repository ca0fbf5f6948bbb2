-- Data of extended statistics: one row (place 0) for each object, then one for each of its expressions, as a row of
-- pg_statistic. dependencies: hex of the bytes. $1: tables; $2: with values.
SELECT s.oid AS statistics, 0 AS place, FALSE AS inherited, s.stxkeys::pg_catalog.text AS attnums,
       ARRAY(SELECT a.attname::pg_catalog.text
               FROM pg_catalog.unnest(s.stxkeys) WITH ORDINALITY k (attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.attnum
              ORDER BY k.place)::pg_catalog.text AS attnames,
       s.stxndistinct::pg_catalog.text AS ndistinct,
       CASE WHEN s.stxdependencies IS NOT NULL THEN
            pg_catalog.concat('\x', pg_catalog.encode(pg_catalog.pg_dependencies_send(s.stxdependencies), 'hex')) END AS dependencies,
       NULL::pg_catalog.text AS mcv_values, NULL::pg_catalog.text AS mcv_nulls, NULL::pg_catalog.text AS mcv_freqs,
       NULL::pg_catalog.text AS mcv_base_freqs,
       NULL::pg_catalog.text AS null_frac, NULL::pg_catalog.int4 AS width, NULL::pg_catalog.text AS n_distinct,
       NULL::pg_catalog.int2 AS kind1, NULL::pg_catalog.text AS numbers1, NULL::pg_catalog.text AS values1,
       NULL::pg_catalog.int2 AS kind2, NULL::pg_catalog.text AS numbers2, NULL::pg_catalog.text AS values2,
       NULL::pg_catalog.int2 AS kind3, NULL::pg_catalog.text AS numbers3, NULL::pg_catalog.text AS values3,
       NULL::pg_catalog.int2 AS kind4, NULL::pg_catalog.text AS numbers4, NULL::pg_catalog.text AS values4,
       NULL::pg_catalog.int2 AS kind5, NULL::pg_catalog.text AS numbers5, NULL::pg_catalog.text AS values5
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
 WHERE $2::pg_catalog.bool IS NOT NULL
 ORDER BY statistics, inherited, place;
