\echo == spatial/point-in-box
EXPLAIN SELECT id FROM shape WHERE at <@ box '((100,0),(900,400))';
\echo == spatial/nearest
EXPLAIN SELECT id FROM shape ORDER BY at <-> point '(500,500)' LIMIT 10;
\echo == spatial/box-overlap
EXPLAIN SELECT id FROM shape WHERE area && box '((10,10),(40,40))';
\echo == spatial/polygon
EXPLAIN SELECT id FROM shape WHERE outline @> polygon '((1,1),(2,2),(3,1))';
\echo == spatial/circle-without-index
EXPLAIN SELECT count(*) FROM shape WHERE ring && circle '<(10,10),5>';
\echo == spatial/range
EXPLAIN SELECT id FROM shape WHERE pages @> 9500;
\echo == spatial/range-and-equal
EXPLAIN SELECT id, name FROM shape WHERE room = 7 AND during && tsrange('2023-01-01', '2023-01-09');
\echo == spatial/inet
EXPLAIN SELECT id FROM shape WHERE host << inet '10.3.0.0/16';
\echo == spatial/text-prefix
EXPLAIN SELECT id FROM shape WHERE name ^@ 'otterbirch1' OR name = 'fjordamber3';
\echo == spatial/text-order
EXPLAIN SELECT name FROM shape WHERE name ~<~ 'amberb';
\echo == spatial/cube
EXPLAIN SELECT id FROM shape WHERE vector <@ cube '(1,1,1),(4,9,9)' ORDER BY vector <-> cube '(2,2,2)' LIMIT 5;
\echo == spatial/ltree
EXPLAIN SELECT id FROM shape WHERE tree ~ 'r.heron.*' AND tree <@ 'r';
\echo == spatial/intarray
EXPLAIN SELECT id FROM shape WHERE items && ARRAY[300, 390];
\echo == spatial/brin-range
EXPLAIN SELECT count(*) FROM shape WHERE logged_at BETWEEN '2022-01-02 00:00:00+00' AND '2022-01-02 06:00:00+00';
\echo == spatial/brin-multi
EXPLAIN SELECT count(*) FROM shape WHERE sensor = 17 AND reading > 11000;
\echo == spatial/brin-bloom
EXPLAIN SELECT count(*) FROM shape WHERE token = md5('77');
\echo == spatial/brin-inclusion
SET enable_indexscan = off; SET enable_seqscan = off;
EXPLAIN SELECT count(*) FROM shape WHERE host = '10.1.7.9' AND logged_at < '2022-01-01 01:00:00+00';
RESET ALL;
\echo == spatial/brin-grown
EXPLAIN SELECT avg(value) FROM measurement WHERE at > '2022-01-05 00:00:00+00';
\echo == spatial/brin-beyond
SET enable_seqscan = off;
EXPLAIN SELECT avg(value) FROM measurement WHERE at BETWEEN '2022-01-05 09:00:00+00' AND '2022-01-05 10:00:00+00';
RESET ALL;
\echo == spatial/hash
EXPLAIN SELECT id FROM shape WHERE token = md5('4711');
\echo == spatial/hash-partial
EXPLAIN SELECT id FROM shape WHERE k1 = 12 AND k2 > 50;
\echo == spatial/bloom
SET enable_seqscan = off;
EXPLAIN SELECT id FROM shape WHERE k2 = 12 AND k3 = 44;
RESET ALL;
\echo == spatial/exclusion
EXPLAIN SELECT id FROM booking WHERE room = 7 AND during && tstzrange('2022-01-03 00:00:00+00', '2022-01-04 00:00:00+00') AND NOT cancelled;
\echo == spatial/exclusion-insert
EXPLAIN INSERT INTO booking (room, during) SELECT room, during FROM booking WHERE cancelled ON CONFLICT DO NOTHING;
\echo == spatial/spgist-only
SET enable_bitmapscan = off;
EXPLAIN SELECT host FROM shape WHERE host <<= '10.0.5.0/24';
RESET ALL;
\echo == spatial/gist-include
SET enable_bitmapscan = off;
EXPLAIN SELECT name FROM shape WHERE room = 9 AND during @> timestamp '2022-06-01 00:10';
RESET ALL;
\echo == spatial/join
EXPLAIN SELECT count(*) FROM shape a JOIN shape b ON a.area @> b.at WHERE b.k1 = 3;
\echo == spatial/skewed-join
EXPLAIN SELECT count(*) FROM measurement m JOIN shape s ON s.sensor = m.device AND s.logged_at = m.at WHERE m.device < 40;
