-- What statistics.pg9-18.sql reads, for a role that may read pg_statistic itself: pg_stats checks a privilege on
-- every column of every relation first, which takes most of its time. Kinds 1, 2, 3 of a slot: most common values,
-- histogram, correlation (src/include/catalog/pg_statistic.h).
SELECT s.starelid AS attrelid, s.staattnum AS attnum, s.stanullfrac AS null_frac, s.stawidth AS avg_width,
       s.stadistinct AS n_distinct,
       CASE 3 WHEN s.stakind1 THEN s.stanumbers1[1] WHEN s.stakind2 THEN s.stanumbers2[1]
              WHEN s.stakind3 THEN s.stanumbers3[1] WHEN s.stakind4 THEN s.stanumbers4[1]
              WHEN s.stakind5 THEN s.stanumbers5[1] END AS correlation,
       CASE WHEN w.wanted THEN
            ARRAY(SELECT pg_catalog.left(u.value, 64)
                    FROM pg_catalog.unnest((v.mcv::pg_catalog.text::pg_catalog.text[])[1:100])
                         WITH ORDINALITY u (value, place)
                   ORDER BY u.place) END AS mcv,
       CASE WHEN w.wanted THEN v.mcv_freqs[1:100] END AS mcv_freqs,
       CASE WHEN w.wanted AND v.histogram IS NOT NULL THEN
            ARRAY(SELECT pg_catalog.left(u.value, 64)
                    FROM (SELECT v.histogram::pg_catalog.text::pg_catalog.text[] AS bounds OFFSET 0) h
                   CROSS JOIN LATERAL pg_catalog.unnest(h.bounds) WITH ORDINALITY u (value, place)
                   WHERE (u.place - 1) % GREATEST((pg_catalog.cardinality(h.bounds) - 1) / 100, 1) = 0
                      OR u.place = pg_catalog.cardinality(h.bounds)
                   ORDER BY u.place) END AS histogram
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_statistic s ON s.starelid = c.oid AND s.stainherit = (c.relkind = 'p')
  JOIN pg_catalog.pg_attribute a ON a.attrelid = s.starelid AND a.attnum = s.staattnum AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 CROSS JOIN LATERAL (SELECT $1::pg_catalog.bool
                        AND (t.typcategory = 'S'
                             OR COALESCE(NULLIF(t.typbasetype, 0), t.oid) IN (16, 20, 21, 23, 1700)) AS wanted) w
 CROSS JOIN LATERAL (SELECT CASE 1 WHEN s.stakind1 THEN s.stavalues1 WHEN s.stakind2 THEN s.stavalues2
                                   WHEN s.stakind3 THEN s.stavalues3 WHEN s.stakind4 THEN s.stavalues4
                                   WHEN s.stakind5 THEN s.stavalues5 END AS mcv,
                            CASE 1 WHEN s.stakind1 THEN s.stanumbers1 WHEN s.stakind2 THEN s.stanumbers2
                                   WHEN s.stakind3 THEN s.stanumbers3 WHEN s.stakind4 THEN s.stanumbers4
                                   WHEN s.stakind5 THEN s.stanumbers5 END AS mcv_freqs,
                            CASE 2 WHEN s.stakind1 THEN s.stavalues1 WHEN s.stakind2 THEN s.stavalues2
                                   WHEN s.stakind3 THEN s.stavalues3 WHEN s.stakind4 THEN s.stavalues4
                                   WHEN s.stakind5 THEN s.stavalues5 END AS histogram) v
 WHERE c.relkind IN ('r', 'p', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
