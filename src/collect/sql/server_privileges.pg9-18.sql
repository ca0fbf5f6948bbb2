-- What the role may see of the server, in one row. Roles that do not exist yet let see nothing.
SELECT COALESCE((SELECT pg_catalog.pg_has_role(current_user, r.oid, 'USAGE')
                   FROM pg_catalog.pg_roles r WHERE r.rolname = 'pg_read_all_stats'),
                (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)) AS reads_statistics,
       pg_catalog.quote_ident(current_user) AS role;
