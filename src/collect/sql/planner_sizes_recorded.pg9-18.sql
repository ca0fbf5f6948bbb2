-- planner_sizes for a role that may not execute pg_relation_size(): what pg_class says. Columns of 18 are read as JSON.
-- $1: tables; $2 is not used.
SELECT c.oid, w.relation, c.relkind, n.nspname, c.relname, am.amname,
       NULL::pg_catalog.int8 AS pages,
       c.relpages, c.reltuples::pg_catalog.text AS reltuples, c.relallvisible, COALESCE(pg_catalog.to_jsonb(c) ->> 'relallfrozen', '0') AS relallfrozen,
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
 WHERE $2::pg_catalog.oid[] IS NOT NULL
 ORDER BY w.relation, c.oid;
