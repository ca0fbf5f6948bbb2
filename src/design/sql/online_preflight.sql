\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET search_path = public;
SET lock_timeout = '3s';
/* Preflight: what does not come along by itself ends it here. */
DO $check$
DECLARE
    found_one text;
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = @TABLE_TEXT@::regclass) <> 'r' THEN
        RAISE EXCEPTION '% is no plain table: it is partitioned already', @TABLE_TEXT@;
    END IF;
    SELECT string_agg(what, ', ') INTO found_one
      FROM (SELECT 'trigger ' || tgname FROM pg_trigger
             WHERE tgrelid = @TABLE_TEXT@::regclass AND NOT tgisinternal
             UNION ALL
            SELECT 'policy ' || polname FROM pg_policy WHERE polrelid = @TABLE_TEXT@::regclass
             UNION ALL
            SELECT 'publication ' || p.pubname
              FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
             WHERE r.prrelid = @TABLE_TEXT@::regclass
             UNION ALL
            SELECT DISTINCT 'view ' || r.ev_class::regclass::text
              FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
             WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = @TABLE_TEXT@::regclass
           ) w(what);
    IF found_one IS NOT NULL THEN
        RAISE EXCEPTION 'made for %: %', @TABLE_TEXT@, found_one
              USING HINT = 'Drop them here, make them on the new table in the transaction that swaps.';
    END IF;
END
$check$;
SELECT conname AS pkey FROM pg_constraint
 WHERE conrelid = @TABLE_TEXT@::regclass AND contype = 'p' \gset
