-- Collations of users. Columns of 10 and later are read as JSON. Locales: collcollate and collctype of libc,
-- colliculocale of 15 and 16, colllocale since 17; ICU before 15 has its locale in collcollate.
SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass::pg_catalog.oid AS classid, c.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, 0) AS name,
       n.nspname, c.collname AS objname, NULL::pg_catalog.oid AS relation, NULL::pg_catalog.oid AS locked,
       'CREATE COLLATION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) || ' ('
       || CASE j.columns ->> 'collprovider'
          WHEN 'i' THEN 'PROVIDER = icu, LOCALE = ' || pg_catalog.quote_literal(l.locale)
          WHEN 'b' THEN 'PROVIDER = builtin, LOCALE = ' || pg_catalog.quote_literal(l.locale)
          ELSE 'LC_COLLATE = ' || pg_catalog.quote_literal(c.collcollate) || ', LC_CTYPE = '
               || pg_catalog.quote_literal(c.collctype) END
       || CASE WHEN j.columns ->> 'collisdeterministic' = 'false' THEN ', DETERMINISTIC = false' ELSE '' END
       || COALESCE(', RULES = ' || pg_catalog.quote_literal(j.columns ->> 'collicurules'), '') || ')' AS definition,
       NULL::pg_catalog.text AS obstacle, pg_catalog.pg_get_userbyid(c.collowner) AS owner, NULL::pg_catalog.text AS acl
  FROM pg_catalog.pg_collation c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(c) AS columns) j
 CROSS JOIN LATERAL (SELECT COALESCE(j.columns ->> 'colllocale', j.columns ->> 'colliculocale', c.collcollate) AS locale) l
 WHERE c.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND e.objid = c.oid
                      AND e.deptype = 'e');
