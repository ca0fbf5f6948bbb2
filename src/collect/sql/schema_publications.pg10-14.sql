-- Publications and the tables that each names. pubtruncate came with 11.
SELECT p.pubname, p.puballtables AS all_tables, p.pubinsert AS inserts, p.pubupdate AS updates,
       p.pubdelete AS deletes, pg_catalog.to_jsonb(p) ->> 'pubtruncate' = 'true' AS truncates,
       ARRAY(SELECT r.prrelid FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid ORDER BY 1) AS relations
  FROM pg_catalog.pg_publication p
 ORDER BY p.pubname;
