-- Prepared transactions, the oldest first.
SELECT p.gid, p.owner, p.database AS datname,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - p.prepared) AS age, pg_catalog.age(p.transaction) AS xid_age
  FROM pg_catalog.pg_prepared_xacts p
 ORDER BY p.prepared, p.gid;
