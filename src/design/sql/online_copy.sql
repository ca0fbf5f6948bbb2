/* 1. The partitioned table beside the old one. */
CREATE TABLE @NEW@ (LIKE @TABLE@ INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE
    INCLUDING COMMENTS INCLUDING CONSTRAINTS) PARTITION BY @METHOD@ (@KEY@);
ALTER TABLE @NEW@ ADD CONSTRAINT @PKEY_NEXT@ PRIMARY KEY (@PK@);
@IDENTITY_ADD_NEW@
@REFERENCES_NEW@
SELECT 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ON @NEW@'
       || substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*')
  FROM pg_index i WHERE i.indrelid = @TABLE_TEXT@::regclass AND NOT i.indisprimary AND i.indisvalid
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
 ORDER BY i.indexrelid::regclass::text
\gexec
@PARTITIONS@
/* 2. Each change from now on in both tables. */
CREATE FUNCTION @MIRROR@() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $mirror$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM @NEW@ t WHERE @MATCH@;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO @NEW@ (@COLUMNS@) OVERRIDING SYSTEM VALUE VALUES (@NEW_VALUES@);
    END IF;
    RETURN NULL;
END
$mirror$;
CREATE TRIGGER @MIRROR@ AFTER INSERT OR UPDATE OR DELETE ON @TABLE@
    FOR EACH ROW EXECUTE FUNCTION @MIRROR@();
/* 3. The rows that are there: a megabyte of pages a transaction. FOR SHARE: who changes one of them
 * waits for the batch, and is mirrored. Watch the standbys' lag; interrupted it can be run again. */
DO $copy$
DECLARE
    block bigint := 0;
BEGIN
    WHILE block <= pg_relation_size(@TABLE_TEXT@) / current_setting('block_size')::bigint LOOP
        INSERT INTO @NEW@ (@COLUMNS@) OVERRIDING SYSTEM VALUE
        SELECT @COLUMNS@ FROM @TABLE@
         WHERE ctid >= format('(%s,0)', block)::tid AND ctid < format('(%s,0)', block + 128)::tid
           FOR SHARE
            ON CONFLICT DO NOTHING;
        COMMIT;
        block := block + 128;
    END LOOP;
END
$copy$;
ANALYZE @NEW@;
/* 4. Both hold the same, or it ends here. */
BEGIN ISOLATION LEVEL REPEATABLE READ;
DO $verify$
DECLARE
    a record;
    b record;
BEGIN
    SELECT count(*) AS n, sum(hashtextextended(t::text, 0)::numeric) AS h INTO a
      FROM (SELECT @COLUMNS@ FROM @TABLE@) t;
    SELECT count(*) AS n, sum(hashtextextended(t::text, 0)::numeric) AS h INTO b
      FROM (SELECT @COLUMNS@ FROM @NEW@) t;
    IF a IS DISTINCT FROM b THEN
        RAISE EXCEPTION 'the copy differs: % rows of %', b.n, a.n;
    END IF;
END
$verify$;
COMMIT;
/* 5. The swap: one short transaction. When lock_timeout ends it nothing has changed: again later. */
BEGIN;
LOCK TABLE @TABLE@ IN ACCESS EXCLUSIVE MODE;
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
  FROM pg_constraint WHERE confrelid = @TABLE_TEXT@::regclass AND contype = 'f' AND conparentid = 0
\gexec
DROP TRIGGER @MIRROR@ ON @TABLE@;
DROP FUNCTION @MIRROR@();
ALTER TABLE @TABLE@ RENAME CONSTRAINT :"pkey" TO @PKEY_OLD@;
ALTER TABLE @TABLE@ RENAME TO @OLD_NAME@;
ALTER TABLE @NEW@ RENAME CONSTRAINT @PKEY_NEXT@ TO @PKEY@;
ALTER TABLE @NEW@ RENAME TO @TABLE_NAME@;
@IDENTITY_SET_OLD@
@COPY_RIGHTS_OLD@
@CHILD_KEYS@
/* The way back: the old table gets each change, until nobody wants it any more. */
CREATE FUNCTION @MIRROR@() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $mirror$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM @OLD@ t WHERE @MATCH@;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO @OLD@ (@COLUMNS@) OVERRIDING SYSTEM VALUE VALUES (@NEW_VALUES@);
    END IF;
    RETURN NULL;
END
$mirror$;
CREATE TRIGGER @MIRROR@ AFTER INSERT OR UPDATE OR DELETE ON @TABLE@
    FOR EACH ROW EXECUTE FUNCTION @MIRROR@();
COMMIT;
