-- Extended statistics objects on users' tables. $1: relations that cannot be opened. stxstattarget came with 13; the
-- default is -1, since 17 NULL.
SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::pg_catalog.oid AS classid, s.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 0) AS name,
       n.nspname, s.stxname AS objname, s.stxrelid AS relation, b.locked,
       CASE WHEN b.locked IS NULL THEN
            pg_catalog.pg_get_statisticsobjdef(s.oid)
            || CASE WHEN (pg_catalog.to_jsonb(s) ->> 'stxstattarget')::pg_catalog.int4 >= 0
                    THEN ';' || pg_catalog.chr(10) || 'ALTER STATISTICS ' || pg_catalog.quote_ident(n.nspname) || '.'
                         || pg_catalog.quote_ident(s.stxname) || ' SET STATISTICS '
                         || (pg_catalog.to_jsonb(s) ->> 'stxstattarget') ELSE '' END
            END AS definition,
       NULL::pg_catalog.text AS obstacle, pg_catalog.pg_get_userbyid(s.stxowner) AS owner, NULL::pg_catalog.text AS acl
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  LEFT JOIN (SELECT DISTINCT l.oid AS locked FROM pg_catalog.unnest($1::pg_catalog.oid[]) l (oid)) b
         ON b.locked = s.stxrelid
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.deptype = 'e'
                      AND (e.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND e.objid = s.oid
                           OR e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = s.stxrelid));
