-- Sequences. last_value: NULL when it was never handed out, or not readable; it takes ROW EXCLUSIVE on the
-- sequence, given back at once. On a standby an unlogged sequence has none. $1: relations to leave out.
SELECT c.oid, n.nspname, c.relname, p.readable AND NOT p.locked AS readable, p.locked,
       s.seqmin AS min_value, s.seqmax AS max_value, s.seqincrement AS increment, s.seqstart AS start_value,
       s.seqcycle AS cycle,
       CASE WHEN p.readable AND NOT p.locked
                 AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
            THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last_value,
       d.refobjid AS owner_relid, d.refobjsubid AS owner_attnum, d.deptype AS owner_deptype
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') AS readable,
                            c.oid = ANY ($1::pg_catalog.oid[]) AS locked) p
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        AND d.refobjsubid > 0
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
