-- Extended statistics of all kinds, over enums, after dropped columns, on expressions; skew, correlation, columns of NULLs.
CREATE TABLE orders (
    gone1 integer, id integer PRIMARY KEY, gone2 text, city text, zip integer, country text, feeling mood, light "Traffic Light",
    amount numeric(12, 2), gone3 date, ordered_at timestamptz, flag boolean, all_null integer, constant text, unique_text text, half_null integer, skew integer, arr integer[]
);
INSERT INTO orders SELECT 0, n, '', pg_temp.word(n % 700, 1) || (n % 700) % 40, (n % 700) * 3, (ARRAY['DE', 'FR', 'PL', 'AT', 'CH'])[1 + (n % 700) % 5],
       (ARRAY['angry', 'calm', 'sad', 'glad'])[1 + (n % 700) % 4]::mood, (ARRAY['red', 'amber', 'green'])[1 + (n % 700) % 3]::"Traffic Light",
       pg_temp.skewed(n, 2, 1000000) / 100.0, now(), timestamptz '2021-01-01 UTC' + n * interval '5 minutes', (n % 700) % 2 = 0, NULL, 'same', md5(n::text),
       CASE WHEN n % 2 = 0 THEN n % 37 END, CASE WHEN n % 1000 = 0 THEN n ELSE 0 END, ARRAY[n % 5, n % 7]
  FROM generate_series(1, 50000) n;
CREATE STATISTICS orders_all (ndistinct, dependencies, mcv) ON city, zip, country FROM orders;
CREATE STATISTICS orders_enums (mcv) ON feeling, light, flag FROM orders;
CREATE STATISTICS orders_pair (ndistinct) ON feeling, country, light FROM orders;
CREATE STATISTICS orders_depends (dependencies) ON zip, feeling FROM orders;
CREATE STATISTICS orders_expressions (ndistinct, dependencies, mcv) ON (zip % 10), (upper(country)), city FROM orders;
CREATE STATISTICS orders_single ON (date_trunc('day', ordered_at, 'UTC')) FROM orders;
CREATE STATISTICS "orders; quoted ""name""" (mcv) ON half_null, skew FROM orders;
ALTER STATISTICS orders_all SET STATISTICS 300;
ALTER TABLE orders DROP COLUMN gone1, DROP COLUMN gone2, DROP COLUMN gone3;
ALTER TABLE orders ALTER COLUMN unique_text SET (n_distinct = 200), ALTER COLUMN city SET STATISTICS 400;
CREATE INDEX orders_ordered_at ON orders (ordered_at);
CREATE INDEX orders_zip ON orders (zip, city);
CREATE INDEX orders_skew ON orders (skew);
CREATE INDEX orders_all_null ON orders (all_null);
CREATE INDEX orders_upper ON orders (upper(country), (zip % 10));
VACUUM ANALYZE orders;
CREATE STATISTICS orders_never_built ON amount, flag FROM orders;

-- Clustered and random on one value each; constants beside the histogram's ends are rows that came after ANALYZE.
CREATE TABLE journal (seq bigint PRIMARY KEY, shuffled integer NOT NULL, at timestamptz NOT NULL, level integer, word text, low integer);
INSERT INTO journal SELECT n, pg_temp.pick(n, 1, 1000000), timestamptz '2022-01-01 UTC' + n * interval '30 seconds', pg_temp.skewed(n, 2, 8), pg_temp.word(n, 3) || n % 500, n FROM generate_series(1, 60000) n;
CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_shuffled ON journal (shuffled);
CREATE INDEX journal_level_at ON journal (level, at DESC);
CREATE INDEX journal_word ON journal (word DESC);
CREATE INDEX journal_low ON journal (low);
VACUUM ANALYZE journal;
INSERT INTO journal SELECT n, 2000000 + n, timestamptz '2023-01-01 UTC' + n * interval '30 seconds', 9, 'zz' || n, -n FROM generate_series(60001, 66000) n;
DELETE FROM journal WHERE seq < 500;
CREATE TABLE journal_reader (seq bigint PRIMARY KEY, reader integer);
INSERT INTO journal_reader SELECT n * 3, n % 50 FROM generate_series(1, 40000) n;
VACUUM ANALYZE journal_reader;
