-- There are no extended statistics before PostgreSQL 10. $1, $2: not used.
SELECT NULL::pg_catalog.oid AS statistics, NULL::pg_catalog.int4 AS place, NULL::pg_catalog.bool AS inherited,
       NULL::pg_catalog.text AS attnums, NULL::pg_catalog.text AS attnames, NULL::pg_catalog.text AS ndistinct,
       NULL::pg_catalog.text AS dependencies, NULL::pg_catalog.text AS mcv_values, NULL::pg_catalog.text AS mcv_nulls,
       NULL::pg_catalog.text AS mcv_freqs, NULL::pg_catalog.text AS mcv_base_freqs,
       NULL::pg_catalog.text AS null_frac, NULL::pg_catalog.int4 AS width, NULL::pg_catalog.text AS n_distinct,
       NULL::pg_catalog.int2 AS kind1, NULL::pg_catalog.text AS numbers1, NULL::pg_catalog.text AS values1,
       NULL::pg_catalog.int2 AS kind2, NULL::pg_catalog.text AS numbers2, NULL::pg_catalog.text AS values2,
       NULL::pg_catalog.int2 AS kind3, NULL::pg_catalog.text AS numbers3, NULL::pg_catalog.text AS values3,
       NULL::pg_catalog.int2 AS kind4, NULL::pg_catalog.text AS numbers4, NULL::pg_catalog.text AS values4,
       NULL::pg_catalog.int2 AS kind5, NULL::pg_catalog.text AS numbers5, NULL::pg_catalog.text AS values5
 WHERE $1::pg_catalog.oid[] IS NULL AND $2::pg_catalog.bool IS NULL;
