-- So that a value is the end of an index or is not read at all: nothing but an index scan in its order; short; an error
-- where a policy would hide rows. $1: statement_timeout in ms.
SELECT pg_catalog.set_config(v.name, v.value, TRUE)
  FROM (VALUES ('statement_timeout', $1::pg_catalog.text), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'),
               ('enable_sort', 'off'), ('enable_incremental_sort', 'off'), ('enable_indexscan', 'on'),
               ('enable_indexonlyscan', 'on'), ('constraint_exclusion', 'off'), ('row_security', 'off')) v (name, value)
 WHERE v.name IN (SELECT s.name FROM pg_catalog.pg_settings s);
