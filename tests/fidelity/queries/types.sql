\echo == types/enum-equal
EXPLAIN SELECT id FROM zoo WHERE feeling = 'very proud, "really"';
\echo == types/enum-range
EXPLAIN SELECT count(*) FROM zoo WHERE feeling >= 'sad' AND light = 'amber' AND at > '2021-03-01 00:00:00+00';
\echo == types/enum-group
EXPLAIN SELECT feeling, light, count(*) FROM zoo GROUP BY feeling, light;
\echo == types/domain
EXPLAIN SELECT * FROM zoo WHERE quantity = 17 AND small BETWEEN 10 AND 14;
\echo == types/domain-array
EXPLAIN SELECT id FROM zoo WHERE tags @> ARRAY['amber', 'fjord'] ORDER BY id;
\echo == types/domain-citext
EXPLAIN SELECT id FROM zoo WHERE mail = 'HERON12@example.ORG';
\echo == types/citext-prefix
EXPLAIN SELECT id FROM zoo WHERE handle LIKE 'otter1%' ORDER BY handle;
\echo == types/citext-no-statistics
EXPLAIN SELECT handle, count(*) FROM zoo GROUP BY handle;
\echo == types/composite
EXPLAIN SELECT id FROM zoo WHERE place > ROW(50, 2, 'x')::position3 AND place < ROW(52, 2, 'x')::position3;
\echo == types/composite-attribute
EXPLAIN VERBOSE SELECT id, (place).y FROM zoo WHERE (place).label = 'slate' AND (place).x < 10;
\echo == types/composite-nested
EXPLAIN SELECT deep, count(*) FROM zoo WHERE deep = ROW(ROW(1, 1, 'at, "2')::position3, ARRAY[date '2020-01-03'])::nested_position GROUP BY deep;
\echo == types/range-overlap
EXPLAIN SELECT id FROM zoo WHERE span && int4range(1400, 1480);
\echo == types/range-contains
EXPLAIN SELECT id FROM zoo WHERE days @> date '2020-01-20';
\echo == types/range-adjacent-and-left
EXPLAIN SELECT id FROM zoo WHERE days << daterange('2020-02-01', '2020-03-01') OR span -|- int4range(1, 5);
\echo == types/range-own
EXPLAIN SELECT id FROM zoo WHERE open && opening('05:00', '06:10');
\echo == types/range-of-text
EXPLAIN SELECT count(*) FROM zoo WHERE letters @> 'birch'::text;
\echo == types/range-empty
EXPLAIN SELECT id FROM zoo WHERE isempty(span) OR span = 'empty';
\echo == types/range-contained
EXPLAIN SELECT id FROM zoo WHERE span <@ int4range(900, 1300) AND lower(span) > 950;
\echo == types/multirange
EXPLAIN SELECT id FROM zoo WHERE spans @> 79 AND spans && int4multirange(int4range(1, 9));
\echo == types/array-element
EXPLAIN SELECT id FROM zoo WHERE 3 = ANY (numbers) AND numbers && ARRAY[1, 150];
\echo == types/array-equal
EXPLAIN SELECT id FROM zoo WHERE numbers = ARRAY[0, 5, 2];
\echo == types/array-subscript
EXPLAIN SELECT id FROM zoo WHERE numbers[1] > 150 AND grid[1][1] = 'otter';
\echo == types/jsonb-equal
EXPLAIN SELECT id FROM zoo WHERE doc @> '{"kind": "delta"}' AND doc ? 'n';
\echo == types/jsonb-order
EXPLAIN SELECT doc FROM zoo ORDER BY doc LIMIT 10;
\echo == types/hstore
EXPLAIN SELECT id FROM zoo WHERE props -> 'colour' = 'inlet' AND props @> 'size=>3';
\echo == types/ltree
EXPLAIN SELECT id FROM zoo WHERE path <@ 'top.amber' OR path ~ 'top.*.birch';
\echo == types/uuid
EXPLAIN SELECT id FROM zoo WHERE uid > 'c0000000-0000-0000-0000-000000000000' ORDER BY uid LIMIT 7;
\echo == types/inet-subnet
EXPLAIN SELECT id FROM zoo WHERE address << '10.3.0.0/16' AND net >>= '192.168.7.0/24';
\echo == types/inet-join
EXPLAIN SELECT count(*) FROM zoo a JOIN zoo b ON a.address && b.net;
\echo == types/numeric-and-float
EXPLAIN SELECT id FROM zoo WHERE price > 900.5 AND ratio < 100 AND small_ratio = 3.3333333;
\echo == types/char-padded
EXPLAIN SELECT id FROM zoo WHERE code = '0042' AND short LIKE 'ri%';
\echo == types/bytea
EXPLAIN SELECT id FROM zoo WHERE raw > '\xf0'::bytea;
\echo == types/interval-and-time
EXPLAIN SELECT id FROM zoo WHERE pause < interval '3 hours' AND clock BETWEEN '08:00' AND '08:20';
\echo == types/generated
EXPLAIN VERBOSE SELECT id, total FROM zoo WHERE total > 1500 AND lower_code = '0001  ';
\echo == types/generated-pattern
EXPLAIN SELECT id FROM zoo WHERE lower_code LIKE '004%';
\echo == types/include
EXPLAIN SELECT day, code, price FROM zoo WHERE day = '2021-05-05';
\echo == types/partial-boolean
EXPLAIN SELECT id FROM zoo WHERE rare AND id > 500;
\echo == types/boolean-tests
EXPLAIN SELECT count(*) FROM zoo WHERE flag IS NOT TRUE AND rare IS NULL AND added_later IS DISTINCT FROM 7;
\echo == types/attribute-option
EXPLAIN SELECT ref, count(*) FROM zoo GROUP BY ref;
\echo == types/all-null
EXPLAIN SELECT id FROM zoo WHERE nothing = 'x' OR nothing IS NOT NULL;
\echo == types/quoted-char-and-bits
EXPLAIN SELECT single, bits FROM zoo WHERE single = 'c' AND bits < B'0000011111' ORDER BY bits;
\echo == types/wide-row
EXPLAIN VERBOSE SELECT * FROM zoo ORDER BY at DESC LIMIT 5;
\echo == types/whole-row
EXPLAIN SELECT zoo, zoo.ctid, zoo.tableoid FROM zoo WHERE ctid = '(3,4)';
\echo == types/tid-range
EXPLAIN SELECT id FROM zoo WHERE ctid >= '(10,0)' AND ctid < '(20,0)';
\echo == types/unlogged
EXPLAIN SELECT u.id FROM unlogged_zoo u JOIN zoo z USING (id) WHERE u.feeling = 'sad' AND z.small = 5;
\echo == types/typed-table
EXPLAIN SELECT * FROM typed_place WHERE label = 'knoll' ORDER BY x;
\echo == types/collation-c
EXPLAIN SELECT c FROM collated WHERE c > 'slate' AND c < 'slate2' ORDER BY c;
\echo == types/collation-own
EXPLAIN SELECT own, posix FROM collated WHERE own >= 'Ridge' AND own < 'Slate' AND posix = 'otter';
\echo == types/collation-of-query
EXPLAIN SELECT plain FROM collated WHERE plain < 'b' COLLATE "C" ORDER BY plain COLLATE "C" DESC LIMIT 20;
\echo == types/pattern-prefix
EXPLAIN SELECT plain FROM collated WHERE plain LIKE 'otter4%';
\echo == types/pattern-regex
EXPLAIN SELECT plain FROM collated WHERE plain ~ '^(quail|ridge)1' OR plain ~* 'JETTY' OR plain ILIKE '%99';
\echo == types/starts-with
EXPLAIN SELECT plain FROM collated WHERE plain ^@ 'marsh';
\if :icu
\echo == types/collation-icu
EXPLAIN SELECT und FROM icu_collated WHERE und BETWEEN 'delta' AND 'delta3' ORDER BY und;
\echo == types/collation-icu-german
EXPLAIN SELECT german FROM icu_collated WHERE german > 'ridgeä4' AND german LIKE 'sl%';
\echo == types/collation-nondeterministic
EXPLAIN SELECT loose, count(*) FROM icu_collated WHERE loose = 'MARSH7' OR loose < 'birch' GROUP BY loose;
\endif
