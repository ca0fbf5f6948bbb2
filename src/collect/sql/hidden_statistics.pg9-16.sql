-- Relations whose statistics pg_stats does not show this role whole, and why. $1: tables and indexes.
SELECT n.nspname, c.relname, r.reason
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)
  JOIN pg_catalog.pg_class c ON c.oid = u.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT CASE
            WHEN EXISTS (SELECT FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                            AND NOT pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'))
            THEN CASE c.relkind WHEN 'i' THEN 'index' ELSE 'select' END
            WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid) THEN 'row security'
            WHEN EXISTS (SELECT FROM pg_catalog.pg_attribute a
                           JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                            AND (t.typtype IN ('r', 'm') OR t.typanalyze::pg_catalog.oid >= 16384))
            THEN 'kinds' END AS reason OFFSET 0) r
 WHERE r.reason IS NOT NULL
 ORDER BY r.reason, n.nspname, c.relname;
