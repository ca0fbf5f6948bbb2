-- Functions, procedures and window functions of users, without the constructors that belong to a range type. $1:
-- relations that cannot be opened; locked: one of them that a body of parsed SQL (which leaves no prosrc) or a default
-- names.
SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AS classid, p.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0) AS name,
       n.nspname, p.proname AS objname, NULL::pg_catalog.oid AS relation, b.locked,
       CASE WHEN b.locked IS NULL AND l.lanname IN ('sql', 'plpgsql')
            THEN pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), ' ' || pg_catalog.chr(10)) END AS definition,
       CASE WHEN l.lanname NOT IN ('sql', 'plpgsql')
            THEN 'it is written in ' || l.lanname || ', which a clone does not execute' END AS obstacle,
       pg_catalog.pg_get_userbyid(p.proowner) AS owner, p.proacl AS acl
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  LEFT JOIN (SELECT d.objid, pg_catalog.min(held.locked) AS locked
               FROM pg_catalog.pg_depend d
               JOIN (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, l.oid, l.oid AS locked
                       FROM pg_catalog.unnest($1::pg_catalog.oid[]) l (oid)
                     UNION ALL
                     SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype, c.oid
                       FROM pg_catalog.pg_class c
                      WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.reltype <> 0) held
                 ON held.classid = d.refclassid AND held.oid = d.refobjid
              WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
              GROUP BY d.objid) b ON b.objid = p.oid AND (p.prosrc = '' OR p.proargdefaults IS NOT NULL)
 WHERE p.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid
                      AND e.deptype IN ('e', 'i'));
