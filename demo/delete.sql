-- How long does it take to delete one row that nothing refers to, and how much of that goes into checking one foreign
-- key? psql -v child=orders -v attribute=customer_id; the transaction is rolled back. Prints EXPLAIN ANALYZE as JSON.
\set ON_ERROR_STOP on
\pset tuples_only on
\pset format unaligned
-- The referenced relation and attribute, and a condition that no referencing relation has the row's value.
SELECT fk.confrelid::regclass AS parent, key.attname AS key,
       (SELECT string_agg(format('NOT EXISTS (SELECT FROM %s c WHERE c.%I = p.%I)', other.conrelid::regclass,
                                 theirs.attname, ours.attname), ' AND ')
          FROM pg_constraint other
          JOIN pg_attribute theirs ON theirs.attrelid = other.conrelid AND theirs.attnum = other.conkey[1]
          JOIN pg_attribute ours ON ours.attrelid = other.confrelid AND ours.attnum = other.confkey[1]
         WHERE other.confrelid = fk.confrelid AND other.contype = 'f') AS unreferenced
  FROM pg_constraint fk
  JOIN pg_attribute mine ON mine.attrelid = fk.conrelid AND mine.attnum = fk.conkey[1]
  JOIN pg_attribute key ON key.attrelid = fk.confrelid AND key.attnum = fk.confkey[1]
 WHERE fk.contype = 'f' AND fk.conrelid = :'child'::regclass AND mine.attname = :'attribute' AND cardinality(fk.conkey) = 1
\gset
SELECT p.:"key" AS victim FROM :parent p WHERE :unreferenced ORDER BY 1 LIMIT 1 \gset
BEGIN;
EXPLAIN (ANALYZE, FORMAT json) DELETE FROM :parent WHERE :"key" = :'victim';
ROLLBACK;
