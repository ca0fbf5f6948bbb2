-- Extended statistics came with PostgreSQL 10.
SELECT NULL::pg_catalog.oid AS classid, NULL::pg_catalog.oid AS oid, NULL::pg_catalog.text AS name,
       NULL::pg_catalog.name AS nspname, NULL::pg_catalog.name AS objname, NULL::pg_catalog.oid AS relation,
       NULL::pg_catalog.oid AS locked, NULL::pg_catalog.text AS definition, NULL::pg_catalog.text AS obstacle,
       NULL::pg_catalog.text AS owner, NULL::pg_catalog.text AS acl
 WHERE FALSE;
