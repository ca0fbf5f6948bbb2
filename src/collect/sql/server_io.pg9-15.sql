-- pg_stat_io came with 16.
SELECT NULL::pg_catalog.text AS backend_type WHERE FALSE;
