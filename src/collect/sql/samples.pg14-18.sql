-- Tables with columns whose statistics do not tell what GIN and GiST make of a value: documents, arrays, ranges, shapes,
-- addresses, texts. reason: why no rows are read, as for the ends of B-trees (extremes), and for the same causes.
-- is_rich: has such columns besides texts. $1: tables; $2: relations that are locked.
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
SELECT c.oid, n.nspname, c.relname, x.is_rich,
       CASE WHEN o.relation IS NOT NULL THEN 'function'
            WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                 OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN 'select'
            WHEN pg_catalog.row_security_active(c.oid) THEN 'row security' END AS reason
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_class c ON c.oid = u.oid AND c.relkind IN ('r', 'm')
   AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN (SELECT a.attrelid, pg_catalog.bool_or(t.typcategory <> 'S') AS is_rich
          FROM pg_catalog.unnest($1::pg_catalog.oid[]) v (oid)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
          JOIN pg_catalog.pg_type t ON t.oid = CASE d.typtype WHEN 'd' THEN d.typbasetype ELSE d.oid END
         WHERE t.typcategory IN ('A', 'R', 'G', 'I', 'S') OR t.typname IN ('json', 'jsonb', 'tsvector', 'hstore')
         GROUP BY a.attrelid) x ON x.attrelid = c.oid
  LEFT JOIN obstacle o ON o.relation = c.oid
  LEFT JOIN pg_catalog.unnest($2::pg_catalog.oid[]) l (oid) ON l.oid = c.oid
 WHERE l.oid IS NULL
 ORDER BY n.nspname, c.relname;
