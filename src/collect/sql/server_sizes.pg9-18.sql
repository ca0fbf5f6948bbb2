-- Sizes of all databases that the role may see: a look at each file of each.
SELECT d.oid, pg_catalog.pg_database_size(d.oid) AS bytes
  FROM pg_catalog.pg_database d
 WHERE d.datallowconn
   AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT')
        OR (SELECT pg_catalog.pg_has_role(current_user, r.oid, 'USAGE')
              FROM pg_catalog.pg_roles r WHERE r.rolname = 'pg_read_all_stats'));
