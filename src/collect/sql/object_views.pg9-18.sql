-- Views and materialized views of users, with their columns' defaults. $1: relations that cannot be opened; locked: one
-- of them that the view reads, then there is no definition.
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, c.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0) AS name,
       n.nspname, c.relname AS objname, NULL::pg_catalog.oid AS relation, b.locked,
       CASE WHEN b.locked IS NULL THEN
            'CREATE ' || CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END || 'VIEW ' || q.name
            || COALESCE(' USING ' || pg_catalog.quote_ident(am.amname), '')
            || COALESCE(' WITH (' || (SELECT pg_catalog.string_agg(
                                             pg_catalog.quote_ident(pg_catalog.split_part(o, '=', 1)) || '='
                                             || pg_catalog.quote_literal(pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1)),
                                             ', ')
                                        FROM pg_catalog.unnest(c.reloptions) o) || ')', '')
            || CASE c.relkind WHEN 'm' THEN COALESCE(' TABLESPACE ' || pg_catalog.quote_ident(s.spcname), '') ELSE '' END
            || ' AS ' || pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid), ' ;')
            || CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END
            || COALESCE((SELECT pg_catalog.string_agg(';' || pg_catalog.chr(10) || 'ALTER VIEW ' || q.name || ' ALTER COLUMN '
                                    || pg_catalog.quote_ident(a.attname) || ' SET DEFAULT '
                                    || pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), '' ORDER BY a.attnum)
                           FROM pg_catalog.pg_attrdef ad
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
                          WHERE ad.adrelid = c.oid), '')
            END AS definition,
       NULL::pg_catalog.text AS obstacle, pg_catalog.pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) q
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam AND am.amname <> 'heap'
  LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN (SELECT r.ev_class, pg_catalog.min(held.locked) AS locked
               FROM pg_catalog.pg_depend d
               JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
               JOIN (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, l.oid, l.oid AS locked
                       FROM pg_catalog.unnest($1::pg_catalog.oid[]) l (oid)
                     UNION ALL
                     SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype, c.oid
                       FROM pg_catalog.pg_class c
                      WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.reltype <> 0) held
                 ON held.classid = d.refclassid AND held.oid = d.refobjid
              WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
              GROUP BY r.ev_class) b ON b.ev_class = c.oid
 WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');
