-- What publications publish (of a row filter only that there is one), and subscriptions; without the connection of these.
SELECT 'table of publication ' || pg_catalog.quote_ident(p.pubname) AS kind, r.prrelid::pg_catalog.regclass::pg_catalog.text AS name,
       pg_catalog.concat_ws(', ', (SELECT 'columns ' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ' ' ORDER BY a.attname)
                                     FROM pg_catalog.pg_attribute a
                                    WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::pg_catalog.int2[])),
                            CASE WHEN r.prqual IS NOT NULL THEN 'rows filtered' END) AS value,
       r.prrelid AS relation, false AS of_database
  FROM pg_catalog.pg_publication_rel r
  JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT 'schema of publication ' || pg_catalog.quote_ident(p.pubname), pg_catalog.quote_ident(n.nspname), '', 0, false
  FROM pg_catalog.pg_publication_namespace s
  JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
UNION ALL
SELECT 'subscription', pg_catalog.quote_ident(s.subname),
       pg_catalog.concat_ws(', ', 'publications ' || pg_catalog.array_to_string(s.subpublications, ' '), 'slot ' || s.subslotname,
                            CASE WHEN s.subenabled THEN 'enabled' ELSE 'disabled' END), 0, false
  FROM pg_catalog.pg_subscription s
 WHERE s.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
 ORDER BY 1, 2;
