-- Which database this is, and which start of which server serves it; one row. Microseconds since 1970.
SELECT d.oid AS database, d.datname,
       (EXTRACT(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::pg_catalog.int8 AS started,
       pg_catalog.pg_is_in_recovery() AS is_standby
  FROM pg_catalog.pg_database d
 WHERE d.datname = pg_catalog.current_database();
