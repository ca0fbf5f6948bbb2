-- Text search dictionaries and configurations of users. Templates and parsers are C functions: theirs stay behind, and
-- a parser that is not built in is not asked for its token types.
SELECT d.classid, d.oid, pg_catalog.pg_describe_object(d.classid, d.oid, 0) AS name, d.nspname, d.objname,
       NULL::pg_catalog.oid AS relation, NULL::pg_catalog.oid AS locked, d.definition, d.obstacle,
       pg_catalog.pg_get_userbyid(d.owner) AS owner, NULL::pg_catalog.text AS acl
  FROM (SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass::pg_catalog.oid AS classid, d.oid, n.nspname,
               d.dictname AS objname, d.dictowner AS owner,
               'CREATE TEXT SEARCH DICTIONARY ' || pg_catalog.quote_ident(n.nspname) || '.'
               || pg_catalog.quote_ident(d.dictname) || ' (TEMPLATE = ' || pg_catalog.quote_ident(tn.nspname) || '.'
               || pg_catalog.quote_ident(t.tmplname) || COALESCE(', ' || d.dictinitoption, '') || ')' AS definition,
               CASE WHEN t.oid >= 16384 AND NOT EXISTS (
                         SELECT FROM pg_catalog.pg_depend e
                          WHERE e.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass AND e.objid = t.oid
                            AND e.deptype = 'e')
                    THEN 'its template is written in C' END AS obstacle
          FROM pg_catalog.pg_ts_dict d
          JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
          JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
          JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, n.nspname, c.cfgname, c.cfgowner,
               'CREATE TEXT SEARCH CONFIGURATION ' || q.name || ' (PARSER = ' || pg_catalog.quote_ident(pn.nspname)
               || '.' || pg_catalog.quote_ident(p.prsname) || ')'
               || COALESCE((SELECT pg_catalog.string_agg(';' || pg_catalog.chr(10) || 'ALTER TEXT SEARCH CONFIGURATION '
                                       || q.name || ' ADD MAPPING FOR ' || pg_catalog.quote_ident(m.alias) || ' WITH '
                                       || m.dictionaries, '' ORDER BY m.maptokentype)
                              FROM (SELECT m.maptokentype, k.alias,
                                           pg_catalog.string_agg(pg_catalog.quote_ident(dn.nspname) || '.'
                                               || pg_catalog.quote_ident(d.dictname), ', ' ORDER BY m.mapseqno)
                                               AS dictionaries
                                      FROM pg_catalog.pg_ts_config_map m
                                      JOIN pg_catalog.pg_ts_dict d ON d.oid = m.mapdict
                                      JOIN pg_catalog.pg_namespace dn ON dn.oid = d.dictnamespace
                                      JOIN pg_catalog.ts_token_type(
                                               CASE WHEN p.oid < 16384 THEN p.oid END) k ON k.tokid = m.maptokentype
                                     WHERE m.mapcfg = c.oid AND p.oid < 16384
                                     GROUP BY m.maptokentype, k.alias) m), ''),
               CASE WHEN p.oid >= 16384 THEN 'its parser is written in C' END
          FROM pg_catalog.pg_ts_config c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
          JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
         CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.cfgname)
                                    AS name) q) d
 WHERE d.oid >= 16384
   AND d.nspname NOT IN ('pg_catalog', 'information_schema') AND d.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = d.classid AND e.objid = d.oid AND e.deptype = 'e');
