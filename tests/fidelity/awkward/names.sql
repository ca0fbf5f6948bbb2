-- Names that need quotes, look like keywords, hold what SQL is written with; the same name in two schemas; cycles.
CREATE TABLE "select" ("from" integer PRIMARY KEY, "where" text, "order" integer, "limit" date);
INSERT INTO "select" SELECT n, pg_temp.word(n, 1), n % 90, date '2022-01-01' + n % 100 FROM generate_series(1, 6000) n;
CREATE INDEX "group" ON "select" ("order", "where");
ANALYZE "select";
CREATE TABLE "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" ("ID" integer PRIMARY KEY, "zwei Worte" text, "ключ" integer, "it's" integer, "%s" date, "a.b" text);
INSERT INTO "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" SELECT n, pg_temp.word(n, 1) || ', {"' || n % 20, n % 300, n % 9, date '2022-01-01' + n % 30, E'a\\b\tc' || n % 4 FROM generate_series(1, 8000) n;
CREATE INDEX "Index on ""it's""" ON "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" ("it's", "ключ" DESC);
CREATE INDEX ON "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" (lower("zwei Worte"));
CREATE STATISTICS "Old Sales"."Статистика" ON "ключ", "it's" FROM "Old Sales"."Größe ""Δ"" 'x' $1 \n; --";
VACUUM ANALYZE "Old Sales"."Größe ""Δ"" 'x' $1 \n; --";
-- As long as a name may be, and one that differs in its last byte.
CREATE TABLE a23456789012345678901234567890123456789012345678901234567890abc (id integer PRIMARY KEY, v text);
CREATE TABLE a23456789012345678901234567890123456789012345678901234567890abd (id integer PRIMARY KEY, v text);
INSERT INTO a23456789012345678901234567890123456789012345678901234567890abc SELECT n, 'v' FROM generate_series(1, 2000) n;
ANALYZE a23456789012345678901234567890123456789012345678901234567890abc, a23456789012345678901234567890123456789012345678901234567890abd;
CREATE TABLE sales.customer (id text PRIMARY KEY, name text, score integer);
INSERT INTO sales.customer SELECT 'C' || n, pg_temp.word(n, 1), n % 7 FROM generate_series(1, 3000) n;
ANALYZE sales.customer;
CREATE TABLE sales.orders (id integer, customer_id text REFERENCES sales.customer);
INSERT INTO sales.orders SELECT n, 'C' || 1 + pg_temp.pick(n, 1, 3000) FROM generate_series(1, 9000) n;
CREATE INDEX ON sales.orders (customer_id);
ANALYZE sales.orders;
-- Hides a catalog's relation from those who write it without its schema, when searched first.
CREATE TABLE sales.pg_class (oid integer, relname text);
INSERT INTO sales.pg_class SELECT n, pg_temp.word(n, 1) FROM generate_series(1, 1500) n;
ANALYZE sales.pg_class;
-- Two tables that refer to each other, and a default that calls a function over a table's row type.
CREATE TABLE chicken (id integer PRIMARY KEY, egg_id integer);
CREATE TABLE egg (id integer PRIMARY KEY, chicken_id integer REFERENCES chicken DEFERRABLE);
ALTER TABLE chicken ADD FOREIGN KEY (egg_id) REFERENCES egg DEFERRABLE;
INSERT INTO chicken SELECT n, NULL FROM generate_series(1, 3000) n;
INSERT INTO egg SELECT n, n % 3000 + 1 FROM generate_series(1, 5000) n;
UPDATE chicken SET egg_id = id;
ANALYZE chicken, egg;
CREATE FUNCTION describe(chicken) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''chicken '' || $1.id';
CREATE TABLE described (id integer DEFAULT cardinality(ARRAY[1, 2]), bird chicken, birds chicken[], note text DEFAULT describe(ROW(1, 2)::chicken));
INSERT INTO described SELECT n, ROW(n % 20, n)::chicken, ARRAY[ROW(n % 9, 1)::chicken] FROM generate_series(1, 2000) n;
CREATE INDEX ON described (bird);
ANALYZE described;
RESET search_path;
