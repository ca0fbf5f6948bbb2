-- Inheritance of the old kind: three levels, two parents, other orders, columns of the child's own, a child with rows of
-- its own and none in the parent.
CREATE TABLE vehicle (id serial PRIMARY KEY, label text, wheels integer, built date, gone text);
CREATE TABLE owned (owner_name text, since date);
CREATE TABLE car (doors integer, CHECK (wheels = 4)) INHERITS (vehicle);
CREATE TABLE truck (payload numeric, wheels integer, label text, axles integer) INHERITS (vehicle, owned);
CREATE TABLE fire_truck (ladder integer) INHERITS (truck);
CREATE TABLE bicycle (bell boolean, built date, wheels integer, id integer NOT NULL, label text, gone text);
ALTER TABLE vehicle DROP COLUMN gone;
ALTER TABLE bicycle DROP COLUMN gone;
ALTER TABLE bicycle INHERIT vehicle;
INSERT INTO vehicle (label, wheels, built) SELECT pg_temp.word(n, 1), 2 + n % 3, date '2000-01-01' + n FROM generate_series(1, 500) n;
INSERT INTO car (label, wheels, built, doors) SELECT pg_temp.word(n, 2), 4, date '2005-01-01' + n % 2000, 2 + n % 4 FROM generate_series(1, 12000) n;
INSERT INTO truck (label, wheels, built, payload, axles, owner_name, since)
SELECT pg_temp.word(n, 3), 6 + 2 * (n % 3), date '2010-01-01' + n % 3000, n % 400, 2 + n % 3, pg_temp.word(n, 4), date '2015-01-01' + n % 900 FROM generate_series(1, 6000) n;
INSERT INTO fire_truck (label, wheels, built, ladder, owner_name) SELECT 'fire', 6, date '2018-01-01' + n, n % 30, 'city' FROM generate_series(1, 300) n;
INSERT INTO bicycle (id, label, wheels, built, bell) SELECT 100000 + n, pg_temp.word(n, 5), 2, date '2012-01-01' + n % 1500, n % 2 = 0 FROM generate_series(1, 9000) n;
CREATE INDEX ON car (built);
CREATE INDEX ON truck (built) INCLUDE (payload);
CREATE INDEX ON bicycle (built, label);
CREATE UNIQUE INDEX ON bicycle (id);
CREATE STATISTICS vehicle_stats ON wheels, label FROM vehicle;
CREATE STATISTICS truck_stats (mcv, dependencies) ON axles, wheels FROM truck;
VACUUM ANALYZE vehicle;
VACUUM ANALYZE car;
ANALYZE truck;
ANALYZE bicycle;
