/* 1. Partitions ahead. */
CALL partition_make();
/* 2. What a run that was interrupted left: detached by half, or detached and not dropped. */
SELECT format('ALTER TABLE %s DETACH PARTITION %s FINALIZE', i.inhparent::regclass,
              i.inhrelid::regclass)
  FROM pg_inherits i
 WHERE i.inhdetachpending AND i.inhparent IN (SELECT parent::regclass FROM partition_plan())
\gexec
SELECT format('DROP TABLE %s', c.oid::regclass)
  FROM pg_class c
 WHERE c.relkind = 'r' AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
   AND obj_description(c.oid, 'pg_class') LIKE 'expired partition of %: rows before %'
 ORDER BY c.oid::regclass::text
\gexec
/* 3. Partitions whose rows are all older than what is kept: marked; rows that refer to them removed;
 * detached; dropped, if they are. Oldest first. What fails ends the script, and the next run goes on
 * from there. */
SELECT command
  FROM (SELECT p.place, e.high, e.partition, 0,
               format('COMMENT ON TABLE %s IS %L', e.partition,
                      format('expired partition of %s: rows before %s', e.parent, e.high))
          FROM partition_expired() e JOIN partition_plan() p ON p.parent = e.parent
        UNION ALL
        SELECT p.place, e.high, e.partition, d.step,
               format(d.command, partition_bound(p.kind, e.high))
          FROM partition_expired() e JOIN partition_plan() p ON p.parent = e.parent
          JOIN partition_dependents() d ON d.parent = e.parent
        UNION ALL
        SELECT p.place, e.high, e.partition, 1000,
               format('ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY', e.parent, e.partition)
          FROM partition_expired() e JOIN partition_plan() p ON p.parent = e.parent
        UNION ALL
        SELECT p.place, e.high, e.partition, 1001,
               format('DO %L', format('BEGIN IF NOT (SELECT relispartition FROM pg_class WHERE '
                                      'oid = %L::regclass) THEN DROP TABLE %s; END IF; END',
                                      e.partition, e.partition))
          FROM partition_expired() e JOIN partition_plan() p ON p.parent = e.parent
       ) c(place, high, partition, step, command)
 ORDER BY place, high, partition, step
\gexec
