-- Names that a statement has not if planning it calls no function of the database's own (neither built in nor an
-- extension's), and asks no other server. kind f: such a function, or what reaches one while a statement is planned:
-- an operator, a type, a view, a table with a policy, rule, CHECK constraint, index, generated column, statistics
-- object or partition key that calls one, also by other views and tables. kind r: a foreign table, or what reads one.
-- on_writes: by the default of a column, which only INSERT, UPDATE and MERGE plan. is_called: a function that stands
-- nowhere but in a call; one of a single row may be written as its column. No name: it may be any statement (a cast
-- between built-in types). Triggers are not planned with the statement; foreign keys reach nothing.
WITH RECURSIVE own AS (
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AS class, p.oid, 'f' AS kind
      FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang
     WHERE p.oid >= 16384 AND l.lanname <> 'internal'
       AND p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype,
                                'pg_catalog.event_trigger'::pg_catalog.regtype)
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid
                          AND e.deptype = 'e')
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 'r'
      FROM pg_catalog.pg_class c
     WHERE c.relkind = 'f'
), edge AS (
    SELECT d.refclassid AS class, d.refobjid AS oid, d.classid AS to_class, d.objid AS to_oid, FALSE AS on_writes
      FROM pg_catalog.pg_depend d
     WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i')
       AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass,
                         'pg_catalog.pg_constraint'::pg_catalog.regclass, 'pg_catalog.pg_attrdef'::pg_catalog.regclass,
                         'pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass,
                         'pg_catalog.pg_operator'::pg_catalog.regclass, 'pg_catalog.pg_opclass'::pg_catalog.regclass,
                         'pg_catalog.pg_opfamily'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass,
                         'pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_cast'::pg_catalog.regclass,
                         3381 /* pg_statistic_ext, which 9.6 has not */)
       AND NOT (d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class,
           FALSE
      FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
     WHERE r.oid >= 16384 AND c.relkind <> 'm'
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, p.polrelid,
           FALSE
      FROM pg_catalog.pg_policy p
    UNION ALL
    SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid,
           CASE WHEN k.conrelid <> 0 THEN 'pg_catalog.pg_class'::pg_catalog.regclass
                ELSE 'pg_catalog.pg_type'::pg_catalog.regclass END,
           CASE WHEN k.conrelid <> 0 THEN k.conrelid ELSE k.contypid END, FALSE
      FROM pg_catalog.pg_constraint k
     WHERE k.oid >= 16384 AND k.contype NOT IN ('f', 't')
    UNION ALL
    SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, d.adrelid,
           COALESCE(pg_catalog.to_jsonb(a) ->> 'attgenerated', '') = ''
      FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, 'pg_catalog.pg_class'::pg_catalog.regclass,
           i.indrelid, FALSE
      FROM pg_catalog.pg_index i
     WHERE i.indexrelid >= 16384
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, h.inhrelid, 'pg_catalog.pg_class'::pg_catalog.regclass,
           h.inhparent, FALSE
      FROM pg_catalog.pg_inherits h
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype,
           FALSE
      FROM pg_catalog.pg_class c
     WHERE c.relkind = 'c'
    UNION ALL
    SELECT d.classid, d.objid, d.refclassid, d.refobjid, FALSE
      FROM pg_catalog.pg_depend d
     WHERE d.classid = 3381 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    UNION ALL
    SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, FALSE
      FROM pg_catalog.pg_cast c
      JOIN pg_catalog.pg_type t ON t.oid IN (c.castsource, c.casttarget)
     WHERE c.oid >= 16384 AND t.oid >= 16384
    UNION ALL
    SELECT 'pg_catalog.pg_amproc'::pg_catalog.regclass, p.oid, 'pg_catalog.pg_opfamily'::pg_catalog.regclass,
           p.amprocfamily, FALSE
      FROM pg_catalog.pg_amproc p
     WHERE p.oid >= 16384
    UNION ALL
    SELECT 'pg_catalog.pg_amop'::pg_catalog.regclass, o.oid, 'pg_catalog.pg_opfamily'::pg_catalog.regclass,
           o.amopfamily, FALSE
      FROM pg_catalog.pg_amop o
     WHERE o.oid >= 16384
    UNION ALL
    SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.opcfamily, 'pg_catalog.pg_opclass'::pg_catalog.regclass,
           o.oid, FALSE
      FROM pg_catalog.pg_opclass o
     WHERE o.oid >= 16384
    UNION ALL
    SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, o.opcintype,
           FALSE
      FROM pg_catalog.pg_opclass o
     WHERE o.oid >= 16384 AND o.opcintype >= 16384
), reached (class, oid, kind, on_writes) AS (
    SELECT o.class, o.oid, o.kind, FALSE FROM own o
    UNION
    SELECT e.to_class, e.to_oid, r.kind, r.on_writes OR e.on_writes
      FROM reached r
      JOIN edge e ON e.class = r.class AND e.oid = r.oid
)
SELECT DISTINCT n.name, r.kind, r.on_writes, n.is_called
  FROM reached r
 CROSS JOIN LATERAL (
       SELECT p.proname, NOT EXISTS (SELECT FROM pg_catalog.pg_type t
                                      WHERE p.pronargs = 1 AND t.oid = p.proargtypes[0] AND t.typtype = 'c')
         FROM pg_catalog.pg_proc p
        WHERE p.oid = r.oid AND r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
       UNION ALL
       SELECT c.relname, FALSE FROM pg_catalog.pg_class c
        WHERE c.oid = r.oid AND r.class = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND c.relkind IN ('r', 'p', 'v', 'f')
       UNION ALL
       SELECT t.typname, FALSE FROM pg_catalog.pg_type t
        WHERE t.oid = r.oid AND r.class = 'pg_catalog.pg_type'::pg_catalog.regclass
       UNION ALL
       SELECT o.oprname, FALSE FROM pg_catalog.pg_operator o
        WHERE o.oid = r.oid AND r.class = 'pg_catalog.pg_operator'::pg_catalog.regclass
       UNION ALL
       SELECT NULL, FALSE FROM pg_catalog.pg_cast c
        WHERE c.oid = r.oid AND r.class = 'pg_catalog.pg_cast'::pg_catalog.regclass
          AND c.castsource < 16384 AND c.casttarget < 16384
       UNION ALL
       SELECT NULL, FALSE FROM pg_catalog.pg_opclass o
        WHERE o.oid = r.oid AND r.class = 'pg_catalog.pg_opclass'::pg_catalog.regclass
          AND o.opcdefault AND o.opcintype < 16384) n (name, is_called);
