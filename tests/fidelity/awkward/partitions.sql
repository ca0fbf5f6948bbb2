-- Range, list and hash, three levels; partitions made with LIKE, with another order of columns, with dropped columns, with
-- indexes, tablespaces and options of their own; a default partition; foreign keys to and from partitioned tables.
CREATE TABLE region (id integer PRIMARY KEY, name text NOT NULL UNIQUE, parent_id integer REFERENCES region);
INSERT INTO region SELECT n, 'Region ' || n, CASE WHEN n > 8 THEN 1 + n % 8 END FROM generate_series(1, 40) n;
ANALYZE region;

CREATE TABLE event (
    id bigint NOT NULL,
    gone integer,
    at timestamptz NOT NULL,
    region_id integer NOT NULL REFERENCES region,
    kind text NOT NULL,
    feeling mood,
    payload jsonb,
    amount numeric(12, 2),
    PRIMARY KEY (id, at, kind)
) PARTITION BY RANGE (at);
ALTER TABLE event DROP COLUMN gone;
CREATE INDEX event_region ON event (region_id, at DESC);
CREATE INDEX event_lower_kind ON event (lower(kind)) WHERE amount > 100;
CREATE TABLE event_2021 PARTITION OF event FOR VALUES FROM ('2021-01-01 00:00:00+00') TO ('2022-01-01 00:00:00+00');
-- Another order of columns, and two dropped ones.
CREATE TABLE event_2022 (
    filler text, amount numeric(12, 2), kind text NOT NULL, at timestamptz NOT NULL, payload jsonb, region_id integer NOT NULL,
    filler2 integer, feeling mood, id bigint NOT NULL, CONSTRAINT own_check CHECK (amount >= 0)
) WITH (fillfactor = 50, parallel_workers = 3);
ALTER TABLE event_2022 DROP COLUMN filler, DROP COLUMN filler2;
CREATE INDEX event_2022_amount ON event_2022 (amount) WITH (fillfactor = 70);
ALTER TABLE event ATTACH PARTITION event_2022 FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2023-01-01 00:00:00+00');
-- Sub-partitions by list, and below them by hash, again in another order.
CREATE TABLE event_2023 (
    kind text NOT NULL, id bigint NOT NULL, at timestamptz NOT NULL, amount numeric(12, 2), feeling mood, region_id integer NOT NULL, payload jsonb
) PARTITION BY LIST (kind);
CREATE TABLE event_2023_click PARTITION OF event_2023 FOR VALUES IN ('click', 'tap');
CREATE TABLE event_2023_sale (
    payload jsonb, dropped date, id bigint NOT NULL, region_id integer NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, feeling mood, amount numeric(12, 2)
) PARTITION BY HASH (id);
ALTER TABLE event_2023_sale DROP COLUMN dropped;
CREATE TABLE event_2023_sale_0 PARTITION OF event_2023_sale FOR VALUES WITH (MODULUS 3, REMAINDER 0) TABLESPACE awk_fast;
CREATE TABLE event_2023_sale_1 PARTITION OF event_2023_sale FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE event_2023_sale_2 PARTITION OF event_2023_sale FOR VALUES WITH (MODULUS 3, REMAINDER 2) TABLESPACE "awk Slow";
ALTER TABLE event_2023 ATTACH PARTITION event_2023_sale FOR VALUES IN ('sale', 'refund');
CREATE TABLE event_2023_other PARTITION OF event_2023 DEFAULT;
ALTER TABLE event ATTACH PARTITION event_2023 FOR VALUES FROM ('2023-01-01 00:00:00+00') TO ('2024-01-01 00:00:00+00');
CREATE TABLE event_default PARTITION OF event DEFAULT;
INSERT INTO event (id, at, region_id, kind, feeling, payload, amount)
SELECT n, timestamptz '2021-01-01 UTC' + n * interval '20 minutes', 1 + pg_temp.skewed(n, 1, 40),
       (ARRAY['click', 'tap', 'sale', 'refund', 'login', 'other'])[1 + pg_temp.skewed(n, 2, 6)],
       (ARRAY['angry', 'calm', 'sad'])[1 + n % 3]::mood, jsonb_build_object('n', n % 100), pg_temp.skewed(n, 3, 50000) / 100.0
  FROM generate_series(1, 80000) n;
CREATE STATISTICS event_2022_stats (ndistinct, dependencies, mcv) ON region_id, kind, feeling FROM event_2022;
CREATE STATISTICS event_stats (ndistinct, dependencies, mcv) ON region_id, kind FROM event;
VACUUM ANALYZE event;
-- Rows beyond what ANALYZE saw, in one partition only.
INSERT INTO event (id, at, region_id, kind, amount)
SELECT 100000 + n, timestamptz '2022-06-01 UTC' + n * interval '1 second', 41 - 1, 'late', 1 FROM generate_series(1, 3000) n;

CREATE TABLE event_note (event_id bigint, event_at timestamptz, event_kind text, note text,
                         FOREIGN KEY (event_id, event_at, event_kind) REFERENCES event ON DELETE CASCADE);
INSERT INTO event_note SELECT id, at, kind, 'note ' || id FROM event WHERE id % 9 = 0;
CREATE INDEX ON event_note (event_id);
ANALYZE event_note;

-- Two partitioned alike, for partitionwise joins; by two columns, one of them an expression's neighbour.
CREATE TABLE left_side (k integer NOT NULL, v integer, t text) PARTITION BY HASH (k);
CREATE TABLE right_side (t text, k integer NOT NULL, v integer) PARTITION BY HASH (k);
SELECT format('CREATE TABLE left_side_%s PARTITION OF left_side FOR VALUES WITH (MODULUS 4, REMAINDER %s)', n, n),
       format('CREATE TABLE right_side_%s PARTITION OF right_side FOR VALUES WITH (MODULUS 4, REMAINDER %s)', n, n)
  FROM generate_series(0, 3) n \gexec
INSERT INTO left_side SELECT n, n % 100, pg_temp.word(n, 1) FROM generate_series(1, 20000) n;
INSERT INTO right_side SELECT pg_temp.word(n, 2), pg_temp.pick(n, 3, 20000), n % 77 FROM generate_series(1, 30000) n;
CREATE INDEX ON left_side (k);
CREATE INDEX ON right_side (k);
ANALYZE left_side, right_side;

CREATE TABLE multi_range (a integer, b text, c integer) PARTITION BY RANGE (a, b);
CREATE TABLE multi_range_low PARTITION OF multi_range FOR VALUES FROM (MINVALUE, MINVALUE) TO (10, 'm');
CREATE TABLE multi_range_mid PARTITION OF multi_range FOR VALUES FROM (10, 'm') TO (50, MINVALUE);
CREATE TABLE multi_range_high PARTITION OF multi_range FOR VALUES FROM (50, MINVALUE) TO (MAXVALUE, MAXVALUE);
CREATE TABLE by_expression (id integer, name text) PARTITION BY LIST (lower(left(name, 1)));
CREATE TABLE by_expression_a PARTITION OF by_expression FOR VALUES IN ('a', 'b', 'c');
CREATE TABLE by_expression_rest PARTITION OF by_expression DEFAULT;
CREATE TABLE by_mood (id integer, feeling mood, flag boolean) PARTITION BY LIST (feeling);
CREATE TABLE by_mood_angry PARTITION OF by_mood FOR VALUES IN ('angry');
CREATE TABLE by_mood_rest PARTITION OF by_mood FOR VALUES IN ('calm', 'sad', 'glad', NULL);
INSERT INTO multi_range SELECT pg_temp.pick(n, 1, 90), pg_temp.word(n, 2), n % 30 FROM generate_series(1, 9000) n;
INSERT INTO by_expression SELECT n, initcap(pg_temp.word(n, 1)) || n FROM generate_series(1, 5000) n;
INSERT INTO by_mood SELECT n, (ARRAY['angry', 'calm', 'sad', 'glad', NULL])[1 + n % 5]::mood, n % 3 = 0 FROM generate_series(1, 5000) n;
ANALYZE multi_range;
ANALYZE by_mood_angry;
ANALYZE by_expression;

-- Partitions that are there but have never had a row, and a partitioned table without any partition.
CREATE TABLE future (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE future_2050 PARTITION OF future FOR VALUES FROM ('2050-01-01') TO ('2051-01-01');
CREATE TABLE future_2051 PARTITION OF future FOR VALUES FROM ('2051-01-01') TO ('2052-01-01');
CREATE TABLE no_partition (id integer, at date) PARTITION BY RANGE (at);
