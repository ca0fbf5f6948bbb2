-- Triggers of users' tables; those of constraints only where they do not fire as usual. A partition's copy of its
-- parent's trigger is here when it fires at other times than the parent's. tgparentid came with 13.
SELECT t.oid, t.tgrelid AS relation, t.tgname, t.tgenabled, t.tgisinternal, t.tgconstraint AS constraint,
       pg_catalog.quote_ident(f.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '()' AS function
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
  LEFT JOIN pg_catalog.pg_namespace f ON f.oid = p.pronamespace
  LEFT JOIN pg_catalog.pg_trigger parent
         ON parent.oid = CASE WHEN c.relispartition
                              THEN (pg_catalog.to_jsonb(t) ->> 'tgparentid')::pg_catalog.oid END
 WHERE (NOT t.tgisinternal OR t.tgenabled <> 'O')
   AND (parent.oid IS NULL OR parent.tgenabled <> t.tgenabled)
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY t.tgrelid, t.tgname;
