-- Columns' defaults as parts of their relation. A view's is in its definition, a generated column's expression in its table's: not late.
SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid AS classid, d.oid AS objid,
       'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS refclassid, d.adrelid AS refobjid,
       c.relkind <> 'v' AND a.attgenerated = '' AS late
  FROM pg_catalog.pg_attrdef d
  JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
 WHERE d.oid >= 16384;
