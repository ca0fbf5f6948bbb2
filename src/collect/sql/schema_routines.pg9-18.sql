-- Routines of users, with the text of those whose language we know, without the constructors of range types. prokind came
-- with 11, SQL-standard bodies (which leave no prosrc) with 14.
SELECT p.oid, n.nspname, p.proname,
       pg_catalog.pg_get_function_identity_arguments(p.oid) COLLATE "C" AS arguments,
       l.lanname AS language,
       COALESCE(j.columns ->> 'prokind',
                CASE WHEN j.columns ->> 'proisagg' = 'true' THEN 'a'
                     WHEN j.columns ->> 'proiswindow' = 'true' THEN 'w' ELSE 'f' END) AS prokind,
       p.prosecdef, p.provolatile, l.lanname = 'sql' AND p.prosrc = '' AS has_sql_body, p.proconfig AS config,
       CASE WHEN l.lanname IN ('sql', 'plpgsql') AND p.prosrc <> '' THEN p.prosrc END AS source,
       o.rolname AS owner, o.rolsuper AS owner_is_superuser, p.proacl AS acl,
       pg_catalog.format_type(p.prorettype, NULL) AS result
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_catalog.pg_roles o ON o.oid = p.proowner
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(p) AS columns OFFSET 0) j
 WHERE p.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid
                      AND e.deptype IN ('e', 'i'))
 ORDER BY n.nspname, p.proname, arguments;
