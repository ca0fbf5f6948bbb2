-- Schemas of users, and whether everybody may create in them.
SELECT n.nspname, pg_catalog.pg_get_userbyid(n.nspowner) AS owner, n.nspacl AS acl,
       EXISTS (SELECT FROM pg_catalog.aclexplode(n.nspacl) a
                WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS public_creates
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND e.objid = n.oid AND e.deptype = 'e')
 ORDER BY n.nspname;
