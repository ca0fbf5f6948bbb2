-- pg_hba_file_rules came with 10.
SELECT NULL::pg_catalog.int4 AS line_number WHERE FALSE;
