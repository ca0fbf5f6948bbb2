-- One row for each column (attnum 0: the relation itself) whose type cannot be changed, or that cannot get company,
-- because of another object: the first such object by name, behind a letter for its kind. u: a view, policy, trigger or
-- function uses it (pg_depend); r: a column has the relation's row type; t: it is a table of that type; i: it is
-- inherited from that table.
SELECT u.relid, u.attnum, pg_catalog.min(u.dependent COLLATE "C") AS dependent
  FROM (SELECT d.refobjid AS relid, d.refobjsubid AS attnum,
               CASE WHEN r.oid IS NOT NULL
                    THEN 'u view ' || pg_catalog.quote_ident(vn.nspname) || '.' || pg_catalog.quote_ident(v.relname)
                    ELSE 'u ' || pg_catalog.pg_describe_object(d.classid, d.objid, 0) END AS dependent
          FROM (SELECT DISTINCT classid, objid, refobjid, refobjsubid
                  FROM pg_catalog.pg_depend
                 WHERE refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND refobjid >= 16384
                       AND refobjsubid > 0
                       AND classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass,
                                       'pg_catalog.pg_policy'::pg_catalog.regclass,
                                       'pg_catalog.pg_trigger'::pg_catalog.regclass,
                                       'pg_catalog.pg_proc'::pg_catalog.regclass)) d
               LEFT JOIN pg_catalog.pg_rewrite r
                 ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
               LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
               LEFT JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
         WHERE r.ev_class IS NULL OR r.ev_class <> d.refobjid
        UNION ALL
        SELECT t.oid, 0, 'r column ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
                         || '.' || pg_catalog.quote_ident(a.attname)
          FROM pg_catalog.pg_class t
               JOIN pg_catalog.pg_attribute a ON a.atttypid = t.reltype AND NOT a.attisdropped AND a.attnum > 0
               JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE t.relkind IN ('r', 'p') AND t.oid >= 16384 AND t.reltype <> 0
        UNION ALL
        SELECT c.oid, 0, 't ' || pg_catalog.format_type(c.reloftype, NULL)
          FROM pg_catalog.pg_class c
         WHERE c.reloftype <> 0
        UNION ALL
        SELECT a.attrelid, a.attnum, 'i ' || pg_catalog.quote_ident(n.nspname) || '.'
                                     || pg_catalog.quote_ident(p.relname)
          FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'f')
               JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.attrelid
               JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'r'
               JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
         WHERE a.attinhcount > 0 AND a.attnum > 0 AND NOT a.attisdropped) u
 GROUP BY u.relid, u.attnum;
