-- Triggers on users' tables, and whether they fire. A partition's copy of its parent's trigger is here only when it
-- fires at other times than the parent's. $1: relations that cannot be opened. tgparentid came with 13.
SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass::pg_catalog.oid AS classid, t.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, 0) AS name,
       n.nspname, t.tgname AS objname, t.tgrelid AS relation, b.locked,
       CASE WHEN b.locked IS NULL THEN
            CASE WHEN parent.oid IS NULL THEN pg_catalog.pg_get_triggerdef(t.oid) ELSE '' END
            || CASE WHEN parent.oid IS NULL AND t.tgenabled <> 'O' THEN ';' || pg_catalog.chr(10) ELSE '' END
            || CASE WHEN parent.oid IS NOT NULL OR t.tgenabled <> 'O' THEN
                    'ALTER TABLE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
                    || CASE t.tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA'
                                        WHEN 'A' THEN ' ENABLE ALWAYS' ELSE ' ENABLE' END
                    || ' TRIGGER ' || pg_catalog.quote_ident(t.tgname) ELSE '' END
            END AS definition,
       NULL::pg_catalog.text AS obstacle, NULL::pg_catalog.text AS owner, NULL::pg_catalog.text AS acl
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN (SELECT DISTINCT inhrelid FROM pg_catalog.pg_inherits) h ON h.inhrelid = t.tgrelid
  LEFT JOIN pg_catalog.pg_trigger parent
         ON parent.oid = CASE WHEN h.inhrelid IS NOT NULL
                              THEN (pg_catalog.to_jsonb(t) ->> 'tgparentid')::pg_catalog.oid END
  LEFT JOIN (SELECT d.objid, pg_catalog.min(held.locked) AS locked
               FROM pg_catalog.pg_depend d
               JOIN (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, l.oid, l.oid AS locked
                       FROM pg_catalog.unnest($1::pg_catalog.oid[]) l (oid)
                     UNION ALL
                     SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype, c.oid
                       FROM pg_catalog.pg_class c
                      WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.reltype <> 0) held
                 ON held.classid = d.refclassid AND held.oid = d.refobjid
              WHERE d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
              GROUP BY d.objid) b ON b.objid = t.oid
 WHERE (parent.oid IS NULL AND NOT t.tgisinternal
        OR parent.oid IS NOT NULL AND NOT parent.tgisinternal AND parent.tgenabled <> t.tgenabled)
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');
