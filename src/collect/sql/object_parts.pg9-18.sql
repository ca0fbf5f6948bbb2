-- What counts as part of something else: constraints and indexes of their relation, a view's rule of the view, arrays,
-- multiranges and row types of what they were made with, members of operator classes. late: is made when all tables and
-- functions are there.
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, i.indexrelid AS objid,
       'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS refclassid, i.indrelid AS refobjid, TRUE AS late
  FROM pg_catalog.pg_index i
 WHERE i.indexrelid >= 16384
UNION ALL
SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid, 'pg_catalog.pg_class'::pg_catalog.regclass,
       con.conrelid, TRUE
  FROM pg_catalog.pg_constraint con
 WHERE con.oid >= 16384 AND con.conrelid <> 0
UNION ALL
SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid, 'pg_catalog.pg_type'::pg_catalog.regclass,
       con.contypid, FALSE
  FROM pg_catalog.pg_constraint con
 WHERE con.oid >= 16384 AND con.contypid <> 0
UNION ALL
SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class,
       FALSE
  FROM pg_catalog.pg_rewrite r
 WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
UNION ALL
SELECT d.classid, d.objid, d.refclassid, d.refobjid, FALSE
  FROM pg_catalog.pg_depend d
 WHERE d.objid >= 16384 AND d.objsubid = 0 AND d.refobjsubid = 0
   AND (d.deptype = 'i' AND d.classid IN ('pg_catalog.pg_class'::pg_catalog.regclass,
                                          'pg_catalog.pg_type'::pg_catalog.regclass,
                                          'pg_catalog.pg_proc'::pg_catalog.regclass)
        AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass)
        OR d.deptype IN ('a', 'i') AND d.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass,
                                                     'pg_catalog.pg_amproc'::pg_catalog.regclass)
           AND d.refclassid IN ('pg_catalog.pg_opclass'::pg_catalog.regclass,
                                'pg_catalog.pg_opfamily'::pg_catalog.regclass));
