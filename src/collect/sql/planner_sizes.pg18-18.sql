-- Tables and their indexes: blocks of the main fork now, and what pg_class says. pages: NULL of what has no storage of
-- its own or is locked. $1: tables; $2: relations that are locked.
SELECT c.oid, w.relation, c.relkind, n.nspname, c.relname, am.amname,
       CASE WHEN c.relkind IN ('r', 'm', 'i') AND l.oid IS NULL AND lt.oid IS NULL THEN
            pg_catalog.pg_relation_size(c.oid, 'main')
            / pg_catalog.current_setting('block_size')::pg_catalog.int8 END AS pages,
       c.relpages, c.reltuples::pg_catalog.text AS reltuples, c.relallvisible, c.relallfrozen AS relallfrozen,
       w.has_expressions
  FROM (SELECT u.oid AS relation, u.oid, FALSE AS has_expressions
          FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
         UNION ALL
        SELECT i.indrelid, i.indexrelid, i.indexprs IS NOT NULL
          FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
          JOIN pg_catalog.pg_index i ON i.indrelid = u.oid) w
  JOIN pg_catalog.pg_class c ON c.oid = w.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam AND c.relkind = 'i'
  LEFT JOIN pg_catalog.unnest($2::pg_catalog.oid[]) l (oid) ON l.oid = w.oid
  LEFT JOIN pg_catalog.unnest($2::pg_catalog.oid[]) lt (oid) ON lt.oid = w.relation
 ORDER BY w.relation, c.oid;
