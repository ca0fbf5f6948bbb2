\echo == inheritance/whole
EXPLAIN SELECT count(*) FROM vehicle;
\echo == inheritance/only
EXPLAIN SELECT count(*) FROM ONLY vehicle WHERE wheels = 3;
\echo == inheritance/extended
EXPLAIN SELECT wheels, label, count(*) FROM vehicle GROUP BY wheels, label;
\echo == inheritance/middle
EXPLAIN SELECT axles, wheels, count(*) FROM truck WHERE axles = 3 AND wheels = 8 GROUP BY 1, 2;
\echo == inheritance/index
EXPLAIN SELECT id, label FROM vehicle WHERE built = '2013-02-03';
\echo == inheritance/ordered
EXPLAIN SELECT built FROM vehicle WHERE built > '2010-01-01' ORDER BY built LIMIT 30;
\echo == inheritance/second-parent
EXPLAIN SELECT owner_name, count(*) FROM owned WHERE since > '2016-01-01' GROUP BY owner_name;
\echo == inheritance/child
EXPLAIN SELECT * FROM fire_truck WHERE ladder = 5;
\echo == inheritance/check-excludes
EXPLAIN SELECT * FROM vehicle WHERE wheels = 2 AND built < '2012-02-01';
\echo == inheritance/update
EXPLAIN UPDATE vehicle SET label = 'new' WHERE built = '2012-06-01';
\echo == inheritance/join
EXPLAIN SELECT v.id, c.doors FROM vehicle v JOIN car c ON c.built = v.built AND c.label = v.label WHERE v.id < 50;
\echo == inheritance/tableoid
EXPLAIN VERBOSE SELECT tableoid::regclass, id FROM vehicle WHERE id = 100007;
