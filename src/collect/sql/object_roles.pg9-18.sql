-- Roles but the predefined ones, which may be among the roles that one is a member of.
SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolbypassrls, r.rolcanlogin,
       ARRAY(SELECT g.rolname::pg_catalog.text
               FROM pg_catalog.pg_auth_members m
               JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
              WHERE m.member = r.oid
              GROUP BY 1) AS member_of,
       r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolconnlimit,
       COALESCE(r.rolvaliduntil < 'infinity', FALSE) AS has_validity
  FROM pg_catalog.pg_roles r
 WHERE r.rolname !~ '^pg_';
