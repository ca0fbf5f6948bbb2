-- Made for PostgreSQL 17 (the source's server_version); RAM 16GB (--ram); cores 16 (processors of
-- this machine); storage ssd (assumed); workload oltp (detected: 6 rows read, 3 written per
-- transaction); database size 120 GB (pg_database_size() of the server's databases); deployment
-- self-hosted (--deployment); by pgarchitect 0.1.0.
-- Everything at once needs 9.2GB of 16GB: it fits, 42 % are left.
-- error: The connections do not fit into RAM. 5000 connections need 54.8GB; RAM 768MB
-- Counters are of the 7 days since then.
-- Not checked: the size of pg_wal: this role may not see it
-- Need a restart: shared_buffers, autovacuum_max_workers, shared_preload_libraries.

-- 25 % of 16GB, whole 8MB = 4GB
ALTER SYSTEM SET shared_buffers = '4GB'; -- restart
-- 75 % of 16GB = 12GB
ALTER SYSTEM SET effective_cache_size = '12GB';
-- the sum allows no more = 4MB
ALTER SYSTEM SET work_mem = '4MB';
-- ssd: no arm = 1.1
ALTER SYSTEM SET random_page_cost = '1.1';
-- It is good for something.
ALTER SYSTEM SET fsync = 'on';
-- 4 from 16 cores
ALTER SYSTEM SET autovacuum_max_workers = '4'; -- restart
-- kept: x|\nfsync = off; pg_stat_statements besides
ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; -- restart
SELECT pg_catalog.pg_reload_conf();

-- Undo, back to what postgresql.conf says:
-- ALTER SYSTEM RESET shared_buffers;
-- ALTER SYSTEM RESET effective_cache_size;
-- ALTER SYSTEM RESET work_mem;
-- ALTER SYSTEM RESET random_page_cost;
-- ALTER SYSTEM RESET fsync;
-- ALTER SYSTEM RESET autovacuum_max_workers;
-- ALTER SYSTEM RESET shared_preload_libraries;
