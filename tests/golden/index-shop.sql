-- Indexes for shop (PostgreSQL 15.18, live), by pgarchitect 0.1.0.
-- 3 indexes to make, 412 MB: workload 2.9 h -> 2.9 min (59x less). No set of the candidates within
-- the bounds saves more than another 0.0 % of what the workload costs now (gap 2.6 % of what it
-- costs then). 1 index to drop, for review.
-- For psql -f, not in a transaction: CREATE INDEX CONCURRENTLY commits by itself. Each query after
-- it says whether its index is valid.

-- 1. public.orders, 33.7 MB (within 10 %); 1 statement of the workload, 415x cheaper
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY orders_customer_id_created_at_idx ON public.orders (customer_id, created_at DESC) INCLUDE (total);
SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = 'orders_customer_id_created_at_idx'::regclass;
-- not valid? DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_created_at_idx;
-- undo: DROP INDEX CONCURRENTLY orders_customer_id_created_at_idx;

-- 2. public.orders, 1.1 MB (within 10 %); 1 statement of the workload, 167x cheaper
CREATE INDEX CONCURRENTLY orders_open_idx ON public.orders (status) WHERE status = 'open';
SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = 'orders_open_idx'::regclass;
-- not valid? DROP INDEX CONCURRENTLY IF EXISTS orders_open_idx;
-- undo: DROP INDEX CONCURRENTLY orders_open_idx;

-- 3. public."doc\nDROP TABLE x;--", 377 MB (within a factor of 2); 1 statement of the workload, 75x
-- cheaper
-- Not executed: the lab has no pg_trgm.
-- SET lock_timeout = '5s';
-- CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- CREATE INDEX CONCURRENTLY document_body_idx ON public.U&"doc\000ADROP TABLE x;--" USING gin (body gin_trgm_ops);
-- valid? SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = 'document_body_idx'::regclass;
-- not valid? DROP INDEX CONCURRENTLY IF EXISTS document_body_idx;
-- undo: DROP INDEX CONCURRENTLY document_body_idx;

-- For review, not executed: indexes to drop.
--
-- orders_customer_id_created_at_idx begins with its columns
-- The counters are 41 days old; standbys were not looked at.
-- DROP INDEX CONCURRENTLY public.orders_customer_id_idx;
-- undo: CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders (customer_id);
