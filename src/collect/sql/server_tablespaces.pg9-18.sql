-- Tablespaces. The size of those with a place of their own, where the role may see it: the others' is what the databases
-- have. A relative location is one in the data directory, whose name not every role may read.
SELECT t.spcname, l.location,
       COALESCE(l.location NOT LIKE '/%'
                OR pg_catalog.left(l.location, pg_catalog.length(d.setting) + 1) = d.setting || '/', FALSE)
           AS in_data_directory,
       CASE WHEN l.location IS NOT NULL
                 AND (pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')
                      OR (SELECT pg_catalog.pg_has_role(current_user, r.oid, 'USAGE')
                            FROM pg_catalog.pg_roles r WHERE r.rolname = 'pg_read_all_stats'))
            THEN pg_catalog.pg_tablespace_size(t.oid) END AS bytes
  FROM pg_catalog.pg_tablespace t
  LEFT JOIN pg_catalog.pg_settings d ON d.name = 'data_directory'
 CROSS JOIN LATERAL (SELECT NULLIF(pg_catalog.pg_tablespace_location(t.oid), '') AS location) l
 ORDER BY t.spcname;
