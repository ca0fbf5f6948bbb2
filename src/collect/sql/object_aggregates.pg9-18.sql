-- Aggregates of users. Columns of 11 and later are read as JSON.
SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AS classid, p.oid,
       pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0) AS name,
       n.nspname, p.proname AS objname, NULL::pg_catalog.oid AS relation, NULL::pg_catalog.oid AS locked,
       'CREATE AGGREGATE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '('
       || CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END || ') (SFUNC = '
       || a.aggtransfn || ', STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL)
       || CASE WHEN a.aggtransspace <> 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END
       || CASE WHEN a.aggfinalfn::pg_catalog.oid <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn ELSE '' END
       || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
       || COALESCE(', FINALFUNC_MODIFY = ' || CASE j.columns ->> 'aggfinalmodify' WHEN 'r' THEN 'READ_ONLY'
                      WHEN 's' THEN 'SHAREABLE' WHEN 'w' THEN 'READ_WRITE' END, '')
       || CASE WHEN a.aggcombinefn::pg_catalog.oid <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn ELSE '' END
       || CASE WHEN a.aggserialfn::pg_catalog.oid <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn ELSE '' END
       || CASE WHEN a.aggdeserialfn::pg_catalog.oid <> 0 THEN ', DESERIALFUNC = ' || a.aggdeserialfn ELSE '' END
       || COALESCE(', INITCOND = ' || pg_catalog.quote_literal(a.agginitval), '')
       || CASE WHEN a.aggmtransfn::pg_catalog.oid <> 0
               THEN ', MSFUNC = ' || a.aggmtransfn || ', MINVFUNC = ' || a.aggminvtransfn
                    || ', MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL)
                    || CASE WHEN a.aggmtransspace <> 0 THEN ', MSSPACE = ' || a.aggmtransspace ELSE '' END
                    || CASE WHEN a.aggmfinalfn::pg_catalog.oid <> 0 THEN ', MFINALFUNC = ' || a.aggmfinalfn ELSE '' END
                    || CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END
                    || COALESCE(', MFINALFUNC_MODIFY = ' || CASE j.columns ->> 'aggmfinalmodify' WHEN 'r' THEN 'READ_ONLY'
                                   WHEN 's' THEN 'SHAREABLE' WHEN 'w' THEN 'READ_WRITE' END, '')
                    || COALESCE(', MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval), '')
               ELSE '' END
       || CASE WHEN a.aggsortop <> 0
               THEN (SELECT ', SORTOP = OPERATOR(' || pg_catalog.quote_ident(opn.nspname) || '.' || op.oprname || ')'
                       FROM pg_catalog.pg_operator op
                       JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
                      WHERE op.oid = a.aggsortop) ELSE '' END
       || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
       || CASE a.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END || ')' AS definition,
       NULL::pg_catalog.text AS obstacle, pg_catalog.pg_get_userbyid(p.proowner) AS owner, p.proacl AS acl
  FROM pg_catalog.pg_aggregate a
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(a) AS columns) j
  JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.oid >= 16384
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e');
