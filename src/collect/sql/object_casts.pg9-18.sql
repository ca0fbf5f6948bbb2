-- Casts of users, without those that came with a range type.
SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass::pg_catalog.oid AS classid, c.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 0) AS name,
       NULL::pg_catalog.name AS nspname, NULL::pg_catalog.name AS objname, NULL::pg_catalog.oid AS relation,
       NULL::pg_catalog.oid AS locked,
       'CREATE CAST (' || pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL)
       || ')' || CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure
                                   WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END
       || CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END AS definition,
       NULL::pg_catalog.text AS obstacle, NULL::pg_catalog.text AS owner, NULL::pg_catalog.text AS acl
  FROM pg_catalog.pg_cast c
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND e.objid = c.oid
                      AND e.deptype IN ('e', 'i'));
