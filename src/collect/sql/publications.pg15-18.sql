-- Tables whose UPDATEs or DELETEs a publication sends: named, in a named schema, or all of them, and
-- the partitions below.
WITH RECURSIVE sent AS (
    SELECT oid, puballtables FROM pg_catalog.pg_publication WHERE pubupdate OR pubdelete
), published AS (
    SELECT r.prrelid AS oid
      FROM pg_catalog.pg_publication_rel r JOIN sent ON sent.oid = r.prpubid
    UNION
    SELECT c.oid
      FROM pg_catalog.pg_publication_namespace pn
      JOIN sent ON sent.oid = pn.pnpubid
      JOIN pg_catalog.pg_class c ON c.relnamespace = pn.pnnspid
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
    UNION
    SELECT c.oid FROM pg_catalog.pg_class c
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
       AND EXISTS (SELECT FROM sent WHERE sent.puballtables)
), whole AS (
    SELECT oid FROM published
    UNION
    SELECT i.inhrelid
      FROM whole
      JOIN pg_catalog.pg_inherits i ON i.inhparent = whole.oid
      JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition AND c.relkind IN ('r', 'p')
)
SELECT oid FROM whole;
