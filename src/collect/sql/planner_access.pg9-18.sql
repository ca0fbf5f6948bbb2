-- How the role may read statistics; one row. A function of the DBA's is trusted if nobody but a superuser can have put
-- it there; NULL: not installed. 1028, 16: oid[], bool (pg_type.dat).
SELECT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) AS is_superuser,
       pg_catalog.has_function_privilege('pg_catalog.pg_relation_size(pg_catalog.regclass, pg_catalog.text)', 'EXECUTE')
           AS reads_sizes,
       pg_catalog.has_table_privilege('pg_catalog.pg_statistic', 'SELECT') AS reads_columns,
       (SELECT pg_catalog.bool_and(pg_catalog.has_table_privilege(c.oid, 'SELECT'))
          FROM pg_catalog.pg_class c
         WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
           AND c.relname IN ('pg_statistic_ext', 'pg_statistic_ext_data')) AS reads_extended,
       (SELECT CASE WHEN NOT (p.prosecdef AND po.rolsuper AND no.rolsuper) THEN 'untrusted'
                    WHEN NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                              AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')) THEN 'denied'
                    ELSE 'usable' END
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          JOIN pg_catalog.pg_roles po ON po.oid = p.proowner
          JOIN pg_catalog.pg_roles no ON no.oid = n.nspowner
         WHERE n.nspname = 'pgarchitect' AND p.proname = 'column_statistics' AND p.proargtypes::pg_catalog.text = '1028 16')
           AS column_statistics,
       (SELECT CASE WHEN NOT (p.prosecdef AND po.rolsuper AND no.rolsuper) THEN 'untrusted'
                    WHEN NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                              AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')) THEN 'denied'
                    ELSE 'usable' END
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          JOIN pg_catalog.pg_roles po ON po.oid = p.proowner
          JOIN pg_catalog.pg_roles no ON no.oid = n.nspowner
         WHERE n.nspname = 'pgarchitect' AND p.proname = 'extended_statistics' AND p.proargtypes::pg_catalog.text = '1028 16')
           AS extended_statistics;
