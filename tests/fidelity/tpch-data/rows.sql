-- Rows for the tables of the TPC-H schema, of our own making: the same each time, with the words that the queries look for.
-- psql -v sf=0.1 (scale factor; 1 is 6 million lines). Then indexes, VACUUM and ANALYZE. Not the rows of dbgen.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
CREATE FUNCTION pg_temp.pick(n bigint, salt bigint, below bigint) RETURNS integer LANGUAGE sql IMMUTABLE
AS 'SELECT ((pg_catalog.hashint8extended(n, salt) & 2147483647) % below)::integer';
CREATE TEMP TABLE words AS SELECT
    '{carefully,quickly,furiously,special,regular,final,express,ironic,pending,bold,silent,requests,deposits,packages,accounts,theodolites,foxes,pearls,ideas,Customer,Complaints,sleep,haggle,nag,wake,among,above,after,blithely,unusual}'::text[] AS w,
    '{green,forest,almond,azure,beige,blush,brown,coral,cream,dim,drab,firebrick,ghost,honeydew,indian,khaki,lace,lemon,linen,maroon,misty,navy,olive,orchid,peru,plum,red,rose,salmon,tan}'::text[] AS c;
CREATE FUNCTION pg_temp.phrase(n bigint, salt bigint, w text[]) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT w[1 + pg_temp.pick(n, salt, 30)] || '' '' || w[1 + pg_temp.pick(n, salt + 1, 30)] || '' '' || w[1 + pg_temp.pick(n, salt + 2, 30)] || left('' the slyly even dependencies'', pg_temp.pick(n, salt + 3, 28))';
SELECT (200000 * :sf)::integer AS parts, (10000 * :sf)::integer AS suppliers, (150000 * :sf)::integer AS customers, (1500000 * :sf)::integer AS orders \gset

INSERT INTO region SELECT n - 1, (ARRAY['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'])[n], 'region ' || n FROM generate_series(1, 5) n;
INSERT INTO nation SELECT n - 1, (string_to_array('ALGERIA,ARGENTINA,BRAZIL,CANADA,EGYPT,ETHIOPIA,FRANCE,GERMANY,INDIA,INDONESIA,IRAN,IRAQ,JAPAN,JORDAN,KENYA,MOROCCO,MOZAMBIQUE,PERU,CHINA,ROMANIA,SAUDI ARABIA,VIETNAM,RUSSIA,UNITED KINGDOM,UNITED STATES', ','))[n],
       (ARRAY[0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1])[n], 'nation ' || n FROM generate_series(1, 25) n;
INSERT INTO part
SELECT n, c[1 + pg_temp.pick(n, 1, 30)] || ' ' || c[1 + pg_temp.pick(n, 2, 30)] || ' ' || c[1 + pg_temp.pick(n, 3, 30)] || ' ' || c[1 + pg_temp.pick(n, 4, 30)],
       'Manufacturer#' || m, 'Brand#' || m || 1 + pg_temp.pick(n, 6, 5),
       (ARRAY['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'])[1 + pg_temp.pick(n, 7, 6)] || ' ' || (ARRAY['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'])[1 + pg_temp.pick(n, 8, 5)] || ' ' || (ARRAY['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'])[1 + pg_temp.pick(n, 9, 5)],
       1 + pg_temp.pick(n, 10, 50),
       (ARRAY['SM', 'LG', 'MED', 'JUMBO', 'WRAP'])[1 + pg_temp.pick(n, 11, 5)] || ' ' || (ARRAY['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'])[1 + pg_temp.pick(n, 12, 8)],
       900 + (n % 1000) / 10.0, left(pg_temp.phrase(n, 13, w), 23)
  FROM words, generate_series(1, :parts) n, LATERAL (SELECT 1 + pg_temp.pick(n, 5, 5) AS m) b;
INSERT INTO supplier
SELECT n, 'Supplier#' || lpad(n::text, 9, '0'), left(md5('s' || n), 10 + n % 20), nation, 10 + nation || '-' || lpad(pg_temp.pick(n, 2, 10000000)::text, 11, '0'), pg_temp.pick(n, 3, 1100000) / 100.0 - 1000, pg_temp.phrase(n, 4, w)
  FROM words, generate_series(1, :suppliers) n, LATERAL (SELECT pg_temp.pick(n, 1, 25) AS nation) x;
INSERT INTO partsupp
SELECT p, 1 + (p + s * (:suppliers / 4 + p / :suppliers)) % :suppliers, 1 + pg_temp.pick(p * 4 + s, 1, 9999), pg_temp.pick(p * 4 + s, 2, 100000) / 100.0 + 1, pg_temp.phrase(p * 4 + s, 3, w) || ' ' || pg_temp.phrase(p * 4 + s, 9, w)
  FROM words, generate_series(1, :parts) p, generate_series(0, 3) s ON CONFLICT DO NOTHING;
INSERT INTO customer
SELECT n, 'Customer#' || lpad(n::text, 9, '0'), left(md5('c' || n), 10 + n % 20), nation, 10 + nation || '-' || lpad(pg_temp.pick(n, 2, 10000000)::text, 11, '0'), pg_temp.pick(n, 3, 1100000) / 100.0 - 1000,
       (ARRAY['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'])[1 + pg_temp.pick(n, 4, 5)], pg_temp.phrase(n, 5, w)
  FROM words, generate_series(1, :customers) n, LATERAL (SELECT pg_temp.pick(n, 1, 25) AS nation) x;
-- A third of the customers never orders; eight of each 32 keys are used.
INSERT INTO orders
SELECT n / 8 * 32 + n % 8, 1 + pg_temp.pick(n, 1, :customers / 3) * 3 + n % 2, CASE WHEN d > '1995-06-17' THEN 'O' WHEN d < '1995-03-17' THEN 'F' ELSE 'P' END,
       pg_temp.pick(n, 2, 50000000) / 100.0 + 900, d, (ARRAY['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'])[1 + pg_temp.pick(n, 3, 5)],
       'Clerk#' || lpad(pg_temp.pick(n, 4, 1000)::text, 9, '0'), 0, pg_temp.phrase(n, 5, w)
  FROM words, generate_series(1, :orders) n, LATERAL (SELECT date '1992-01-01' + pg_temp.pick(n, 6, 2406) AS d) x;
INSERT INTO lineitem
SELECT o_orderkey, part, 1 + (part + pg_temp.pick(k, 2, 4) * (:suppliers / 4 + part / :suppliers)) % :suppliers, line, 1 + pg_temp.pick(k, 3, 50), (1 + pg_temp.pick(k, 3, 50)) * (900 + (part % 1000) / 10.0),
       pg_temp.pick(k, 4, 11) / 100.0, pg_temp.pick(k, 5, 9) / 100.0, CASE WHEN receipt <= '1995-06-17' THEN (ARRAY['R', 'A'])[1 + pg_temp.pick(k, 6, 2)] ELSE 'N' END, CASE WHEN ship > '1995-06-17' THEN 'O' ELSE 'F' END,
       ship, o_orderdate + 30 + pg_temp.pick(k, 7, 61), receipt, (ARRAY['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'])[1 + pg_temp.pick(k, 8, 4)],
       (ARRAY['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'])[1 + pg_temp.pick(k, 9, 7)], left(pg_temp.phrase(k, 10, w), 44)
  FROM words, orders, LATERAL generate_series(1, 1 + pg_temp.pick(o_orderkey, 20, 7)) line,
       LATERAL (SELECT o_orderkey::bigint * 8 + line AS k) x,
       LATERAL (SELECT 1 + pg_temp.pick(k, 1, :parts) AS part, o_orderdate + 1 + pg_temp.pick(k, 11, 121) AS ship) y,
       LATERAL (SELECT ship + 1 + pg_temp.pick(k, 12, 30) AS receipt) z;
ALTER TABLE region ADD PRIMARY KEY (r_regionkey);
ALTER TABLE nation ADD PRIMARY KEY (n_nationkey), ADD FOREIGN KEY (n_regionkey) REFERENCES region;
ALTER TABLE part ADD PRIMARY KEY (p_partkey);
ALTER TABLE supplier ADD PRIMARY KEY (s_suppkey);
ALTER TABLE partsupp ADD PRIMARY KEY (ps_partkey, ps_suppkey);
ALTER TABLE customer ADD PRIMARY KEY (c_custkey);
ALTER TABLE orders ADD PRIMARY KEY (o_orderkey);
ALTER TABLE lineitem ADD PRIMARY KEY (l_orderkey, l_linenumber), ADD FOREIGN KEY (l_orderkey) REFERENCES orders NOT VALID;
CREATE INDEX lineitem_part ON lineitem (l_partkey, l_suppkey);
CREATE INDEX lineitem_shipdate ON lineitem (l_shipdate) INCLUDE (l_discount, l_quantity);
CREATE INDEX orders_customer ON orders (o_custkey);
CREATE INDEX orders_date ON orders USING brin (o_orderdate);
CREATE INDEX part_type ON part (p_type, p_size);
VACUUM ANALYZE;
