-- Rules of users, but those that make a view a view. $1: relations that cannot be opened.
SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid AS classid, r.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 0) AS name,
       n.nspname, r.rulename AS objname, r.ev_class AS relation, b.locked,
       CASE WHEN b.locked IS NULL THEN
            pg_catalog.btrim(pg_catalog.pg_get_ruledef(r.oid), ' ;')
            || CASE WHEN r.ev_enabled <> 'O' THEN
                    ';' || pg_catalog.chr(10) || 'ALTER TABLE ' || pg_catalog.quote_ident(n.nspname) || '.'
                    || pg_catalog.quote_ident(c.relname)
                    || CASE r.ev_enabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END
                    || ' RULE ' || pg_catalog.quote_ident(r.rulename) ELSE '' END
            END AS definition,
       NULL::pg_catalog.text AS obstacle, NULL::pg_catalog.text AS owner, NULL::pg_catalog.text AS acl
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
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
              WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
              GROUP BY d.objid) b ON b.objid = r.oid
 WHERE r.oid >= 16384 AND r.rulename <> '_RETURN'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');
