-- Enums, domains, composite and range types that columns of users' tables use, also inside one another, unless
-- built in or of an extension. definition: what follows the name in CREATE TYPE or CREATE DOMAIN. A range's
-- canonical function is left out, and a difference function that is not built in.
WITH RECURSIVE used AS (
    SELECT a.atttypid AS oid
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
    UNION
    SELECT part.oid
      FROM used
      JOIN pg_catalog.pg_type t ON t.oid = used.oid
     CROSS JOIN LATERAL (
           SELECT t.typelem AS oid WHERE t.typelem <> 0
           UNION ALL
           SELECT t.typbasetype WHERE t.typbasetype <> 0
           UNION ALL
           SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
           UNION ALL
           SELECT a.atttypid FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped) part
)
SELECT t.oid, n.nspname, t.typname, t.typtype,
       CASE WHEN t.typtype = 'e' THEN
            ARRAY(SELECT e.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum e
                   WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) END AS labels,
       CASE t.typtype
       WHEN 'd' THEN
            'AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod)
            || COALESCE((SELECT ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                           FROM pg_catalog.pg_collation co
                           JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                           JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
                          WHERE co.oid = t.typcollation AND t.typcollation <> b.typcollation), '')
            || COALESCE(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0), '')
            || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
            || COALESCE((SELECT pg_catalog.string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(con.conname) || ' '
                                    || pg_catalog.pg_get_constraintdef(con.oid), '' ORDER BY con.conname)
                           FROM pg_catalog.pg_constraint con
                          WHERE con.contypid = t.oid AND con.contype = 'c'), '')
       WHEN 'c' THEN
            'AS (' || COALESCE((SELECT pg_catalog.string_agg(
                           pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
                           || CASE WHEN a.attcollation <> at.typcollation
                                   THEN ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.'
                                        || pg_catalog.quote_ident(co.collname) ELSE '' END, ', ' ORDER BY a.attnum)
                     FROM pg_catalog.pg_attribute a
                     JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
                     LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
                     LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
       WHEN 'r' THEN
            (SELECT 'AS RANGE (SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL)
                    || COALESCE(', SUBTYPE_OPCLASS = ' || pg_catalog.quote_ident(opn.nspname) || '.'
                                || pg_catalog.quote_ident(opc.opcname), '')
                    || COALESCE(', COLLATION = ' || pg_catalog.quote_ident(cn.nspname) || '.'
                                || pg_catalog.quote_ident(co.collname), '')
                    || COALESCE(', SUBTYPE_DIFF = pg_catalog.' || pg_catalog.quote_ident(p.proname), '') || ')'
               FROM pg_catalog.pg_range r
               LEFT JOIN pg_catalog.pg_opclass opc ON opc.oid = r.rngsubopc AND NOT opc.opcdefault
               LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = opc.opcnamespace
               JOIN pg_catalog.pg_type st ON st.oid = r.rngsubtype
               LEFT JOIN pg_catalog.pg_collation co ON co.oid = r.rngcollation AND r.rngcollation <> st.typcollation
               LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
               LEFT JOIN pg_catalog.pg_proc p
                      ON p.oid = r.rngsubdiff::pg_catalog.oid
                     AND p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
              WHERE r.rngtypid = t.oid)
       END AS definition
  FROM used
  JOIN pg_catalog.pg_type t ON t.oid = used.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_class tc ON tc.oid = t.typrelid
 WHERE t.typtype IN ('e', 'd', 'c', 'r') AND (tc.oid IS NULL OR tc.relkind = 'c')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
                      AND d.deptype = 'e');
