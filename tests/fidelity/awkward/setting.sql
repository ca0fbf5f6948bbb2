-- Roles, settings of database and roles, tablespaces with costs, extensions in two schemas.
CREATE ROLE awk_owner;
CREATE ROLE awk_clerk LOGIN;
CREATE ROLE awk_auditor LOGIN;
CREATE ROLE awk_staff;
CREATE ROLE awk_bypass LOGIN BYPASSRLS;
CREATE ROLE "awk Manager" LOGIN INHERIT IN ROLE awk_staff;
GRANT awk_staff TO awk_clerk;

CREATE SCHEMA ext;
CREATE SCHEMA sales AUTHORIZATION awk_owner;
CREATE SCHEMA "Old Sales";
GRANT USAGE ON SCHEMA ext, sales, "Old Sales" TO PUBLIC;
ALTER SCHEMA public OWNER TO awk_owner;
GRANT CREATE ON SCHEMA public TO awk_owner;

SELECT current_database() AS db \gset
ALTER DATABASE :"db" SET search_path = public, ext;
ALTER DATABASE :"db" SET random_page_cost = 2.5;
ALTER DATABASE :"db" SET effective_cache_size = '300MB';
ALTER DATABASE :"db" SET default_statistics_target = 60;
ALTER ROLE awk_clerk SET work_mem = '64kB';
ALTER ROLE awk_clerk SET enable_hashjoin = off;
ALTER ROLE awk_auditor IN DATABASE :"db" SET cpu_tuple_cost = 0.05;
ALTER ROLE awk_auditor SET from_collapse_limit = 3;
SET search_path = public, ext;

CREATE TABLESPACE awk_fast OWNER awk_owner LOCATION '' WITH (random_page_cost = 1.05, seq_page_cost = 0.9);
CREATE TABLESPACE "awk Slow" LOCATION '' WITH (random_page_cost = 9.5, effective_io_concurrency = 7);

CREATE EXTENSION citext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION ltree SCHEMA ext;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;
CREATE EXTENSION btree_gin SCHEMA ext;
CREATE EXTENSION intarray SCHEMA ext;
CREATE EXTENSION bloom;
CREATE EXTENSION cube SCHEMA ext;
CREATE EXTENSION unaccent SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS pageinspect;
