-- members: the names of what each extension brings, with columns and arguments: nothing that a user named.
WITH member AS (
    SELECT d.refobjid AS extension, d.classid, d.objid
      FROM pg_catalog.pg_depend d
     WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
), named AS (
    SELECT m.extension, p.proname AS name
      FROM member m JOIN pg_catalog.pg_proc p ON p.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    UNION
    SELECT m.extension, a.name::pg_catalog.name
      FROM member m JOIN pg_catalog.pg_proc p ON p.oid = m.objid
     CROSS JOIN LATERAL pg_catalog.unnest(p.proargnames) a (name)
     WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    UNION
    SELECT m.extension, t.typname
      FROM member m JOIN pg_catalog.pg_type t ON t.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
    UNION
    SELECT m.extension, a.attname
      FROM member m JOIN pg_catalog.pg_type t ON t.oid = m.objid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.typrelid <> 0
    UNION
    SELECT m.extension, c.relname
      FROM member m JOIN pg_catalog.pg_class c ON c.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    UNION
    SELECT m.extension, a.attname
      FROM member m
      JOIN pg_catalog.pg_attribute a ON a.attrelid = m.objid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    UNION
    SELECT m.extension, n.nspname
      FROM member m JOIN pg_catalog.pg_namespace n ON n.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
    UNION
    SELECT m.extension, o.opcname
      FROM member m JOIN pg_catalog.pg_opclass o ON o.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
    UNION
    SELECT m.extension, o.opfname
      FROM member m JOIN pg_catalog.pg_opfamily o ON o.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
    UNION
    SELECT m.extension, a.amname
      FROM member m JOIN pg_catalog.pg_am a ON a.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_am'::pg_catalog.regclass
    UNION
    SELECT m.extension, l.lanname
      FROM member m JOIN pg_catalog.pg_language l ON l.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_language'::pg_catalog.regclass
    UNION
    SELECT m.extension, f.fdwname
      FROM member m JOIN pg_catalog.pg_foreign_data_wrapper f ON f.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
    UNION
    SELECT m.extension, t.dictname
      FROM member m JOIN pg_catalog.pg_ts_dict t ON t.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
    UNION
    SELECT m.extension, t.tmplname
      FROM member m JOIN pg_catalog.pg_ts_template t ON t.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass
    UNION
    SELECT m.extension, t.cfgname
      FROM member m JOIN pg_catalog.pg_ts_config t ON t.oid = m.objid
     WHERE m.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass
), gathered AS (
    SELECT n.extension, pg_catalog.array_agg(n.name::pg_catalog.text ORDER BY n.name::pg_catalog.text COLLATE "C")
               AS members
      FROM named n
     WHERE n.name <> ''
     GROUP BY n.extension
)
SELECT e.extname, e.extversion, n.nspname, e.extrelocatable AS relocatable, g.members
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  LEFT JOIN gathered g ON g.extension = e.oid;
