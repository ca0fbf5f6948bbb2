-- Operators of users.
SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid AS classid, o.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, 0) AS name,
       n.nspname, o.oprname AS objname, NULL::pg_catalog.oid AS relation, NULL::pg_catalog.oid AS locked,
       'CREATE OPERATOR ' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ' (PROCEDURE = ' || o.oprcode
       || CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || pg_catalog.format_type(o.oprleft, NULL) ELSE '' END
       || CASE WHEN o.oprright <> 0 THEN ', RIGHTARG = ' || pg_catalog.format_type(o.oprright, NULL) ELSE '' END
       || COALESCE((SELECT ', COMMUTATOR = OPERATOR(' || pg_catalog.quote_ident(rn.nspname) || '.' || r.oprname || ')'
                      FROM pg_catalog.pg_operator r
                      JOIN pg_catalog.pg_namespace rn ON rn.oid = r.oprnamespace
                     WHERE r.oid = o.oprcom), '')
       || COALESCE((SELECT ', NEGATOR = OPERATOR(' || pg_catalog.quote_ident(rn.nspname) || '.' || r.oprname || ')'
                      FROM pg_catalog.pg_operator r
                      JOIN pg_catalog.pg_namespace rn ON rn.oid = r.oprnamespace
                     WHERE r.oid = o.oprnegate), '')
       || CASE WHEN o.oprrest::pg_catalog.oid <> 0 THEN ', RESTRICT = ' || o.oprrest ELSE '' END
       || CASE WHEN o.oprjoin::pg_catalog.oid <> 0 THEN ', JOIN = ' || o.oprjoin ELSE '' END
       || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END
       || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')' AS definition,
       CASE WHEN o.oprcode::pg_catalog.oid = 0 THEN 'it is only a shell' END AS obstacle,
       pg_catalog.pg_get_userbyid(o.oprowner) AS owner, NULL::pg_catalog.text AS acl
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND e.objid = o.oid
                      AND e.deptype = 'e');
