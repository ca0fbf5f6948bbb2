-- Sequences; last_value is read from the sequences themselves, because pg_sequence_last_value() would keep ROW
-- EXCLUSIVE on every one of them until the transaction ends. absent: an unlogged sequence has no file on a standby.
SELECT c.oid, n.nspname, c.relname,
       pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
           AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS privileged,
       c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery() AS absent,
       s.seqmin AS min_value, s.seqmax AS max_value, s.seqincrement AS increment, s.seqstart AS start_value,
       s.seqcycle AS cycle, pg_catalog.format_type(s.seqtypid, NULL) AS type,
       d.refobjid AS owner_relid, d.refobjsubid AS owner_attnum, d.deptype AS owner_deptype
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        AND d.refobjsubid > 0
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
