-- Objects between tables: functions over tables, casts, aggregates, types of types, options of indexes, what only a superuser
-- may create, foreign tables.
CREATE TYPE parcel AS (gone integer, weight numeric, feeling mood, note text);
ALTER TYPE parcel DROP ATTRIBUTE gone, ADD ATTRIBUTE added integer;
CREATE DOMAIN good_mood AS mood CHECK (VALUE > 'sad');
CREATE DOMAIN c_text AS text COLLATE "C" DEFAULT 'x' NOT NULL;
CREATE DOMAIN short_span AS int4range CHECK (upper(VALUE) - lower(VALUE) < 100);
CREATE FUNCTION fresh_label() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT ''label''';
CREATE FUNCTION tax_of(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT round($1 * 0.19, 2)';
CREATE TABLE thing (
    id integer PRIMARY KEY,
    gone mood,
    feelings mood[],
    best good_mood,
    moods good_mood[],
    sent parcel,
    parcels parcel[],
    label c_text,
    span short_span,
    net numeric(10, 2),
    tax numeric GENERATED ALWAYS AS (tax_of(net)) STORED,
    note text DEFAULT fresh_label(),
    vec tsvector,
    title text,
    at timestamptz,
    CONSTRAINT thing_positive CHECK (net >= 0),
    CONSTRAINT thing_unproven CHECK (id < 9000) NOT VALID
);
ALTER TABLE thing DROP COLUMN gone;
INSERT INTO thing (id, feelings, best, moods, sent, parcels, label, span, net, vec, title, at)
SELECT n, ARRAY[CASE WHEN n % 3 = 0 THEN 'angry' ELSE 'sad' END, CASE WHEN n % 5 = 0 THEN 'glad' ELSE 'calm' END]::mood[], CASE WHEN n % 9 = 0 THEN 'glad' ELSE 'very proud, "really"' END::mood,
       ARRAY['glad']::good_mood[], ROW(n % 30, 'calm', pg_temp.word(n, 1), n % 4)::parcel, ARRAY[ROW(n % 7, 'sad', 'a,"b', 1)::parcel], pg_temp.word(n, 2) || n % 40,
       int4range(n % 500, n % 500 + n % 50), pg_temp.skewed(n, 3, 900000) / 100.0, to_tsvector('simple', pg_temp.word(n, 4) || ' ' || pg_temp.word(n, 5)), pg_temp.word(n, 6) || ' ' || n, timestamptz '2022-01-01 UTC' + n * interval '1 hour'
  FROM generate_series(1, 8000) n;
CREATE INDEX thing_feelings ON thing USING gin (feelings);
CREATE INDEX thing_best ON thing (best, id);
CREATE INDEX thing_best_gin ON thing USING gin (best, net);
CREATE INDEX thing_sent ON thing (((sent).feeling), ((sent).weight));
CREATE INDEX thing_tax ON thing (tax);
CREATE INDEX thing_vec ON thing USING gist (vec tsvector_ops (siglen = 40));
CREATE INDEX thing_title ON thing USING gist (title gist_trgm_ops (siglen = 32));
CREATE INDEX thing_label ON thing (label DESC);
CREATE INDEX thing_net_length ON thing ((net::integer / 100));
ALTER INDEX thing_net_length ALTER COLUMN 1 SET STATISTICS 777;
CREATE INDEX thing_at_day ON thing (((at AT TIME ZONE 'Europe/Berlin')::date));
CREATE STATISTICS thing_domains (mcv, ndistinct) ON best, label FROM thing;
CREATE STATISTICS thing_parts (mcv) ON ((sent).feeling), best FROM thing;
VACUUM ANALYZE thing;

-- Functions over tables that the planner takes apart without calling them.
CREATE FUNCTION purchases_of(integer) RETURNS SETOF purchase LANGUAGE sql STABLE AS 'SELECT * FROM purchase WHERE customer_id = $1';
CREATE FUNCTION regions_like(pattern text DEFAULT '%') RETURNS TABLE (id integer, name text) LANGUAGE sql STABLE BEGIN ATOMIC SELECT r.id, r.name FROM region r WHERE r.name LIKE pattern; END;
CREATE FUNCTION purchases_not_inlined(integer) RETURNS SETOF purchase LANGUAGE sql STABLE SECURITY DEFINER ROWS 17 COST 900 AS 'SELECT * FROM purchase WHERE customer_id = $1';
CREATE FUNCTION full_name(customer) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.first_name || '' '' || $1.last_name';
CREATE FUNCTION pinned(integer) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS 'SELECT $1 > 7';
CREATE FUNCTION leak_free(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF COST 2 AS 'BEGIN RETURN $1 > 5; END';
CREATE FUNCTION mood_number(mood) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT length($1::text)';
CREATE CAST (mood AS integer) WITH FUNCTION mood_number(mood) AS ASSIGNMENT;
CREATE FUNCTION longest(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT CASE WHEN length($1) >= length($2) THEN $1 ELSE $2 END';
CREATE AGGREGATE longest_of(text) (SFUNC = longest, STYPE = text, COMBINEFUNC = longest, PARALLEL = SAFE);
CREATE PROCEDURE nothing_at_all() LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE VIEW thing_view AS SELECT t.*, tax_of(net) AS again, best::mood AS plain_best FROM thing t WHERE best::mood >= 'glad';
CREATE VIEW region_view AS SELECT * FROM regions_like('%1%');
CREATE POLICY staff_leak_free ON staff USING (leak_free(level));
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;

-- An index on the partitioned table that lacks a partition's: not valid, and it stays with the parent.
CREATE INDEX event_only ON ONLY event (amount);
ALTER ROLE ALL SET cpu_operator_cost = 0.003;
ALTER ROLE ALL IN DATABASE :"db" SET parallel_setup_cost = 800;

CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '/nowhere', dbname 'none');
CREATE FOREIGN TABLE far_away (id integer, v text) SERVER elsewhere;
CREATE VIEW half_far AS SELECT f.v, r.name FROM far_away f JOIN region r USING (id);
