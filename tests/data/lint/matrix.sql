-- The schema that the lock matrix was measured on.
CREATE SCHEMA w;
CREATE SCHEMA w2;
CREATE TYPE w.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN w.dom AS int;
CREATE SEQUENCE w.sq;
CREATE FUNCTION w.vol() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE FUNCTION w.stab() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION w.trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE w.ref (id bigint PRIMARY KEY);
INSERT INTO w.ref SELECT generate_series(1, 500);
CREATE TABLE w.t (
    id bigint PRIMARY KEY, a int, b int NOT NULL, ref_id bigint, s varchar(10), s20 varchar(20), txt text,
    c char(5), n numeric(10, 2), ts timestamp, tz timestamptz, ts3 timestamp(3), d date, iv interval, js json,
    jb jsonb, ci cidr, ine inet, en w.mood, dm w.dom, r real, vb varbit(8), bt bit(8)
);
INSERT INTO w.t SELECT i, i, i, 1 + i % 500, i::text, i::text, 'x', 'c', 1.5, now(), now(), now(), now(), '1 hour',
    '{}', '{}', '10.0.0.0/8', '10.0.0.1', 'ok', 1, 1.5, B'101', B'10101010' FROM generate_series(1, 5000) i;
CREATE INDEX t_a_idx ON w.t (a);
CREATE UNIQUE INDEX t_b_uidx ON w.t (b);
CREATE INDEX t_s_idx ON w.t (s);
CREATE UNIQUE INDEX t_id2 ON w.t (id);
CREATE TABLE w.child (id int PRIMARY KEY, ref_id bigint REFERENCES w.ref (id));
INSERT INTO w.child SELECT i, i FROM generate_series(1, 500) i;
CREATE TABLE w.ref2 (id int PRIMARY KEY);
INSERT INTO w.ref2 SELECT generate_series(1, 500);
CREATE TABLE w.child2 (id int PRIMARY KEY, ref2_id int REFERENCES w.ref2 (id));
INSERT INTO w.child2 SELECT i, i FROM generate_series(1, 500) i;
CREATE TABLE w.p (k int NOT NULL, x int) PARTITION BY RANGE (k);
CREATE TABLE w.p1 PARTITION OF w.p FOR VALUES FROM (0) TO (500);
CREATE TABLE w.p2 PARTITION OF w.p FOR VALUES FROM (500) TO (1000);
INSERT INTO w.p SELECT i, i FROM generate_series(0, 999) i;
CREATE TABLE w.pn (k int NOT NULL, x int);
INSERT INTO w.pn SELECT i, i FROM generate_series(2000, 2499) i;
CREATE TABLE w.q (k int NOT NULL, x int) PARTITION BY RANGE (k);
CREATE TABLE w.q1 PARTITION OF w.q FOR VALUES FROM (0) TO (500);
CREATE TABLE w.qd PARTITION OF w.q DEFAULT;
INSERT INTO w.q SELECT i, i FROM generate_series(0, 999) i;
CREATE TABLE w.src (id int PRIMARY KEY, a int);
INSERT INTO w.src SELECT i, i FROM generate_series(1, 500) i;
CREATE VIEW w.v AS SELECT id, a FROM w.src;
CREATE MATERIALIZED VIEW w.mv AS SELECT id, a FROM w.src;
CREATE UNIQUE INDEX mv_id ON w.mv (id);
CREATE TABLE w.par (id int, a int);
CREATE TABLE w.kid () INHERITS (w.par);
ANALYZE;
