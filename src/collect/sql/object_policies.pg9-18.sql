-- Row security policies on users' tables. $1: relations that cannot be opened; locked: one of them that the policy
-- reads or is on. polpermissive came with 10.
SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass::pg_catalog.oid AS classid, p.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 0) AS name,
       n.nspname, p.polname AS objname, p.polrelid AS relation, b.locked,
       CASE WHEN b.locked IS NULL THEN
            'CREATE POLICY ' || pg_catalog.quote_ident(p.polname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.'
            || pg_catalog.quote_ident(c.relname)
            || CASE WHEN pg_catalog.to_jsonb(p) ->> 'polpermissive' = 'false' THEN ' AS RESTRICTIVE' ELSE '' END
            || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                             WHEN 'd' THEN ' FOR DELETE' ELSE '' END
            || ' TO ' || (SELECT pg_catalog.string_agg(
                                 CASE WHEN r.oid = 0 THEN 'PUBLIC'
                                      ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.oid)) END, ', '
                                 ORDER BY pg_catalog.pg_get_userbyid(r.oid))
                            FROM pg_catalog.unnest(p.polroles) r (oid))
            || COALESCE(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
            || COALESCE(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
            END AS definition,
       NULL::pg_catalog.text AS obstacle, NULL::pg_catalog.text AS owner, NULL::pg_catalog.text AS acl
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
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');
