-- Collations in use by columns or indexes whose library sorts by another version than when they were made. The first
-- indexes of each by name.
SELECT n.nspname, l.collname, l.collversion, l.actual_version,
       (SELECT pg_catalog.string_agg(i.name, ', ' ORDER BY i.name COLLATE "C")
          FROM (SELECT i.name FROM pg_catalog.unnest(u.indexes) i (name) ORDER BY i.name COLLATE "C" LIMIT 50) i) AS indexes,
       u.n_indexes
  FROM (SELECT a.attcollation, pg_catalog.count(DISTINCT c.oid) FILTER (WHERE c.relkind = 'i') AS n_indexes,
               pg_catalog.array_agg(DISTINCT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname))
                   FILTER (WHERE c.relkind = 'i') AS indexes
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE a.attrelid >= 16384 AND a.attcollation NOT IN (0, 100, 950, 951) AND NOT a.attisdropped
           AND c.relkind IN ('r', 'p', 'm', 'i') AND n.nspname !~ '^pg_(toast|temp_)'
         GROUP BY a.attcollation) u
 CROSS JOIN LATERAL (SELECT o.collnamespace, o.collname, o.collversion,
                            pg_catalog.pg_collation_actual_version(o.oid) AS actual_version
                       FROM pg_catalog.pg_collation o
                      WHERE o.oid = u.attcollation AND o.collversion IS NOT NULL) l
  JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
 WHERE l.collversion <> l.actual_version
 ORDER BY n.nspname, l.collname;
