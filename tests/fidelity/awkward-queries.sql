-- Statements upon awkward.sql's relations. psql -X -f awkward-queries.sql DATABASE: each plan after a line "== NAME". What is
-- printed on the source and on its clone must be the same, byte for byte.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SELECT current_setting('server_version_num')::integer >= 150000 AS since15,
       current_setting('server_version_num')::integer >= 160000 AS since16,
       current_setting('server_version_num')::integer >= 170000 AS since17,
       current_setting('server_version_num')::integer >= 180000 AS since18,
       EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu') AS icu \gset
\ir queries/types.sql
\ir queries/search.sql
\ir queries/spatial.sql
\ir queries/partitions.sql
\ir queries/hashes.sql
\ir queries/inheritance.sql
\ir queries/indexes.sql
\ir queries/statistics.sql
\ir queries/sizes.sql
\ir queries/security.sql
\ir queries/functions.sql
\ir queries/views.sql
\ir queries/names.sql
\ir queries/objects.sql
\ir queries/plans.sql
