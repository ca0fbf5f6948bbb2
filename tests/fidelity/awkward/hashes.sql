-- Hash-partitioned tables, whose partition a constant falls into depends on more than the constant: labels of enums
-- are hashed by their oid, operator classes may have hash functions of their own.
CREATE TYPE grade AS ENUM ('a', 'b', 'c', 'd');
ALTER TYPE grade ADD VALUE 'aa' AFTER 'a';
ALTER TYPE grade ADD VALUE 'zz' BEFORE 'a';
CREATE TYPE unlabelled AS ENUM ();
CREATE DOMAIN grade_domain AS grade;
CREATE TYPE grade_pair AS (grade grade, y integer);
CREATE FUNCTION hash7919(integer, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint * 7919';
CREATE OPERATOR CLASS hash7919_ops FOR TYPE integer USING hash AS
  OPERATOR 1 =, FUNCTION 1 hashint4(integer), FUNCTION 2 hash7919(integer, bigint);

CREATE TABLE by_grade (grade grade, n integer) PARTITION BY HASH (grade);
CREATE TABLE by_domain (grade grade_domain) PARTITION BY HASH (grade);
CREATE TABLE by_grades (grades grade[]) PARTITION BY HASH (grades);
CREATE TABLE by_pair (pair grade_pair) PARTITION BY HASH (pair);
CREATE TABLE by_7919 (a integer) PARTITION BY HASH (a hash7919_ops);
SELECT format('CREATE TABLE %s_%s PARTITION OF %1$s FOR VALUES WITH (MODULUS 4, REMAINDER %2$s)', t, r)
  FROM unnest('{by_grade,by_domain,by_grades,by_pair,by_7919}'::text[]) t, generate_series(0, 3) r \gexec
CREATE TABLE grade_list (grade grade DEFAULT 'b', n integer) PARTITION BY LIST (grade);
CREATE TABLE grade_list_az PARTITION OF grade_list FOR VALUES IN ('a', 'zz');
CREATE TABLE grade_list_rest PARTITION OF grade_list DEFAULT;
CREATE INDEX ON grade_list (n) WHERE grade = 'aa';
INSERT INTO by_grade SELECT ('{a,b,c,d}'::grade[])[1 + i % 4], i FROM generate_series(1, 4000) i;
INSERT INTO grade_list SELECT ('{a,b,c,d,zz,aa}'::grade[])[1 + i % 6], i FROM generate_series(1, 4000) i;
INSERT INTO by_7919 SELECT i FROM generate_series(1, 1000) i;

-- Members of operator families that belong to none of its classes.
CREATE OPERATOR CLASS ranged_ops FOR TYPE integer USING btree AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer),
  FUNCTION 3 in_range(integer, integer, integer, boolean, boolean);
CREATE OPERATOR FAMILY loose_family USING btree;
CREATE OPERATOR CLASS loose_ops FOR TYPE integer USING btree FAMILY loose_family AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
ALTER OPERATOR FAMILY loose_family USING btree ADD
  OPERATOR 1 < (integer, bigint), OPERATOR 3 = (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE TABLE loose (a integer, b integer);
CREATE INDEX ON loose (a ranged_ops);
CREATE INDEX ON loose (b loose_ops);
INSERT INTO loose SELECT i, i FROM generate_series(1, 5000) i;
