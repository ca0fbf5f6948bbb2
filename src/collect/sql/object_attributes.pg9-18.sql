-- Columns that have an access list, options or a statistics target of their own. attstattarget: -1 the default, since
-- 17 NULL.
SELECT a.attrelid, a.attname, a.attacl AS acl, a.attoptions, COALESCE(a.attstattarget, -1) AS attstattarget
  FROM pg_catalog.pg_attribute a
 WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
   AND (a.attacl IS NOT NULL OR a.attoptions IS NOT NULL OR COALESCE(a.attstattarget, -1) >= 0);
