-- Row security policies of users' tables. $1: relations that cannot be opened: no expression that reads one. polpermissive
-- came with 10.
SELECT p.oid, p.polrelid AS relation, p.polname,
       COALESCE(pg_catalog.to_jsonb(p) ->> 'polpermissive', 'true') = 'true' AS permissive, p.polcmd AS cmd,
       ARRAY(SELECT CASE WHEN r.oid = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(r.oid)::pg_catalog.text END
               FROM pg_catalog.unnest(p.polroles) r (oid)
              ORDER BY 1) AS roles,
       CASE WHEN b.locked IS NULL THEN pg_catalog.pg_get_expr(p.polqual, p.polrelid) END AS qual,
       CASE WHEN b.locked IS NULL THEN pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) END AS with_check
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN (SELECT d.objid, pg_catalog.min(held.locked) AS locked
               FROM pg_catalog.pg_depend d
               JOIN (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, l.oid, l.oid AS locked
                       FROM pg_catalog.unnest($1::pg_catalog.oid[]) l (oid)
                     UNION ALL
                     SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype, c.oid
                       FROM pg_catalog.pg_class c
                      WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.reltype <> 0) held
                 ON held.classid = d.refclassid AND held.oid = d.refobjid
              WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
              GROUP BY d.objid) b ON b.objid = p.oid
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY p.polrelid, p.polname;
