-- Publications and the tables that each names, by name or with their schema.
SELECT p.pubname, p.puballtables AS all_tables, p.pubinsert AS inserts, p.pubupdate AS updates,
       p.pubdelete AS deletes, pg_catalog.to_jsonb(p) ->> 'pubtruncate' = 'true' AS truncates,
       ARRAY(SELECT r.prrelid FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid
             UNION
             SELECT c.oid
               FROM pg_catalog.pg_publication_namespace s
               JOIN pg_catalog.pg_class c ON c.relnamespace = s.pnnspid
              WHERE s.pnpubid = p.oid AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
                AND NOT c.relispartition
              ORDER BY 1) AS relations
  FROM pg_catalog.pg_publication p
 ORDER BY p.pubname;
