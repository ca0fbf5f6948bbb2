-- Operator families and classes of users. What is in a family without being in one of its classes is added to the
-- family by statements of its own, with the family's definition.
WITH member AS (
    SELECT d.refclassid, d.refobjid, 1 AS kind, o.amopstrategy AS number, o.amoplefttype AS lefttype,
           o.amoprighttype AS righttype,
           'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::pg_catalog.regoperator
           || CASE WHEN o.amoppurpose = 'o' THEN ' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.'
                                                  || pg_catalog.quote_ident(sf.opfname) ELSE '' END AS item
      FROM pg_catalog.pg_amop o
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.objid = o.oid
      LEFT JOIN pg_catalog.pg_opfamily sf ON sf.oid = o.amopsortfamily
      LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
     WHERE o.oid >= 16384 AND d.deptype IN ('a', 'i')
       AND d.refclassid IN ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_opfamily'::pg_catalog.regclass)
    UNION ALL
    SELECT d.refclassid, d.refobjid, 2, p.amprocnum, p.amproclefttype, p.amprocrighttype,
           'FUNCTION ' || p.amprocnum || ' (' || pg_catalog.format_type(p.amproclefttype, NULL) || ', '
           || pg_catalog.format_type(p.amprocrighttype, NULL) || ') '
           || p.amproc::pg_catalog.oid::pg_catalog.regprocedure
      FROM pg_catalog.pg_amproc p
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.objid = p.oid
     WHERE p.oid >= 16384 AND d.deptype IN ('a', 'i')
       AND d.refclassid IN ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_opfamily'::pg_catalog.regclass)
), members AS (
    SELECT m.refclassid, m.refobjid,
           pg_catalog.string_agg(m.item, ', ' ORDER BY m.kind, m.number, m.lefttype, m.righttype) AS items
      FROM member m
     GROUP BY m.refclassid, m.refobjid
)
SELECT f.classid, f.oid, pg_catalog.pg_describe_object(f.classid, f.oid, 0) AS name, f.nspname, f.objname,
       NULL::pg_catalog.oid AS relation, NULL::pg_catalog.oid AS locked, f.definition,
       NULL::pg_catalog.text AS obstacle, pg_catalog.pg_get_userbyid(f.owner) AS owner, NULL::pg_catalog.text AS acl
  FROM (SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass::pg_catalog.oid AS classid, f.oid, n.nspname,
               f.opfname AS objname, f.opfowner AS owner,
               'CREATE OPERATOR FAMILY ' || q.name
               || COALESCE(';' || pg_catalog.chr(10) || 'ALTER OPERATOR FAMILY ' || q.name || ' ADD ' || m.items, '')
                   AS definition
          FROM pg_catalog.pg_opfamily f
          JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
          JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
         CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname)
                                    || ' USING ' || pg_catalog.quote_ident(am.amname) AS name) q
          LEFT JOIN members m
                 ON m.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass AND m.refobjid = f.oid
        UNION ALL
        SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, c.oid, n.nspname, c.opcname, c.opcowner,
               'CREATE OPERATOR CLASS ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.opcname)
               || CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END || ' FOR TYPE '
               || pg_catalog.format_type(c.opcintype, NULL) || ' USING ' || pg_catalog.quote_ident(am.amname)
               || ' FAMILY ' || pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.opfname) || ' AS '
               || CASE WHEN c.opckeytype <> 0 OR m.items IS NULL
                       THEN 'STORAGE ' || pg_catalog.format_type(
                                COALESCE(NULLIF(c.opckeytype, 0::pg_catalog.oid), c.opcintype), NULL)
                            || CASE WHEN m.items IS NULL THEN '' ELSE ', ' END
                       ELSE '' END
               || COALESCE(m.items, '')
          FROM pg_catalog.pg_opclass c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
          JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod
          JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily
          JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
          LEFT JOIN members m
                 ON m.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND m.refobjid = c.oid) f
 WHERE f.oid >= 16384
   AND f.nspname NOT IN ('pg_catalog', 'information_schema') AND f.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = f.classid AND e.objid = f.oid AND e.deptype = 'e');
