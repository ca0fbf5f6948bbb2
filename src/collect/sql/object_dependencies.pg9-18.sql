-- What depends on what, among objects that are not built in, as pg_depend has it. Left out: what is part of a type; that
-- a sequence goes with its column; that a range type has a canonical function, which has the type as argument.
SELECT d.classid, d.objid, d.refclassid, d.refobjid
  FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_class s
         ON s.oid = d.objid AND s.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_catalog.pg_range r
         ON r.rngtypid = d.objid AND r.rngcanonical::pg_catalog.oid = d.refobjid
        AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
 WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype NOT IN ('e', 'x', 'p')
   AND NOT (d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i')
   AND s.oid IS NULL AND r.rngtypid IS NULL;
