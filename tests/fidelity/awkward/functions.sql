-- Functions in predicates, in FROM and as operators, with costs and rows of their own; none of them reads a table.
CREATE FUNCTION is_cheap(numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < 10';
CREATE FUNCTION recent(timestamptz) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1 > timestamptz ''2021-06-01 00:00:00+00'' AND $1 < timestamptz ''2021-07-01 00:00:00+00''';
CREATE FUNCTION expensive(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 5000 AS 'BEGIN RETURN $1 % 2 = 0; END';
CREATE FUNCTION cheap_volatile(integer) RETURNS boolean LANGUAGE plpgsql VOLATILE COST 0.5 AS 'BEGIN RETURN true; END';
CREATE FUNCTION parallel_unsafe(integer) RETURNS integer LANGUAGE plpgsql PARALLEL UNSAFE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION parallel_safe(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION normal_form(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS 'SELECT lower(trim($1))';
CREATE FUNCTION some_numbers(integer) RETURNS SETOF integer LANGUAGE plpgsql IMMUTABLE ROWS 42 COST 7 AS 'BEGIN RETURN QUERY SELECT g FROM generate_series(1, $1) g; END';
CREATE FUNCTION pair_of(integer, OUT a integer, OUT b text) RETURNS SETOF record LANGUAGE plpgsql STABLE ROWS 3 AS 'BEGIN a := $1; b := ''b''; RETURN NEXT; END';
CREATE FUNCTION threshold() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 120; END';
CREATE FUNCTION first_day() RETURNS date LANGUAGE sql STABLE RETURN date '2021-05-01';
CREATE FUNCTION with_default(a integer, b integer DEFAULT 3, VARIADIC rest integer[] DEFAULT '{}') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b + cardinality(rest)';
CREATE FUNCTION poly(anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION place_label(position3) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).label';
CREATE FUNCTION initials(zoo) RETURNS text LANGUAGE sql STABLE AS 'SELECT left($1.short, 1)';
CREATE AGGREGATE product(double precision) (SFUNC = float8mul, STYPE = double precision, INITCOND = 1);
CREATE FUNCTION near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 5';
CREATE OPERATOR <~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = near, COMMUTATOR = <~>, RESTRICT = contsel, JOIN = contjoinsel);
CREATE FUNCTION same_word(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN lower($1) = lower($2); END';
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = same_word, COMMUTATOR = ===, RESTRICT = eqsel, JOIN = eqjoinsel);

CREATE FUNCTION int4_backwards(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT pg_catalog.btint4cmp($2, $1)';
CREATE OPERATOR CLASS backwards_ops FOR TYPE integer USING btree AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 int4_backwards(integer, integer);
CREATE TABLE called (id serial PRIMARY KEY, n integer, price numeric(10, 2), name text, at timestamptz, day date);
INSERT INTO called (n, price, name, at, day)
SELECT pg_temp.skewed(n, 1, 1000), pg_temp.pick(n, 2, 10000) / 100.0, ' ' || initcap(pg_temp.word(n, 3)) || n % 300 || ' ', timestamptz '2021-01-01 UTC' + n * interval '20 minutes', date '2021-01-01' + n % 365
  FROM generate_series(1, 25000) n;
CREATE INDEX called_normal ON called (normal_form(name));
CREATE INDEX called_parity ON called ((parallel_safe(n) % 2)) WHERE is_cheap(price);
CREATE INDEX called_at ON called (at);
CREATE INDEX called_n ON called (n);
CREATE INDEX called_backwards ON called (n backwards_ops);
CREATE INDEX called_poly ON called (poly(day));
CREATE STATISTICS called_statistics ON normal_form(name), (n % 7) FROM called;
VACUUM ANALYZE called;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END';
CREATE TRIGGER called_touched BEFORE UPDATE ON called FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION touched();
