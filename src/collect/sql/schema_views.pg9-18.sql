-- Views and materialized views of users, and the relations of users that each names.
SELECT c.oid, n.nspname, c.relname, o.rolname AS owner,
       COALESCE(o.rolsuper OR o.rolbypassrls, FALSE) AS owner_bypasses_rls,
       EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) v
                WHERE v.option_name = 'security_invoker'
                  AND pg_catalog.lower(v.option_value) IN ('true', 'on', 'yes', '1', 't', 'y')) AS security_invoker,
       c.relkind = 'm' AS is_materialized, c.relispopulated AS is_populated, d.reads
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
  LEFT JOIN (SELECT r.ev_class, pg_catalog.array_agg(DISTINCT d.refobjid ORDER BY d.refobjid) AS reads
               FROM pg_catalog.pg_rewrite r
               JOIN pg_catalog.pg_depend d
                 ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
              WHERE r.rulename = '_RETURN' AND r.oid >= 16384 AND d.refobjid >= 16384
              GROUP BY r.ev_class) d ON d.ev_class = c.oid
 WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname;
