-- B-trees whose ends the planner may look up, and how to: the key as text, its operators, collation, order. reason: why
-- the ends are not read. A domain is read as its base type, which has the operators.
-- A user's functions in any index of the table or its statistics are an obstacle: the planner executes
-- immutable ones on constants. A superuser's own, or our role's, gain nothing by that. 16384: below are PostgreSQL's.
-- by_type: a composite type, on which the operator's name may be ambiguous when somebody has made casts of it, but which
-- has no order but that of all of them. indoption: 1 DESC, 2 NULLS FIRST. $1: tables; $2: relations that are locked.
WITH used AS (
    SELECT i.indrelid AS relation, d.refclassid, d.refobjid
      FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
      JOIN pg_catalog.pg_index i ON i.indrelid = u.oid
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
     UNION ALL
    SELECT s.stxrelid, d.refclassid, d.refobjid
      FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
      JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = u.oid
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND d.objid = s.oid
), obstacle AS (
    SELECT DISTINCT x.relation
      FROM used x
      LEFT JOIN pg_catalog.pg_depend e ON e.classid = x.refclassid AND e.objid = x.refobjid AND e.deptype = 'e'
      LEFT JOIN pg_catalog.pg_type t
        ON x.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = x.refobjid
      LEFT JOIN pg_catalog.pg_proc p
        ON x.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = x.refobjid
      LEFT JOIN pg_catalog.pg_operator op
        ON x.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND op.oid = x.refobjid
      LEFT JOIN pg_catalog.pg_proc code ON code.oid = op.oprcode
      LEFT JOIN pg_catalog.pg_opclass oc
        ON x.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND oc.oid = x.refobjid
      LEFT JOIN pg_catalog.pg_opfamily f
        ON x.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass AND f.oid = x.refobjid
      LEFT JOIN pg_catalog.pg_roles r
        ON r.oid = COALESCE(t.typowner, p.proowner, code.proowner, oc.opcowner, f.opfowner)
     WHERE x.refobjid >= 16384 AND e.objid IS NULL AND NOT COALESCE(r.rolsuper OR r.rolname = CURRENT_USER, FALSE)
       AND (x.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_opfamily'::pg_catalog.regclass)
            OR t.typtype = 'd'))
SELECT i.indexrelid, i.indrelid, n.nspname, c.relname, ic.relname AS indexname,
       CASE WHEN b.typtype = 'd' THEN '(' || pg_catalog.pg_get_indexdef(i.indexrelid, 1, FALSE) || ')::'
            || pg_catalog.format_type(b.typbasetype, b.typtypmod) ELSE pg_catalog.pg_get_indexdef(i.indexrelid, 1, FALSE) END AS key, opc.opcfamily, i.indcollation[0] AS collation,
       CASE WHEN i.indcollation[0] <> 0 AND i.indcollation[0] IS DISTINCT FROM a.attcollation THEN cn.nspname END AS collnspname,
       co.collname, i.indoption[0] AS option,
       opc.opcintype = 'pg_catalog.record'::pg_catalog.regtype AND opc.opcdefault
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute ia
                         JOIN pg_catalog.pg_opclass own ON own.opcmethod = ic.relam AND own.opcintype = ia.atttypid
                        WHERE ia.attrelid = i.indexrelid AND ia.attnum = 1) AS by_type,
       ln.nspname AS less_nspname, lo.oprname AS less, gn.nspname AS greater_nspname, go.oprname AS greater,
       CASE WHEN o.relation IS NOT NULL THEN 'function'
            WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                 OR NOT CASE i.indkey[0] WHEN 0 THEN pg_catalog.has_table_privilege(c.oid, 'SELECT')
                        ELSE pg_catalog.has_column_privilege(c.oid, i.indkey[0], 'SELECT') END THEN 'select'
            WHEN pg_catalog.row_security_active(c.oid) THEN 'row security' END AS reason
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_index i ON i.indrelid = u.oid
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'm')
   AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid AND ic.relkind = 'i'
  JOIN pg_catalog.pg_am am ON am.oid = ic.relam AND am.amname = 'btree'
  JOIN pg_catalog.pg_opclass opc ON opc.oid = i.indclass[0]
  JOIN pg_catalog.pg_amop la ON la.amopfamily = opc.opcfamily AND la.amopstrategy = 1
   AND la.amoplefttype = opc.opcintype AND la.amoprighttype = opc.opcintype
  JOIN pg_catalog.pg_operator lo ON lo.oid = la.amopopr
  JOIN pg_catalog.pg_namespace ln ON ln.oid = lo.oprnamespace
  JOIN pg_catalog.pg_amop ga ON ga.amopfamily = opc.opcfamily AND ga.amopstrategy = 5
   AND ga.amoplefttype = opc.opcintype AND ga.amoprighttype = opc.opcintype
  JOIN pg_catalog.pg_operator go ON go.oid = ga.amopopr
  JOIN pg_catalog.pg_namespace gn ON gn.oid = go.oprnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = NULLIF(i.indkey[0], 0)
  LEFT JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_collation co ON co.oid = i.indcollation[0]
  LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
  LEFT JOIN obstacle o ON o.relation = i.indrelid
  LEFT JOIN pg_catalog.unnest($2::pg_catalog.oid[]) l (oid) ON l.oid = i.indexrelid
  LEFT JOIN pg_catalog.unnest($2::pg_catalog.oid[]) lt (oid) ON lt.oid = i.indrelid
 WHERE i.indisvalid AND i.indisready AND i.indislive AND i.indpred IS NULL
   AND l.oid IS NULL AND lt.oid IS NULL
 ORDER BY n.nspname, c.relname, ic.relname;
