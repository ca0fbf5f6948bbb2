-- Tablespaces. A relative location is one in the data directory, whose name not every role may read.
SELECT t.spcname, l.location,
       COALESCE(l.location NOT LIKE '/%'
                OR pg_catalog.left(l.location, pg_catalog.length(d.setting) + 1) = d.setting || '/', FALSE)
           AS in_data_directory
  FROM pg_catalog.pg_tablespace t
  LEFT JOIN pg_catalog.pg_settings d ON d.name = 'data_directory'
 CROSS JOIN LATERAL (SELECT NULLIF(pg_catalog.pg_tablespace_location(t.oid), '') AS location) l
 ORDER BY t.spcname;
