-- Rules of pg_hba.conf, by the view's function: executing it is the one privilege that is needed. Secrets in options
-- stay where they are.
SELECT h.line_number, h.type, pg_catalog.array_to_string(h.database, ',') AS databases,
       pg_catalog.array_to_string(h.user_name, ',') AS users, h.address, h.netmask, h.auth_method,
       (SELECT pg_catalog.string_agg(CASE WHEN o.option LIKE 'ldapbindpasswd=%' OR o.option LIKE 'radiussecrets=%'
                                          THEN pg_catalog.split_part(o.option, '=', 1) || '=***'
                                          ELSE o.option END, ',' ORDER BY o.place)
          FROM pg_catalog.unnest(h.options) WITH ORDINALITY o (option, place)) AS options, h.error
  FROM pg_catalog.pg_hba_file_rules() h
 ORDER BY h.line_number;
