-- The relations that the lock matrix was measured on.
CREATE SCHEMA w;
CREATE SCHEMA w2;
CREATE DOMAIN w.dom AS int;
CREATE TYPE w.mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE w.sq;
CREATE FUNCTION w.vol() RETURNS int LANGUAGE sql VOLATILE AS 'select 1';
CREATE FUNCTION w.stab() RETURNS int LANGUAGE sql STABLE AS 'select 1';
CREATE FUNCTION w.trg() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE FUNCTION w.evf() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';

CREATE TABLE w.ref (id bigint PRIMARY KEY);
CREATE TABLE w.t (
  id bigint PRIMARY KEY, a int, b int NOT NULL, s varchar(10), s20 varchar(20), txt text, c char(5),
  n numeric(10, 2), ts timestamp, tz timestamptz, ts3 timestamp(3), d date, iv interval, js json,
  jb jsonb, ci cidr, ine inet, en w.mood, dm w.dom, r real, vb varbit(8), bt bit(8), ref_id bigint
);
CREATE INDEX t_a_idx ON w.t (a);
CREATE UNIQUE INDEX t_b_uidx ON w.t (b);
CREATE INDEX t_s_idx ON w.t (s);
CREATE INDEX t_id2 ON w.t (id, a);
CREATE TABLE w.child (id bigint PRIMARY KEY, ref_id bigint REFERENCES w.ref (id));
CREATE TABLE w.ref2 (id int PRIMARY KEY);
CREATE TABLE w.child2 (id int PRIMARY KEY, ref2_id int REFERENCES w.ref2 (id));

CREATE TABLE w.p (k int NOT NULL, x int) PARTITION BY RANGE (k);
CREATE TABLE w.p1 PARTITION OF w.p FOR VALUES FROM (0) TO (1000);
CREATE TABLE w.p2 PARTITION OF w.p FOR VALUES FROM (1000) TO (2000);
CREATE TABLE w.pn (k int NOT NULL, x int);
CREATE TABLE w.q (k int NOT NULL, x int) PARTITION BY RANGE (k);
CREATE TABLE w.q1 PARTITION OF w.q FOR VALUES FROM (0) TO (1000);
CREATE TABLE w.qd PARTITION OF w.q DEFAULT;

CREATE TABLE w.src (id int PRIMARY KEY, a int);
CREATE VIEW w.v AS SELECT id, a FROM w.src;
CREATE MATERIALIZED VIEW w.mv AS SELECT id, a FROM w.src;
CREATE UNIQUE INDEX mv_id ON w.mv (id);
CREATE TABLE w.par (id int, a int);
CREATE TABLE w.kid () INHERITS (w.par);
ALTER TABLE w.t OWNER TO postgres;
