-- The size of pg_wal.
SELECT pg_catalog.sum(f.size)::pg_catalog.int8 AS bytes FROM pg_catalog.pg_ls_waldir() f;
