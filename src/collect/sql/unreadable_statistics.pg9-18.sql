-- Tables, by schema, whose statistics pg_stats hides from this role: for want of SELECT, or because row-level
-- security applies to it.
SELECT n.nspname,
       pg_catalog.count(*) FILTER (WHERE NOT p.readable) AS without_select,
       pg_catalog.count(*) FILTER (WHERE p.readable) AS under_row_security
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable OFFSET 0) p
 WHERE c.relkind IN ('r', 'm', 'p', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND (NOT p.readable OR c.relrowsecurity AND pg_catalog.row_security_active(c.oid))
 GROUP BY n.nspname
 ORDER BY n.nspname;
