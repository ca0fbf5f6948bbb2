-- pg_ls_waldir() came with 10.
SELECT NULL::pg_catalog.int8 AS bytes;
