-- A schema with one of every object that has a definition, awkwardly named and depending on one another. What follows a
-- line "-- since N" needs that major version.
CREATE SCHEMA s;
CREATE SCHEMA unmade; -- what has an obstacle
CREATE SCHEMA "o.""d s'x";
CREATE TYPE s.mood AS ENUM ('sad', 'it''s', 'o;k');
CREATE TYPE "o.""d s'x"."E.""e 'x" AS ENUM ('a');
CREATE FUNCTION s.positive(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE DOMAIN s.pos AS integer DEFAULT 1 NOT NULL CONSTRAINT "is p" CHECK (s.positive(VALUE));
ALTER DOMAIN s.pos ADD CONSTRAINT "l'ater" CHECK (VALUE < 1000000) NOT VALID;
CREATE COLLATION s.c (LC_COLLATE = 'C', LC_CTYPE = 'C');
CREATE TYPE s.pair AS (a integer, "B b" s.pos, c text COLLATE s.c, m s.mood[]);
CREATE TYPE s.empty AS ();
CREATE DOMAIN s.word AS varchar(30) COLLATE s.c DEFAULT 'a''b';
CREATE FUNCTION s.time_diff(time, time) RETURNS float8 LANGUAGE sql IMMUTABLE
    AS 'SELECT extract(epoch from ($1 - $2))::float8';
CREATE TYPE s.timerange AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = s.time_diff);
CREATE TYPE s.textrange AS RANGE (SUBTYPE = text, COLLATION = s.c, SUBTYPE_OPCLASS = text_pattern_ops);
CREATE TYPE unmade.shell;
CREATE TEXT SEARCH DICTIONARY s.dict (TEMPLATE = pg_catalog.simple, STOPWORDS = 'english', Accept = false);
CREATE TEXT SEARCH CONFIGURATION "o.""d s'x"."c f" (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION "o.""d s'x"."c f" ADD MAPPING FOR asciiword, hword WITH s.dict, english_stem;
ALTER TEXT SEARCH CONFIGURATION "o.""d s'x"."c f" ADD MAPPING FOR "int" WITH simple;

CREATE TABLE "o.""d s'x"."T.""1" (
    id serial PRIMARY KEY, "n a" s.word, m s.mood DEFAULT 'sad', p s.pair, q s.pair[],
    d tsvector, t s.timerange, "E" "o.""d s'x"."E.""e 'x");
CREATE INDEX "i x" ON "o.""d s'x"."T.""1" (s.positive(id));
CREATE TABLE s.orders (
    id bigint PRIMARY KEY, line integer REFERENCES "o.""d s'x"."T.""1", amount integer CHECK (s.positive(amount)),
    note text COLLATE s.c, tags text[]) WITH (fillfactor = 70);
ALTER TABLE s.orders ALTER note SET STATISTICS 77, ALTER tags SET (n_distinct = -0.5);
CREATE TABLE s.old_orders (gone date) INHERITS (s.orders);
CREATE TABLE s.of_pair OF s.pair;

-- A table and a function that need one another, functions that do, overloads, and a sequence nobody owns.
CREATE TABLE s.node (id integer, next s.orders);
CREATE FUNCTION s.total(s.node) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.id';
ALTER TABLE s.node ADD CONSTRAINT total CHECK (s.total(node) > 0);
CREATE FUNCTION s.total(s.node, more integer, VARIADIC rest s.mood[] DEFAULT '{}') RETURNS integer
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 7 SET search_path = s, "o.""d s'x" SET work_mem = '1MB'
    AS $body$BEGIN RETURN $1.id; /* ";
" $function$ */ END$body$;
CREATE FUNCTION s.total(text) RETURNS SETOF s.node ROWS 17 LANGUAGE sql STABLE AS 'SELECT * FROM s.node';
CREATE FUNCTION s.default_of_default(a integer DEFAULT s.total(ROW(1, NULL)::s.node)) RETURNS TABLE (x s.mood, y s.pos)
    LANGUAGE sql AS $$SELECT 'sad'::s.mood, 1::s.pos$$;
CREATE FUNCTION unmade.running(float8) RETURNS float8 LANGUAGE internal IMMUTABLE WINDOW AS 'window_rank';
CREATE SEQUENCE "o.""d s'x"."S.q";
CREATE FUNCTION s.next() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
ALTER TABLE s.orders ALTER id SET DEFAULT s.next() + nextval('"o.""d s''x"."S.q"');
CREATE SEQUENCE s.late OWNED BY s.orders.line;

-- Aggregates: plain, moving, ordered set, hypothetical set, no argument, with an initial value.
CREATE FUNCTION s.add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 + $2';
CREATE FUNCTION s.remove(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 - $2';
CREATE FUNCTION s.one(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION s.final(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION s.final_of(integer, float8, integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $2';
CREATE AGGREGATE s.sum_of(integer) (SFUNC = s.add, STYPE = integer, SSPACE = 64, FINALFUNC = s.final, COMBINEFUNC = s.add,
    INITCOND = '0', MSFUNC = s.add, MINVFUNC = s.remove, MSTYPE = integer, MSSPACE = 32, MFINALFUNC = s.final,
    MINITCOND = '0', PARALLEL = SAFE);
CREATE AGGREGATE "o.""d s'x"."A.""g"(*) (SFUNC = s.one, STYPE = integer, INITCOND = '0');
CREATE AGGREGATE s.middle(fraction float8 ORDER BY value integer) (SFUNC = s.add, STYPE = integer, FINALFUNC = s.final_of,
    FINALFUNC_EXTRA, INITCOND = '0', PARALLEL = RESTRICTED);
CREATE AGGREGATE s.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = pg_catalog.ordered_set_transition_multi,
    STYPE = internal, FINALFUNC = pg_catalog.rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE s.biggest(text) (SFUNC = pg_catalog.text_larger, STYPE = text, SORTOP = >);

-- Operators, their class, and a family with a loose member.
CREATE FUNCTION s.pair_lt(s.pair, s.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
CREATE FUNCTION s.pair_le(s.pair, s.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a <= ($2).a';
CREATE FUNCTION s.pair_eq(s.pair, s.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
CREATE FUNCTION s.pair_ge(s.pair, s.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a >= ($2).a';
CREATE FUNCTION s.pair_gt(s.pair, s.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a > ($2).a';
CREATE FUNCTION s.pair_cmp(s.pair, s.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
CREATE FUNCTION s.pair_int_eq(s.pair, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = $2';
CREATE FUNCTION s.pair_hash(s.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE OPERATOR s.<@< (PROCEDURE = s.pair_lt, LEFTARG = s.pair, RIGHTARG = s.pair, COMMUTATOR = OPERATOR(s.>@>),
    NEGATOR = OPERATOR(s.>@=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR s.<@= (PROCEDURE = s.pair_le, LEFTARG = s.pair, RIGHTARG = s.pair);
CREATE OPERATOR s.=@= (PROCEDURE = s.pair_eq, LEFTARG = s.pair, RIGHTARG = s.pair, COMMUTATOR = OPERATOR(s.=@=),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR s.>@= (PROCEDURE = s.pair_ge, LEFTARG = s.pair, RIGHTARG = s.pair);
CREATE OPERATOR s.>@> (PROCEDURE = s.pair_gt, LEFTARG = s.pair, RIGHTARG = s.pair);
CREATE OPERATOR "o.""d s'x".=@= (PROCEDURE = s.pair_int_eq, LEFTARG = s.pair, RIGHTARG = integer);
CREATE OPERATOR s.@#@ (PROCEDURE = s.one, RIGHTARG = integer);
CREATE OPERATOR CLASS "o.""d s'x"."by a" DEFAULT FOR TYPE s.pair USING btree AS
    OPERATOR 1 s.<@<, OPERATOR 2 s.<@=, OPERATOR 3 s.=@=, OPERATOR 4 s.>@=, OPERATOR 5 s.>@>, FUNCTION 1 s.pair_cmp(s.pair, s.pair);
CREATE OPERATOR FAMILY s.hashed USING hash;
CREATE OPERATOR CLASS s.hashed_pairs FOR TYPE s.pair USING hash FAMILY s.hashed AS
    OPERATOR 1 s.=@=, FUNCTION 1 s.pair_hash(s.pair);
ALTER OPERATOR FAMILY s.hashed USING hash ADD OPERATOR 1 "o.""d s'x".=@= (s.pair, integer);
CREATE OPERATOR CLASS s.stored FOR TYPE text[] USING gin AS
    OPERATOR 1 && (anyarray, anyarray), OPERATOR 2 @> (anyarray, anyarray), OPERATOR 4 = (anyarray, anyarray),
    FUNCTION 2 ginarrayextract(anyarray, internal, internal),
    FUNCTION 3 ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal),
    FUNCTION 4 ginarrayconsistent(internal, smallint, anyarray, integer, internal, internal, internal, internal),
    STORAGE text;
CREATE INDEX "p idx" ON "o.""d s'x"."T.""1" (p);
CREATE TYPE s.pairrange AS RANGE (SUBTYPE = s.pair);

CREATE FUNCTION s.mood_of(integer) RETURNS s.mood LANGUAGE sql IMMUTABLE AS $$SELECT 'sad'::s.mood$$;
CREATE CAST (integer AS s.mood) WITH FUNCTION s.mood_of(integer) AS ASSIGNMENT;
CREATE CAST (s.pair AS s.node) WITH INOUT AS IMPLICIT;
CREATE CAST (s.mood AS oid) WITH INOUT;

-- Views on functions on types on tables; grouped by a primary key; recursive; on a cast of users.
CREATE VIEW "o.""d s'x"."V.""1" WITH (security_barrier) AS
    SELECT t.*, s.total(n) AS total, (t.p).a AS pa, t."n a" || ';
' AS text
      FROM "o.""d s'x"."T.""1" t JOIN s.node n ON n.id = t.id WHERE t.p OPERATOR(s.=@=) t.p;
ALTER VIEW "o.""d s'x"."V.""1" ALTER m SET DEFAULT 'it''s', ALTER id SET DEFAULT s.add(1, 2);
CREATE VIEW s.checked AS SELECT * FROM s.orders WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW s.grouped AS SELECT o.*, count(*) FROM s.orders o GROUP BY o.id;
CREATE RECURSIVE VIEW s.numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 10;
CREATE VIEW s.over AS SELECT *, rank() OVER w, s.sum_of(amount) OVER w FROM s.grouped WINDOW w AS (PARTITION BY line);
CREATE VIEW s.renamed AS SELECT id AS a, note FROM s.orders;
ALTER TABLE s.orders RENAME amount TO "am ount";
CREATE VIEW s.cast_view AS SELECT id::integer::s.mood AS m, to_tsvector('"o.""d s''x"."c f"', note) FROM s.orders;
CREATE MATERIALIZED VIEW "o.""d s'x"."m v" WITH (autovacuum_enabled = off, fillfactor = 50) AS
    SELECT v.total, o.line FROM "o.""d s'x"."V.""1" v JOIN s.grouped o ON o.line = v.id;
CREATE UNIQUE INDEX "m i" ON "o.""d s'x"."m v" (total, line);

CREATE ROLE "clone r'1";
CREATE ROLE "clone_r2" IN ROLE "clone r'1";
CREATE FUNCTION s.of_user() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE POLICY "p 1" ON s.orders TO "clone r'1", clone_r2 USING (id = s.of_user())
    WITH CHECK (EXISTS (SELECT FROM s.node n WHERE n.id = orders.id));
CREATE POLICY all_read ON s.orders FOR SELECT USING (true);
CREATE POLICY "i" ON s.node FOR INSERT TO CURRENT_USER WITH CHECK (id > 0);
ALTER TABLE s.orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE FUNCTION s.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "t 1" BEFORE INSERT OR UPDATE OF note, id ON s.orders FOR EACH ROW WHEN (s.positive(NEW."am ount"))
    EXECUTE PROCEDURE s.fire('a', 'b''c', '');
CREATE TRIGGER off AFTER DELETE ON s.orders EXECUTE PROCEDURE s.fire();
ALTER TABLE s.orders DISABLE TRIGGER off;
CREATE CONSTRAINT TRIGGER held AFTER UPDATE ON s.orders FROM s.node DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE PROCEDURE s.fire();
ALTER TABLE s.orders ENABLE ALWAYS TRIGGER held;
CREATE TRIGGER instead INSTEAD OF INSERT ON s.renamed FOR EACH ROW EXECUTE PROCEDURE s.fire();
CREATE RULE "r ;" AS ON INSERT TO s.node WHERE NEW.id > 10 DO ALSO
    (DELETE FROM s.old_orders WHERE id = NEW.id; INSERT INTO s.orders (id, note) VALUES (NEW.id, ';'););
CREATE RULE off AS ON DELETE TO s.node DO INSTEAD NOTHING;
ALTER TABLE s.node DISABLE RULE off;
CREATE RULE down AS ON UPDATE TO s.grouped DO INSTEAD UPDATE s.orders SET note = NEW.note WHERE id = NEW.id;
CREATE RULE keep AS ON INSERT TO s.renamed DO INSTEAD INSERT INTO s.orders (id) VALUES (NEW.a)
    ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING;

CREATE EXTENSION IF NOT EXISTS hstore SCHEMA s;
CREATE TABLE s.with_extension (h s.hstore);
CREATE VIEW s.on_extension AS SELECT h OPERATOR(s.->) 'a' AS a FROM s.with_extension;
-- since 10
CREATE TABLE s.measured (at date NOT NULL, id integer GENERATED BY DEFAULT AS IDENTITY, v integer)
    PARTITION BY RANGE (at, s.add(v, 1));
CREATE TABLE s.measured_1 PARTITION OF s.measured FOR VALUES FROM ('2020-01-01', 0) TO ('2021-01-01', 0);
CREATE POLICY narrow ON s.orders AS RESTRICTIVE FOR UPDATE USING (note <> 'x');
CREATE TRIGGER moved AFTER UPDATE ON s.node REFERENCING OLD TABLE AS "o ld" NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE PROCEDURE s.fire();
CREATE STATISTICS "o.""d s'x"."st 1" (dependencies) ON id, line FROM s.orders;
CREATE STATISTICS s.both ON v, at FROM s.measured_1;
-- since 11
CREATE PROCEDURE s.proc(INOUT a integer, b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE AGGREGATE s.kept(integer) (SFUNC = s.add, STYPE = integer, FINALFUNC = s.final, FINALFUNC_MODIFY = READ_WRITE);
CREATE TRIGGER on_parts AFTER INSERT ON s.measured FOR EACH ROW EXECUTE FUNCTION s.fire();
CREATE INDEX measured_at ON s.measured (at);
-- since 12
CREATE TABLE s.generated (a integer, b integer GENERATED ALWAYS AS (s.add(a, 1)) STORED);
CREATE MATERIALIZED VIEW s.of_generated AS SELECT b FROM s.generated;
DO $$BEGIN
    CREATE COLLATION s."any case" (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
EXCEPTION WHEN feature_not_supported THEN NULL; /* built without ICU */
END$$;
-- since 13
CREATE STATISTICS s.exact (mcv) ON id, line FROM s.orders;
ALTER STATISTICS s.exact SET STATISTICS 123;
ALTER TABLE s.measured_1 DISABLE TRIGGER on_parts;
-- since 14
CREATE FUNCTION s.parsed(a integer) RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM s.over WHERE over.id > a; SELECT s.next(); END;
CREATE VIEW s.on_parsed AS SELECT s.parsed(1);
CREATE TYPE unmade.evens;
CREATE FUNCTION unmade.evens_canonical(unmade.evens) RETURNS unmade.evens LANGUAGE internal IMMUTABLE AS 'int4range_canonical';
CREATE TYPE unmade.evens AS RANGE (SUBTYPE = integer, CANONICAL = unmade.evens_canonical);
CREATE TYPE s.odds AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = "o.""d s'x"."E m");
CREATE TABLE s.ranges (e "o.""d s'x"."E m"[], r s.odds);
CREATE VIEW s.constructed AS SELECT s.odds(1, 2), s."E m"(), s.timerange('10:00', '11:00') AS t;
CREATE STATISTICS s.expressions ON (id % 10), ("am ount" + line), note FROM s.orders;
-- since 15
CREATE VIEW s.invoked WITH (security_invoker = true, security_barrier = false) AS SELECT 1 AS one;
-- since 16
DO $$BEGIN
    CREATE COLLATION s.ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
EXCEPTION WHEN feature_not_supported THEN NULL; /* built without ICU */
END$$;
-- since 17
CREATE COLLATION s.built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
-- since 18
CREATE TABLE s.virtual (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL);
CREATE VIEW s.of_virtual AS SELECT b FROM s.virtual;
CREATE FUNCTION s.old_new() RETURNS bigint LANGUAGE sql
    BEGIN ATOMIC INSERT INTO s.virtual (a) VALUES (1) RETURNING WITH (OLD AS o) new.a; END;
