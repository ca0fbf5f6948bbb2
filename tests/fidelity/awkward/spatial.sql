-- GiST, SP-GiST, BRIN, hash and bloom.
CREATE TABLE shape (
    id serial PRIMARY KEY,
    at point,
    area box,
    outline polygon,
    ring circle,
    during tsrange,
    pages int4range,
    host inet,
    name text,
    room integer,
    vector cube,
    tree ltree,
    items integer[],
    k1 integer, k2 integer, k3 integer,
    token text,
    logged_at timestamptz,
    sensor integer,
    reading numeric
);
INSERT INTO shape (at, area, outline, ring, during, pages, host, name, room, vector, tree, items, k1, k2, k3, token, logged_at, sensor, reading)
SELECT point(pg_temp.pick(n, 1, 10000), pg_temp.skewed(n, 2, 10000)), box(point(n % 1000, n % 777), point(n % 1000 + 9, n % 777 + pg_temp.pick(n, 3, 90))),
       polygon(box(point(n % 100, n % 90), point(n % 100 + 5, n % 90 + 5))), circle(point(n % 500, n % 300), 1 + n % 9),
       tsrange(timestamp '2022-01-01' + n * interval '1 hour', timestamp '2022-01-01' + n * interval '1 hour' + interval '30 minutes'),
       CASE WHEN n % 50 = 0 THEN NULL ELSE int4range(pg_temp.pick(n, 4, 5000), 5000 + pg_temp.skewed(n, 5, 5000)) END,
       ('10.' || pg_temp.skewed(n, 6, 50) || '.' || pg_temp.pick(n, 7, 250) || '.' || n % 250)::inet,
       pg_temp.word(n, 8) || pg_temp.word(n, 9) || pg_temp.pick(n, 10, 400), n % 40, cube(ARRAY[n % 31, n % 37, n % 41]::float8[]),
       ('r.' || pg_temp.word(n, 11) || '.x' || n % 9)::ltree, ARRAY[n % 70, pg_temp.skewed(n, 12, 400)], n % 50, pg_temp.pick(n, 13, 80), pg_temp.skewed(n, 14, 90),
       md5((n % 6000)::text), timestamptz '2022-01-01 UTC' + n * interval '13 seconds', pg_temp.pick(n, 15, 1000), pg_temp.pick(n, 16, 100000) / 9.0
  FROM generate_series(1, 30000) n;
CREATE INDEX shape_at_gist ON shape USING gist (at);
CREATE INDEX shape_area_gist ON shape USING gist (area) WITH (fillfactor = 60);
CREATE INDEX shape_outline_gist ON shape USING gist (outline);
CREATE INDEX shape_pages_gist ON shape USING gist (pages);
CREATE INDEX shape_vector_gist ON shape USING gist (vector);
CREATE INDEX shape_tree_gist ON shape USING gist (tree);
CREATE INDEX shape_items_gist ON shape USING gist (items gist__int_ops);
CREATE INDEX shape_room_during_gist ON shape USING gist (room, during) INCLUDE (name);
CREATE INDEX shape_at_spgist ON shape USING spgist (at kd_point_ops);
CREATE INDEX shape_host_spgist ON shape USING spgist (host);
CREATE INDEX shape_name_spgist ON shape USING spgist (name);
CREATE INDEX shape_pages_spgist ON shape USING spgist (pages);
CREATE INDEX shape_area_spgist ON shape USING spgist (area);
CREATE INDEX shape_logged_brin ON shape USING brin (logged_at) WITH (pages_per_range = 16);
CREATE INDEX shape_sensor_brin ON shape USING brin (sensor int4_minmax_multi_ops, reading);
CREATE INDEX shape_token_brin ON shape USING brin (token text_bloom_ops (n_distinct_per_range = 200)) WITH (pages_per_range = 8);
CREATE INDEX shape_host_brin ON shape USING brin (host inet_inclusion_ops) WITH (autosummarize = on);
CREATE INDEX shape_token_hash ON shape USING hash (token);
CREATE INDEX shape_k_bloom ON shape USING bloom (k1, k2, k3) WITH (length = 80, col1 = 2);
CREATE INDEX shape_k1_hash ON shape USING hash (k1) WHERE k2 > 40;
VACUUM ANALYZE shape;

CREATE TABLE booking (
    room integer NOT NULL,
    during tstzrange NOT NULL,
    cancelled boolean NOT NULL DEFAULT false,
    id bigserial PRIMARY KEY,
    EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled)
);
INSERT INTO booking (room, during, cancelled)
SELECT n % 25, tstzrange(timestamptz '2022-01-01 UTC' + (n / 25) * interval '2 hours', timestamptz '2022-01-01 UTC' + (n / 25) * interval '2 hours' + interval '90 minutes'), n % 30 = 0
  FROM generate_series(1, 8000) n;
ANALYZE booking;

-- Clustered, and grown since the last VACUUM: BRIN ranges that are not summarised.
CREATE TABLE measurement (at timestamptz NOT NULL, device integer NOT NULL, value real, note text);
CREATE INDEX measurement_at_brin ON measurement USING brin (at) WITH (pages_per_range = 4);
CREATE INDEX measurement_device ON measurement (device, at);
INSERT INTO measurement SELECT timestamptz '2022-01-01 UTC' + n * interval '5 seconds', pg_temp.pick(n, 1, 300), pg_temp.pick(n, 2, 1000) / 3.0, 'n' FROM generate_series(1, 60000) n;
VACUUM ANALYZE measurement;
INSERT INTO measurement SELECT timestamptz '2022-01-01 UTC' + n * interval '5 seconds', pg_temp.pick(n, 1, 300), pg_temp.pick(n, 2, 1000) / 3.0, 'n' FROM generate_series(60001, 80000) n;
