-- The transaction's own settings, where the server has them. $1, $2: statement_timeout, lock_timeout in ms.
-- enable_nestloop: the planner takes catalogs that were never analysed for small, and pg_stats always. Executed with
-- the role's search_path: every operator is written with its schema.
SELECT pg_catalog.set_config(v.name, v.value, TRUE)
  FROM (VALUES ('search_path', 'pg_catalog, pg_temp'), ('statement_timeout', $1::pg_catalog.text),
               ('lock_timeout', $2::pg_catalog.text), ('idle_in_transaction_session_timeout', '60000'),
               ('DateStyle', 'ISO'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'), ('bytea_output', 'hex'),
               ('standard_conforming_strings', 'on'), ('quote_all_identifiers', 'off'), ('jit', 'off'),
               ('extra_float_digits', CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4
                                                OPERATOR(pg_catalog.<) 120000 THEN '0' ELSE '3' END),
               ('max_parallel_workers_per_gather', '0'), ('enable_nestloop', 'off'), ('work_mem', '16MB')) v (name, value)
 WHERE pg_catalog.lower(v.name) OPERATOR(pg_catalog.=) ANY
       (ARRAY(SELECT pg_catalog.lower(s.name) FROM pg_catalog.pg_settings s));
