-- How the password of each role is kept: m MD5, s SCRAM, o otherwise, 0 none. No part of one leaves the server.
SELECT a.rolname,
       CASE WHEN a.rolpassword IS NULL THEN '0'
            ELSE CASE pg_catalog.left(a.rolpassword, 3) WHEN 'md5' THEN 'm' WHEN 'SCR' THEN 's' ELSE 'o' END
       END AS password
  FROM pg_catalog.pg_authid a
 WHERE a.rolname !~ '^pg_';
