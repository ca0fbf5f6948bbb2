/* @CHILD@ refers to @TABLE@: it gets @COPY@, which is part of the key from now on. */
SET lock_timeout = '3s';
ALTER TABLE @CHILD@ ADD COLUMN IF NOT EXISTS @COPY@ @TYPE@;
/* For rows that come meanwhile; the application writes the column itself in the end. */
CREATE OR REPLACE FUNCTION @FILL@() RETURNS trigger LANGUAGE plpgsql AS $fill$
BEGIN
    IF NEW.@COPY@ IS NULL AND NEW.@REFERRING@ IS NOT NULL THEN
        SELECT p.@KEY@ INTO NEW.@COPY@ FROM @TABLE@ p WHERE p.@REFERRED@ = NEW.@REFERRING@;
    END IF;
    RETURN NEW;
END
$fill$;
CREATE OR REPLACE TRIGGER @FILL@ BEFORE INSERT OR UPDATE OF @REFERRING@ ON @CHILD@
    FOR EACH ROW EXECUTE FUNCTION @FILL@();
/* For those that are there: a megabyte of pages a transaction. */
DO $fill$
DECLARE
    block bigint := 0;
BEGIN
    WHILE block <= pg_relation_size(@CHILD_TEXT@) / current_setting('block_size')::bigint LOOP
        UPDATE @CHILD@ c SET @COPY@ = p.@KEY@ FROM @TABLE@ p
         WHERE c.ctid >= format('(%s,0)', block)::tid AND c.ctid < format('(%s,0)', block + 128)::tid
           AND c.@COPY@ IS NULL AND p.@REFERRED@ = c.@REFERRING@;
        COMMIT;
        block := block + 128;
    END LOOP;
END
$fill$;
