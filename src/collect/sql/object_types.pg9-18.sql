-- Enums, domains, composite and range types of users. Base types and shells have an obstacle instead of a definition;
-- row types, array types and multiranges belong to what they were made with. A range's canonical function is made when
-- the type is only a shell, which neither SQL nor PL/pgSQL accepts: it is written in C.
SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid AS classid, t.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0) AS name,
       n.nspname, t.typname AS objname, NULL::pg_catalog.oid AS relation, NULL::pg_catalog.oid AS locked,
       CASE t.typtype
       WHEN 'e' THEN
            'CREATE TYPE ' || q.name || ' AS ENUM ('
            || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                           FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '') || ')'
       WHEN 'd' THEN
            'CREATE DOMAIN ' || q.name || ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod)
            || COALESCE((SELECT ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                           FROM pg_catalog.pg_collation co
                           JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                           JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
                          WHERE co.oid = t.typcollation AND t.typcollation <> b.typcollation), '')
            || COALESCE(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0), '')
            || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
            || COALESCE((SELECT pg_catalog.string_agg(
                                    CASE WHEN con.convalidated THEN ''
                                         ELSE ';' || pg_catalog.chr(10) || 'ALTER DOMAIN ' || q.name || ' ADD' END
                                    || ' CONSTRAINT ' || pg_catalog.quote_ident(con.conname) || ' '
                                    || pg_catalog.pg_get_constraintdef(con.oid), ''
                                    ORDER BY con.convalidated DESC, con.conname)
                           FROM pg_catalog.pg_constraint con
                          WHERE con.contypid = t.oid AND con.contype = 'c'), '')
       WHEN 'c' THEN
            'CREATE TYPE ' || q.name || ' AS ('
            || COALESCE((SELECT pg_catalog.string_agg(
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
            'CREATE TYPE ' || q.name || ' AS RANGE (' || r.options || ')'
       END AS definition,
       CASE WHEN NOT t.typisdefined THEN 'it is only a shell'
            WHEN t.typtype = 'b' THEN 'it is a base type, whose functions are written in C'
            WHEN r.has_canonical THEN 'its canonical function is written in C'
            END AS obstacle,
       pg_catalog.pg_get_userbyid(t.typowner) AS owner, t.typacl AS acl
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS name) q
  LEFT JOIN pg_catalog.pg_class tc ON tc.oid = t.typrelid
  LEFT JOIN pg_catalog.pg_type element ON element.typarray = t.oid
  LEFT JOIN LATERAL (
       SELECT 'SUBTYPE = ' || pg_catalog.format_type(g.rngsubtype, NULL)
              || COALESCE(', SUBTYPE_OPCLASS = ' || pg_catalog.quote_ident(opn.nspname) || '.'
                          || pg_catalog.quote_ident(opc.opcname), '')
              || COALESCE(', COLLATION = ' || pg_catalog.quote_ident(cn.nspname) || '.'
                          || pg_catalog.quote_ident(co.collname), '')
              || CASE WHEN g.rngsubdiff::pg_catalog.oid <> 0 THEN ', SUBTYPE_DIFF = ' || g.rngsubdiff ELSE '' END
              || COALESCE((SELECT ', MULTIRANGE_TYPE_NAME = ' || pg_catalog.quote_ident(mn.nspname) || '.'
                                  || pg_catalog.quote_ident(m.typname)
                             FROM pg_catalog.pg_type m
                             JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
                            WHERE m.oid = (pg_catalog.to_jsonb(g) ->> 'rngmultitypid')::pg_catalog.oid), '') AS options,
              g.rngcanonical::pg_catalog.oid <> 0 AS has_canonical
         FROM pg_catalog.pg_range g
         LEFT JOIN pg_catalog.pg_opclass opc ON opc.oid = g.rngsubopc AND NOT opc.opcdefault
         LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = opc.opcnamespace
         JOIN pg_catalog.pg_type st ON st.oid = g.rngsubtype
         LEFT JOIN pg_catalog.pg_collation co ON co.oid = g.rngcollation AND g.rngcollation <> st.typcollation
         LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
        WHERE g.rngtypid = t.oid) r ON t.typtype = 'r'
 WHERE t.oid >= 16384 AND element.oid IS NULL AND (t.typtype IN ('b', 'd', 'e', 'r') OR tc.relkind = 'c' OR NOT t.typisdefined)
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e');
