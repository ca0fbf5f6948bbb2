-- Sequences. Their parameters are columns of the sequences themselves before 10, read with last_value. absent: an
-- unlogged sequence has no file on a standby.
SELECT c.oid, n.nspname, c.relname,
       pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
           AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS privileged,
       c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery() AS absent,
       NULL::pg_catalog.int8 AS min_value, NULL::pg_catalog.int8 AS max_value,
       NULL::pg_catalog.int8 AS increment, NULL::pg_catalog.int8 AS start_value, NULL::pg_catalog.bool AS cycle,
       NULL::pg_catalog.text AS type,
       d.refobjid AS owner_relid, d.refobjsubid AS owner_attnum, d.deptype AS owner_deptype
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        AND d.refobjsubid > 0
 WHERE c.relkind = 'S'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
