-- Sequences. Before 10 their parameters are rows of the sequences themselves, read in sequence_values; $1 is
-- not needed but for the relations to leave out.
SELECT c.oid, n.nspname, c.relname,
       pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
           AND NOT c.oid = ANY ($1::pg_catalog.oid[]) AS readable,
       c.oid = ANY ($1::pg_catalog.oid[]) AS locked,
       NULL::pg_catalog.int8 AS min_value, NULL::pg_catalog.int8 AS max_value,
       NULL::pg_catalog.int8 AS increment, NULL::pg_catalog.int8 AS start_value,
       NULL::pg_catalog.bool AS cycle, NULL::pg_catalog.int8 AS last_value,
       d.refobjid AS owner_relid, d.refobjsubid AS owner_attnum, d.deptype AS owner_deptype
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        AND d.refobjsubid > 0
 WHERE c.relkind = 'S'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
