\echo == names/keyword
EXPLAIN VERBOSE SELECT "from", "where" FROM "select" WHERE "order" = 7 AND "where" > 'm';
\echo == names/unicode
EXPLAIN VERBOSE SELECT * FROM "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" WHERE "it's" = 3 ORDER BY "ключ" DESC;
\echo == names/unicode-extended
EXPLAIN SELECT "ключ", "it's", count(*) FROM "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" GROUP BY 1, 2;
\echo == names/special-values
EXPLAIN SELECT "ID" FROM "Old Sales"."Größe ""Δ"" 'x' $1 \n; --" WHERE lower("zwei Worte") = 'otter, {"3' OR "a.b" = E'a\\b\tc2';
\echo == names/longest
EXPLAIN SELECT * FROM a23456789012345678901234567890123456789012345678901234567890abc WHERE id = 5;
EXPLAIN SELECT * FROM a23456789012345678901234567890123456789012345678901234567890abd WHERE v = '5';
\echo == names/same-name-other-schema
EXPLAIN SELECT * FROM customer c JOIN sales.customer s ON s.name = c.first_name WHERE c.id < 1100;
\echo == names/search-path
SET search_path = sales, public, ext;
EXPLAIN SELECT * FROM customer JOIN orders ON orders.customer_id = customer.id WHERE customer.score = 3;
RESET ALL;
\echo == names/like-a-catalog
EXPLAIN SELECT * FROM sales.pg_class WHERE relname = 'otter';
\echo == names/cycle-of-foreign-keys
EXPLAIN SELECT * FROM chicken c JOIN egg e ON e.chicken_id = c.id AND c.egg_id = e.id;
\echo == names/row-type-of-table
EXPLAIN SELECT * FROM described WHERE bird = ROW(7, 7)::chicken OR describe(bird) = 'chicken 7';
