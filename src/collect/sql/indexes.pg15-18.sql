-- Indexes with their definition; opens their tables. $1: relations to leave out.
SELECT i.indexrelid, i.indrelid, n.nspname, ic.relname, am.amname, i.indkey, i.indnkeyatts AS n_key_atts, i.indclass,
       i.indcollation, i.indoption, pg_catalog.pg_get_expr(i.indexprs, i.indrelid) AS exprs,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS pred,
       pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
       i.indisunique, i.indisprimary, i.indisexclusion, i.indnullsnotdistinct AS indnullsnotdistinct, i.indisvalid, i.indisready,
       i.indislive, i.indisclustered, i.indisreplident, con.oid AS constraint, h.inhparent AS parent,
       e.extname AS extension, pg_catalog.array_to_string(ic.reloptions, ', ') AS reloptions,
       ic.relpages, ic.reltuples,
       CASE WHEN i.indexprs IS NOT NULL THEN
            ARRAY(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = i.indexrelid AND a.attnum > 0 ORDER BY a.attnum) END AS column_types
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
  JOIN pg_catalog.pg_am am ON am.oid = ic.relam
  LEFT JOIN pg_catalog.pg_constraint con
         ON con.conrelid = i.indrelid AND con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid AND d.objsubid = 0
        AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 WHERE c.relkind IN ('r', 'p', 'm')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT i.indrelid = ANY ($1::pg_catalog.oid[]);
