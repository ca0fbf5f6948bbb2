-- Settings of roles, of this database, or of both. rolname: NULL for every role.
SELECT r.rolname, s.setdatabase <> 0 AS in_database, pg_catalog.split_part(v.value, '=', 1) AS name,
       pg_catalog.substr(v.value, pg_catalog.strpos(v.value, '=') + 1) AS value
  FROM pg_catalog.pg_db_role_setting s
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) v (value)
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
 WHERE (s.setrole = 0 OR r.oid IS NOT NULL)
   AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d
                              WHERE d.datname = pg_catalog.current_database()));
