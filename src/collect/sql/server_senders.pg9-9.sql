-- Lags came with 10.
SELECT NULL::pg_catalog.int4 AS pid WHERE FALSE;
