-- Whether statements are counted, and where the extension that shows them is; one row. Its settings are listed only if
-- the library was loaded at the server's start; placeholders of an unloaded library are not.
SELECT (SELECT s.setting FROM pg_catalog.pg_settings s WHERE s.name = 'pg_stat_statements.max') AS max,
       COALESCE((SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'pg_stat_statements.track'),
                'none') <> 'none' AS tracked,
       (SELECT pg_catalog.quote_ident(n.nspname)
          FROM pg_catalog.pg_extension e
          JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
         WHERE e.extname = 'pg_stat_statements') AS schema,
       EXISTS (SELECT 1
                 FROM pg_catalog.pg_extension e
                 JOIN pg_catalog.pg_class c
                   ON c.relnamespace = e.extnamespace AND c.relname = 'pg_stat_statements_info'
                WHERE e.extname = 'pg_stat_statements') AS has_info,
       pg_catalog.quote_ident(current_user) AS role;
