-- pg_stats; of partitioned tables the statistics of the whole tree. $1: read values too. Values only of columns
-- of strings, booleans, integers, numeric (16, 20, 21, 23, 1700 in pg_type.dat), 64 characters of each, the 100 most
-- common and a hundredth of the histogram's bounds with both ends.
SELECT c.oid AS attrelid, a.attnum, s.null_frac, s.avg_width, s.n_distinct, s.correlation,
       CASE WHEN w.wanted THEN
            ARRAY(SELECT pg_catalog.left(u.value, 64)
                    FROM pg_catalog.unnest((s.most_common_vals::pg_catalog.text::pg_catalog.text[])[1:100])
                         WITH ORDINALITY u (value, place)
                   ORDER BY u.place) END AS mcv,
       CASE WHEN w.wanted THEN s.most_common_freqs[1:100] END AS mcv_freqs,
       CASE WHEN w.wanted THEN
            ARRAY(SELECT pg_catalog.left(u.value, 64)
                    FROM (SELECT s.histogram_bounds::pg_catalog.text::pg_catalog.text[] AS bounds OFFSET 0) h
                   CROSS JOIN LATERAL pg_catalog.unnest(h.bounds) WITH ORDINALITY u (value, place)
                   WHERE (u.place - 1) % GREATEST((pg_catalog.cardinality(h.bounds) - 1) / 100, 1) = 0
                      OR u.place = pg_catalog.cardinality(h.bounds)
                   ORDER BY u.place) END AS histogram
  FROM pg_catalog.pg_stats s
  JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 CROSS JOIN LATERAL (SELECT $1::pg_catalog.bool
                        AND (t.typcategory = 'S'
                             OR COALESCE(NULLIF(t.typbasetype, 0), t.oid) IN (16, 20, 21, 23, 1700)) AS wanted) w
 WHERE c.relkind IN ('r', 'p', 'm', 'f') AND s.inherited = (c.relkind = 'p')
   AND s.schemaname NOT IN ('pg_catalog', 'information_schema') AND s.schemaname !~ '^pg_(toast|temp_)';
