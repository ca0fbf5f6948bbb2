-- Facts of objects that no other query reads: comparisons want them. No relation is opened, so no lock is waited for.
-- "relation" is the one that the fact is a part of.
WITH commented AS (
    SELECT d.classoid, d.objoid, d.description, i.type, i.identity
      FROM pg_catalog.pg_description d
     CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
     WHERE d.objoid >= 16384 AND d.classoid <> 'pg_catalog.pg_extension'::pg_catalog.regclass AND i.identity IS NOT NULL AND COALESCE(i.schema, '') !~ '^pg_(temp|toast)'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
), options AS (
    SELECT s.class, s.oid, s.attnum,
           pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' ' ||
                                 CASE WHEN o.option_name ~* 'pass|secret|token' THEN '********'
                                      ELSE pg_catalog.quote_literal(o.option_value) END, ', ' ORDER BY o.option_name) AS text
      FROM (SELECT 'w' AS class, oid, 0 AS attnum, fdwoptions AS options FROM pg_catalog.pg_foreign_data_wrapper
            UNION ALL SELECT 's', oid, 0, srvoptions FROM pg_catalog.pg_foreign_server
            UNION ALL SELECT 't', ftrelid, 0, ftoptions FROM pg_catalog.pg_foreign_table
            UNION ALL SELECT 'c', attrelid, attnum, attfdwoptions FROM pg_catalog.pg_attribute
                       WHERE attfdwoptions IS NOT NULL AND NOT attisdropped) s
     CROSS JOIN LATERAL pg_catalog.pg_options_to_table(s.options) o
     GROUP BY 1, 2, 3
), others AS (
    SELECT o.classid, o.oid
      FROM (SELECT 'pg_catalog.pg_language'::pg_catalog.regclass::pg_catalog.oid AS classid, oid FROM pg_catalog.pg_language
            UNION ALL SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, oid FROM pg_catalog.pg_am
            UNION ALL SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid FROM pg_catalog.pg_conversion
            UNION ALL SELECT 'pg_catalog.pg_transform'::pg_catalog.regclass, oid FROM pg_catalog.pg_transform) o
     WHERE o.oid >= 16384
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = o.classid AND e.objid = o.oid AND e.deptype = 'e')
), detail AS (
SELECT 'comment on ' || c.type AS kind, c.identity AS name, c.description AS value,
       COALESCE((SELECT i.indrelid FROM pg_catalog.pg_index i
                  WHERE c.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.indexrelid = c.objoid),
                CASE WHEN c.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN c.objoid END,
                (SELECT k.conrelid FROM pg_catalog.pg_constraint k
                  WHERE c.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = c.objoid),
                (SELECT t.tgrelid FROM pg_catalog.pg_trigger t
                  WHERE c.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND t.oid = c.objoid),
                (SELECT r.ev_class FROM pg_catalog.pg_rewrite r
                  WHERE c.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = c.objoid),
                (SELECT p.polrelid FROM pg_catalog.pg_policy p
                  WHERE c.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND p.oid = c.objoid)) AS relation,
       false AS of_database
  FROM commented c
UNION ALL
SELECT 'event trigger', pg_catalog.quote_ident(e.evtname),
       e.evtevent || COALESCE(' ' || e.evttags::pg_catalog.text, '') || ', ' || e.evtfoid::pg_catalog.regprocedure::pg_catalog.text ||
       CASE e.evtenabled WHEN 'D' THEN ', disabled' WHEN 'R' THEN ', replica' WHEN 'A' THEN ', always' ELSE '' END, NULL, false
  FROM pg_catalog.pg_event_trigger e
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND d.objid = e.oid AND d.deptype = 'e')
UNION ALL
SELECT 'foreign-data wrapper', pg_catalog.quote_ident(w.fdwname),
       pg_catalog.concat_ws(', ', CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::pg_catalog.regproc::pg_catalog.text END, o.text), NULL, false
  FROM pg_catalog.pg_foreign_data_wrapper w
  LEFT JOIN options o ON o.class = 'w' AND o.oid = w.oid
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND d.objid = w.oid AND d.deptype = 'e')
UNION ALL
SELECT 'server', pg_catalog.quote_ident(s.srvname),
       pg_catalog.concat_ws(', ', w.fdwname, 'type ' || s.srvtype, 'version ' || s.srvversion, o.text), NULL, false
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
  LEFT JOIN options o ON o.class = 's' AND o.oid = s.oid
UNION ALL
SELECT 'user mapping', COALESCE(pg_catalog.quote_ident(m.usename), 'public') || ' on ' || pg_catalog.quote_ident(m.srvname), '', NULL, false
  FROM pg_catalog.pg_user_mappings m
UNION ALL
SELECT 'options of foreign table', t.ftrelid::pg_catalog.regclass::pg_catalog.text,
       pg_catalog.concat_ws(', ', 'server ' || pg_catalog.quote_ident(s.srvname), o.text), t.ftrelid, false
  FROM pg_catalog.pg_foreign_table t
  JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver
  LEFT JOIN options o ON o.class = 't' AND o.oid = t.ftrelid
UNION ALL
SELECT 'options of foreign column', o.oid::pg_catalog.regclass::pg_catalog.text || '.' || pg_catalog.quote_ident(a.attname), o.text, o.oid, false
  FROM options o
  JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum = o.attnum
 WHERE o.class = 'c'
UNION ALL
SELECT 'default privileges',
       'of ' || pg_catalog.pg_get_userbyid(a.defaclrole) || COALESCE(' in ' || pg_catalog.quote_ident(n.nspname), '') || ' on ' ||
       CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                            WHEN 'n' THEN 'schemas' ELSE a.defaclobjtype::pg_catalog.text END,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ', ' ORDER BY i::pg_catalog.text) FROM pg_catalog.unnest(a.defaclacl) i), NULL, false
  FROM pg_catalog.pg_default_acl a
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
UNION ALL
SELECT 'owner of sequence', d.objid::pg_catalog.regclass::pg_catalog.text,
       d.refobjid::pg_catalog.regclass::pg_catalog.text || '.' || pg_catalog.quote_ident(a.attname), d.refobjid, false
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S' AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND d.deptype = 'a' AND d.objid >= 16384
UNION ALL
SELECT 'statistics target of index column', i.indexrelid::pg_catalog.regclass::pg_catalog.text || ' ' || a.attnum, a.attstattarget::pg_catalog.text,
       i.indrelid, false
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid
 WHERE COALESCE(a.attstattarget, -1) >= 0 AND i.indexrelid >= 16384
UNION ALL
SELECT i.type, i.identity, '', NULL, false
  FROM others o
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.classid, o.oid, 0) i
 WHERE i.identity IS NOT NULL
UNION ALL
SELECT 'security label of ' || l.provider || ' on ' || i.type, i.identity, l.label, NULL, false
  FROM pg_catalog.pg_seclabel l
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
 WHERE i.identity IS NOT NULL
UNION ALL
SELECT 'database', f.name, f.value, NULL, true
  FROM pg_catalog.pg_database b
 CROSS JOIN LATERAL (VALUES
       ('owner', pg_catalog.pg_get_userbyid(b.datdba)::pg_catalog.text),
       ('connection limit', NULLIF(b.datconnlimit, -1)::pg_catalog.text),
       ('comment', pg_catalog.shobj_description(b.oid, 'pg_database')),
       ('privileges', (SELECT pg_catalog.string_agg(i::pg_catalog.text, ', ' ORDER BY i::pg_catalog.text)
                         FROM pg_catalog.unnest(COALESCE(b.datacl, pg_catalog.acldefault('d', b.datdba))) i))) f (name, value)
 WHERE b.datname = pg_catalog.current_database() AND f.value IS NOT NULL
)
SELECT kind, name, value, COALESCE(relation, 0) AS relation, of_database
  FROM detail
 ORDER BY kind COLLATE pg_catalog."C", name COLLATE pg_catalog."C";
