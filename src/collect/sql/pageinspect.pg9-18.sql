-- The functions of the extension pageinspect that read metapages, where all of them are the extension's own; at most one
-- row. page_type: of get_raw_page()'s page number.
SELECT n.nspname,
       pg_catalog.min(CASE p.proname WHEN 'get_raw_page' THEN
                      pg_catalog.format_type(p.proargtypes[1], NULL) END) AS page_type
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  JOIN pg_catalog.pg_depend d
    ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid AND d.deptype = 'e'
   AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  JOIN pg_catalog.pg_proc p ON p.oid = d.objid AND p.pronamespace = n.oid
 WHERE e.extname = 'pageinspect'
   AND (p.proname, p.proargtypes::pg_catalog.text) IN
       (('bt_metap', '25'), ('gin_metapage_info', '17'), ('brin_metapage_info', '17'), ('get_raw_page', '25 23'),
        ('get_raw_page', '25 20'))
 GROUP BY n.nspname
HAVING pg_catalog.count(*) = 4;
