\echo == hashes/enum-zz
EXPLAIN SELECT * FROM by_grade WHERE grade = 'zz';
\echo == hashes/enum-a
EXPLAIN SELECT * FROM by_grade WHERE grade = 'a';
\echo == hashes/enum-aa
EXPLAIN SELECT * FROM by_grade WHERE grade = 'aa';
\echo == hashes/enum-b
EXPLAIN SELECT * FROM by_grade WHERE grade = 'b';
\echo == hashes/enum-c
EXPLAIN SELECT * FROM by_grade WHERE grade = 'c';
\echo == hashes/enum-d
EXPLAIN SELECT * FROM by_grade WHERE grade = 'd';
\echo == hashes/enum-order
EXPLAIN SELECT * FROM by_grade WHERE grade BETWEEN 'zz' AND 'aa' ORDER BY grade;
\echo == hashes/domain-a
EXPLAIN SELECT * FROM by_domain WHERE grade = 'a'::grade;
\echo == hashes/domain-d
EXPLAIN SELECT * FROM by_domain WHERE grade = 'd'::grade;
\echo == hashes/array-1
EXPLAIN SELECT * FROM by_grades WHERE grades = '{a,b}';
\echo == hashes/array-2
EXPLAIN SELECT * FROM by_grades WHERE grades = '{aa,b}';
\echo == hashes/array-3
EXPLAIN SELECT * FROM by_grades WHERE grades = '{c}';
\echo == hashes/composite-a
EXPLAIN SELECT * FROM by_pair WHERE pair = ROW('a', 1)::grade_pair;
\echo == hashes/composite-aa
EXPLAIN SELECT * FROM by_pair WHERE pair = ROW('aa', 1)::grade_pair;
\echo == hashes/composite-d
EXPLAIN SELECT * FROM by_pair WHERE pair = ROW('d', 1)::grade_pair;
\echo == hashes/operator-class-5
EXPLAIN SELECT * FROM by_7919 WHERE a = 5;
\echo == hashes/operator-class-6
EXPLAIN SELECT * FROM by_7919 WHERE a = 6;
\echo == hashes/operator-class-7
EXPLAIN SELECT * FROM by_7919 WHERE a = 7;
\echo == hashes/list-zz
EXPLAIN SELECT * FROM grade_list WHERE grade = 'zz' AND n < 50;
\echo == hashes/list-aa
EXPLAIN SELECT * FROM grade_list WHERE grade = 'aa' AND n < 50;
\echo == hashes/enum-range
SELECT enum_range(NULL::grade), enum_range(NULL::unlabelled);
\echo == hashes/optional-function
EXPLAIN SELECT * FROM loose WHERE a < 7;
\echo == hashes/loose-operator
EXPLAIN SELECT * FROM loose WHERE b < 7::bigint;
