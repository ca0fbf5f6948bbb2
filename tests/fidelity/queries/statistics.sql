\echo == statistics/mcv
EXPLAIN SELECT * FROM orders WHERE city = (SELECT 'otter3') OR (zip = 33 AND country = 'PL');
\echo == statistics/mcv-three
EXPLAIN SELECT * FROM orders WHERE zip = 300 AND country = 'DE';
\echo == statistics/mcv-enums
EXPLAIN SELECT * FROM orders WHERE feeling = 'sad' AND light = 'amber' AND flag;
\echo == statistics/mcv-enums-range
EXPLAIN SELECT * FROM orders WHERE feeling > 'calm' AND light < 'green' AND NOT flag;
\echo == statistics/mcv-or
EXPLAIN SELECT * FROM orders WHERE (feeling = 'glad' AND light = 'red') OR (feeling = 'angry' AND flag);
\echo == statistics/mcv-in
EXPLAIN SELECT * FROM orders WHERE feeling IN ('sad', 'calm') AND light IN ('red', 'green') AND flag IS NOT NULL;
\echo == statistics/mcv-nulls
EXPLAIN SELECT * FROM orders WHERE half_null IS NULL AND skew = 0;
\echo == statistics/ndistinct
EXPLAIN SELECT city, zip, country, count(*) FROM orders GROUP BY city, zip, country;
\echo == statistics/ndistinct-two
EXPLAIN SELECT zip, country FROM orders GROUP BY zip, country;
\echo == statistics/ndistinct-enums
EXPLAIN SELECT DISTINCT feeling, country, light FROM orders;
\echo == statistics/dependencies
EXPLAIN SELECT * FROM orders WHERE zip = 300 AND feeling = 'angry';
\echo == statistics/dependencies-in
EXPLAIN SELECT * FROM orders WHERE zip IN (300, 303, 306) AND city = 'otter20' AND feeling = ANY ('{angry,sad}'::mood[]);
\echo == statistics/expression
EXPLAIN SELECT * FROM orders WHERE zip % 10 = 3 AND upper(country) = 'FR';
\echo == statistics/expression-group
EXPLAIN SELECT zip % 10, upper(country), city, count(*) FROM orders GROUP BY 1, 2, 3;
\echo == statistics/expression-only
EXPLAIN SELECT date_trunc('day', ordered_at, 'UTC'), count(*) FROM orders GROUP BY 1;
\echo == statistics/expression-of-index
EXPLAIN SELECT * FROM orders WHERE upper(country) = 'AT' AND zip % 10 < 2;
\echo == statistics/never-built
EXPLAIN SELECT * FROM orders WHERE amount > 8000 AND flag;
\echo == statistics/all-null-column
EXPLAIN SELECT * FROM orders WHERE all_null = 5;
EXPLAIN SELECT * FROM orders WHERE all_null IS NULL AND half_null IS NOT NULL;
\echo == statistics/constant-column
EXPLAIN SELECT constant, count(*) FROM orders WHERE constant = 'same' GROUP BY constant;
EXPLAIN SELECT * FROM orders WHERE constant = 'other';
\echo == statistics/n-distinct-option
EXPLAIN SELECT unique_text, count(*) FROM orders GROUP BY unique_text;
\echo == statistics/skewed
EXPLAIN SELECT * FROM orders WHERE skew = 0;
EXPLAIN SELECT * FROM orders WHERE skew = 7000;
EXPLAIN SELECT * FROM orders WHERE skew > 0 ORDER BY skew;
\echo == statistics/array-column
EXPLAIN SELECT * FROM orders WHERE arr @> ARRAY[3] AND arr[2] = 5;
\echo == statistics/beyond-last
EXPLAIN SELECT * FROM journal WHERE at > '2022-12-01 00:00:00+00';
\echo == statistics/beyond-last-sequence
EXPLAIN SELECT * FROM journal WHERE seq > 60500;
\echo == statistics/beyond-last-shuffled
EXPLAIN SELECT count(*) FROM journal WHERE shuffled >= 2001000 AND shuffled < 2065000;
\echo == statistics/before-first
EXPLAIN SELECT * FROM journal WHERE low < -65000;
EXPLAIN SELECT * FROM journal WHERE seq < 600;
\echo == statistics/beyond-everything
EXPLAIN SELECT * FROM journal WHERE at > '2030-01-01 00:00:00+00' OR seq < -5;
\echo == statistics/beside-text
EXPLAIN SELECT * FROM journal WHERE word > 'zz64' ORDER BY word DESC;
\echo == statistics/beside-in-second-column
EXPLAIN SELECT * FROM journal WHERE level = 9 AND at > '2023-01-20 00:00:00+00';
\echo == statistics/between-ends
EXPLAIN SELECT count(*) FROM journal WHERE at BETWEEN '2022-01-21 00:00:00+00' AND '2023-01-22 00:00:00+00';
\echo == statistics/merge-join-ends
SET enable_hashjoin = off; SET enable_nestloop = off;
EXPLAIN SELECT count(*) FROM journal j JOIN journal_reader r USING (seq);
EXPLAIN SELECT count(*) FROM journal_reader r JOIN orders o ON o.id = r.seq;
RESET ALL;
\echo == statistics/merge-join-ends-outer
SET enable_hashjoin = off;
EXPLAIN SELECT count(*) FROM journal j FULL JOIN journal_reader r USING (seq);
RESET ALL;
\echo == statistics/correlation
SET enable_bitmapscan = off; SET enable_seqscan = off;
EXPLAIN SELECT * FROM journal WHERE seq BETWEEN 2000 AND 9000;
EXPLAIN SELECT * FROM journal WHERE shuffled BETWEEN 2000 AND 90000;
RESET ALL;
\echo == statistics/min-max
EXPLAIN SELECT min(seq), max(at), min(shuffled), max(word) FROM journal;
\echo == statistics/histogram-join
EXPLAIN SELECT count(*) FROM journal j JOIN orders o ON o.ordered_at < j.at AND o.zip = j.level;
\echo == statistics/mcv-join
EXPLAIN SELECT count(*) FROM orders a JOIN orders b ON a.city = b.city AND a.zip = b.zip;
\echo == statistics/function-of-column
EXPLAIN SELECT count(*) FROM orders WHERE length(city) > 6 AND amount + 1 > 7 AND -zip < 4;
