/* 1. Where the history ends: beyond the next interval, so that no row arrives behind it before the
 * swap. NOT VALID: no scan under the lock; VALIDATE reads the table and stops nobody. */
SELECT @CUT@ AS cut \gset
ALTER TABLE @TABLE@ ADD CONSTRAINT @RANGE@ CHECK (@KEY@ < :'cut') NOT VALID;
ALTER TABLE @TABLE@ VALIDATE CONSTRAINT @RANGE@;
/* 2. The new primary key's index, beside the old one. */
SET lock_timeout = 0;
CREATE UNIQUE INDEX CONCURRENTLY @PKEY_NEXT@ ON @TABLE@ (@PK@);
SET lock_timeout = '3s';
/* 3. The swap: one short transaction. When lock_timeout ends it nothing has changed: again later. */
BEGIN;
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
  FROM pg_constraint WHERE confrelid = @TABLE_TEXT@::regclass AND contype = 'f' AND conparentid = 0
\gexec
ALTER TABLE @TABLE@ RENAME TO @HISTORY_NAME@;
ALTER TABLE @HISTORY@ DROP CONSTRAINT :"pkey";
ALTER TABLE @HISTORY@ ADD CONSTRAINT @PKEY_HISTORY@ PRIMARY KEY USING INDEX @PKEY_NEXT@;
@IDENTITY_DROP@
CREATE TABLE @TABLE@ (LIKE @HISTORY@ INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE
    INCLUDING COMMENTS) PARTITION BY RANGE (@KEY@);
ALTER TABLE @TABLE@ ADD CONSTRAINT @PKEY@ PRIMARY KEY (@PK@);
@CHECKS@
@REFERENCES@
@IDENTITY_ADD@
@IDENTITY_SET_HISTORY@
@COPY_RIGHTS_HISTORY@
/* Indexes: those of the history are matched, not built. */
SELECT 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ON @TABLE@'
       || substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*')
  FROM pg_index i WHERE i.indrelid = @HISTORY_TEXT@::regclass AND NOT i.indisprimary AND i.indisvalid
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
 ORDER BY i.indexrelid::regclass::text
\gexec
/* No scan: the CHECK proves it ("is implied by existing constraints" with client_min_messages =
 * debug1). */
ALTER TABLE @TABLE@ ATTACH PARTITION @HISTORY@ FOR VALUES FROM (MINVALUE) TO (:'cut');
ALTER TABLE @HISTORY@ DROP CONSTRAINT @RANGE@;
@CHILD_KEYS@
COMMIT;
/* 4. Partitions ahead: run partitions.sql now, before rows of :cut arrive. */
