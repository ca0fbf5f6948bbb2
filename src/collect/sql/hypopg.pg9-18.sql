-- The extension HypoPG of this database; none: it has not got it. may_be_used: by this role. hides: hypopg_hide_index()
-- is there. Executed with the role's search_path: every operator is written with its schema.
SELECT pg_catalog.quote_ident(n.nspname) AS schema, e.extversion AS version,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS may_be_used,
       EXISTS (SELECT FROM pg_catalog.pg_proc p
                WHERE p.pronamespace OPERATOR(pg_catalog.=) e.extnamespace
                  AND p.proname OPERATOR(pg_catalog.=) 'hypopg_hide_index') AS hides
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
 WHERE e.extname OPERATOR(pg_catalog.=) 'hypopg';
