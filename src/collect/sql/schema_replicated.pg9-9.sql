-- No publications and subscriptions before 10.
SELECT ''::pg_catalog.text AS kind, ''::pg_catalog.text AS name, ''::pg_catalog.text AS value, 0::pg_catalog.oid AS relation,
       false AS of_database
 WHERE false;
