-- I/O on relations by who does it and for what; WAL, which 18 adds, apart.
SELECT i.backend_type, i.context, pg_catalog.sum(i.reads)::pg_catalog.int8 AS reads,
       pg_catalog.sum(i.writes)::pg_catalog.int8 AS writes, pg_catalog.sum(i.extends)::pg_catalog.int8 AS extends,
       pg_catalog.sum(i.fsyncs)::pg_catalog.int8 AS fsyncs, pg_catalog.sum(i.hits)::pg_catalog.int8 AS hits
  FROM pg_catalog.pg_stat_io i
 WHERE i.object <> 'wal'
 GROUP BY i.backend_type, i.context
 ORDER BY i.backend_type, i.context;
