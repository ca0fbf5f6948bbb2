-- Columns that are not dropped; opens the relations that have defaults. $1: relations to leave out.
-- basetype: what a domain, or a domain over a domain, is over in the end.
WITH RECURSIVE domain AS (
    SELECT t.oid, t.typbasetype, t.typtypmod FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT d.oid, t.typbasetype, t.typtypmod
      FROM domain d JOIN pg_catalog.pg_type t ON t.oid = d.typbasetype WHERE t.typtype = 'd'),
base AS (
    SELECT d.oid, pg_catalog.format_type(d.typbasetype, d.typtypmod) AS basetype
      FROM domain d JOIN pg_catalog.pg_type t ON t.oid = d.typbasetype WHERE t.typtype <> 'd')
SELECT a.attrelid, a.attnum, a.attname, a.atttypid,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       t.typname, tn.nspname AS typnspname, t.typtype, t.typcategory, t.typlen,
       a.atttypmod, a.attalign AS typalign, a.attstorage, a.attcompression AS attcompression,
       b.basetype, o.objoid IS NOT NULL AS commented,
       CASE WHEN a.attcollation <> t.typcollation
            THEN pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) END AS collation,
       a.attnotnull, a.attidentity AS attidentity, a.attgenerated AS attgenerated,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default_expr
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN base b ON b.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_description o
         ON o.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objoid = a.attrelid
        AND o.objsubid = a.attnum
 WHERE c.relkind IN ('r', 'p', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT c.oid = ANY ($1::pg_catalog.oid[]);
