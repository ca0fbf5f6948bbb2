-- Sizes that pg_class does not tell: never analysed, stale, shrunk, empty; wide and toasted rows; costs of tablespaces.
CREATE TABLE never_analysed (id serial PRIMARY KEY, k integer, v text);
CREATE INDEX never_analysed_k ON never_analysed (k);
INSERT INTO never_analysed (k, v) SELECT pg_temp.pick(n, 1, 400), pg_temp.word(n, 2) FROM generate_series(1, 50000) n;
CREATE TABLE never_analysed_empty (id integer PRIMARY KEY, k integer, v text, w numeric(8, 2), at date);
CREATE INDEX ON never_analysed_empty (k);
CREATE TABLE never_analysed_small (id integer, v char(20));
INSERT INTO never_analysed_small SELECT n, 'v' FROM generate_series(1, 30) n;
CREATE TABLE analysed_empty (id integer PRIMARY KEY, k integer);
CREATE INDEX ON analysed_empty (k);
VACUUM ANALYZE analysed_empty;
CREATE TABLE emptied (id integer PRIMARY KEY, k integer);
INSERT INTO emptied SELECT n, n % 9 FROM generate_series(1, 20000) n;
ANALYZE emptied;
TRUNCATE emptied;
CREATE TABLE one_row (id integer PRIMARY KEY, name text, at timestamptz);
INSERT INTO one_row VALUES (1, 'only', '2022-01-01 00:00:00+00');
ANALYZE one_row;
CREATE TABLE no_column ();
INSERT INTO no_column DEFAULT VALUES;
CREATE TABLE only_dropped (a integer);
ALTER TABLE only_dropped DROP COLUMN a;

CREATE TABLE grown (id integer PRIMARY KEY, k integer, v text, at date);
CREATE INDEX grown_k ON grown (k);
CREATE INDEX grown_at ON grown (at);
INSERT INTO grown SELECT n, n % 50, pg_temp.word(n, 1), date '2022-01-01' + n % 300 FROM generate_series(1, 6000) n;
VACUUM ANALYZE grown;
INSERT INTO grown SELECT n, n % 5000, pg_temp.word(n, 1), date '2023-01-01' + n % 300 FROM generate_series(6001, 60000) n;
CREATE TABLE shrunk (id integer PRIMARY KEY, k integer, v text);
CREATE INDEX shrunk_k ON shrunk (k);
INSERT INTO shrunk SELECT n, n % 700, repeat(pg_temp.word(n, 1), 4) FROM generate_series(1, 50000) n;
ANALYZE shrunk;
DELETE FROM shrunk WHERE id > 5000;
VACUUM shrunk;
CREATE TABLE half_visible (id integer PRIMARY KEY, k integer, v text);
CREATE INDEX half_visible_k ON half_visible (k);
INSERT INTO half_visible SELECT n, n % 300, pg_temp.word(n, 1) FROM generate_series(1, 40000) n;
VACUUM ANALYZE half_visible;
UPDATE half_visible SET v = 'changed' WHERE id <= 12000;
VACUUM (INDEX_CLEANUP off) half_visible;
UPDATE half_visible SET v = 'again' WHERE id BETWEEN 20000 AND 26000;

CREATE TABLE toasted (id integer PRIMARY KEY, small text, large text, huge jsonb, raw bytea);
ALTER TABLE toasted ALTER COLUMN large SET STORAGE EXTERNAL;
INSERT INTO toasted SELECT n, pg_temp.word(n, 1), (SELECT string_agg(md5((n * 100 + i)::text), '') FROM generate_series(1, 90) i),
       jsonb_build_object('k', (SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 120) i)), decode(repeat(md5(n::text), 20), 'hex') FROM generate_series(1, 1500) n;
CREATE INDEX ON toasted (small);
CREATE INDEX ON toasted (md5(large));
VACUUM ANALYZE toasted;
SELECT format('CREATE TABLE wide (id integer PRIMARY KEY, %s)', string_agg(format('c%s %s', n, (ARRAY['text', 'integer', 'numeric', 'char(30)', 'timestamptz'])[1 + n % 5]), ', ')) FROM generate_series(1, 150) n \gexec
SELECT format('INSERT INTO wide SELECT n, %s FROM generate_series(1, 3000) n',
              string_agg(format(CASE c % 5 WHEN 0 THEN 'md5((n * %1$s)::text)' WHEN 1 THEN 'n %% (%1$s + 1)' WHEN 2 THEN 'CASE WHEN n %% %1$s = 0 THEN n END' WHEN 3 THEN '''c%1$s''' ELSE 'timestamptz ''2022-01-01 UTC'' + n * interval ''%1$s minutes''' END, c), ', ' ORDER BY c))
  FROM generate_series(1, 150) c \gexec
CREATE INDEX wide_many ON wide (c1, c2, c3, c4, c5, c6, c7, c8);
VACUUM ANALYZE wide;

CREATE TABLE fast (id integer PRIMARY KEY USING INDEX TABLESPACE awk_fast, k integer, v text) TABLESPACE awk_fast;
CREATE INDEX fast_k ON fast (k) TABLESPACE awk_fast;
CREATE TABLE slow (id integer PRIMARY KEY, k integer, v text) TABLESPACE "awk Slow";
CREATE INDEX slow_k ON slow (k) TABLESPACE "awk Slow";
CREATE INDEX slow_v ON slow (v) TABLESPACE awk_fast;
INSERT INTO fast SELECT n, pg_temp.pick(n, 1, 3000), pg_temp.word(n, 2) FROM generate_series(1, 40000) n;
INSERT INTO slow SELECT * FROM fast;
VACUUM ANALYZE fast, slow;
CREATE TABLE parallel_four (id integer, k integer) WITH (parallel_workers = 4, autovacuum_enabled = off, toast_tuple_target = 200);
INSERT INTO parallel_four SELECT n, n % 100 FROM generate_series(1, 30000) n;
CREATE TABLE parallel_never (id integer, k integer) WITH (parallel_workers = 0);
INSERT INTO parallel_never SELECT * FROM parallel_four;
CREATE TABLE parallel_by_size (id integer, k integer, pad char(300));
INSERT INTO parallel_by_size SELECT n, n % 1000, 'p' FROM generate_series(1, 90000) n;
CREATE INDEX ON parallel_by_size (k, id);
VACUUM ANALYZE parallel_four, parallel_never, parallel_by_size;
CREATE SEQUENCE awk_sequence;
SELECT count(nextval('awk_sequence')) AS drawn FROM generate_series(1, 5) \gset
