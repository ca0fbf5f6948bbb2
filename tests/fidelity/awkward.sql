-- Relations that are hard to plan without their rows. psql -X -v ON_ERROR_STOP=1 -f awkward.sql DATABASE, as a superuser of
-- a throw-away server (roles and tablespaces are made too), PostgreSQL 14 to 18. The rows are the same each time: made
-- from the row's number by a hash.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
SET allow_in_place_tablespaces = on;
-- The session that loads is to see neither the settings that are under test nor the time zone of the machine.
SET timezone = 'UTC';
SELECT current_setting('server_version_num')::integer >= 150000 AS since15,
       current_setting('server_version_num')::integer >= 160000 AS since16,
       current_setting('server_version_num')::integer >= 170000 AS since17,
       current_setting('server_version_num')::integer >= 180000 AS since18,
       EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu') AS icu \gset

-- A number from 0 to below that depends on n and salt only.
CREATE FUNCTION pg_temp.pick(n bigint, salt bigint, below bigint) RETURNS integer LANGUAGE sql IMMUTABLE
AS 'SELECT ((pg_catalog.hashint8extended(n, salt) & 2147483647) % below)::integer';
-- From 0 to below, most of them near 0.
CREATE FUNCTION pg_temp.skewed(n bigint, salt bigint, below bigint) RETURNS integer LANGUAGE sql IMMUTABLE
AS 'SELECT floor(below * power(((pg_catalog.hashint8extended(n, salt) & 2147483647) / 2147483648.0)::float8, 5))::integer';
CREATE FUNCTION pg_temp.word(n bigint, salt bigint) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT (ARRAY[''amber'',''birch'',''cedar'',''delta'',''ember'',''fjord'',''grove'',''heron'',''inlet'',''jetty'',''knoll'',''larch'',''marsh'',''north'',''otter'',''pines'',''quail'',''ridge'',''slate'',''tidal''])[1 + ((pg_catalog.hashint8extended(n, salt) & 2147483647) % 20)::integer]';

\ir awkward/setting.sql
\ir awkward/types.sql
\ir awkward/search.sql
\ir awkward/spatial.sql
\ir awkward/partitions.sql
\ir awkward/hashes.sql
\ir awkward/inheritance.sql
\ir awkward/indexes.sql
\ir awkward/statistics.sql
\ir awkward/sizes.sql
\ir awkward/security.sql
\ir awkward/functions.sql
\ir awkward/views.sql
\ir awkward/names.sql
\ir awkward/objects.sql
