-- Tables of users: tables, partitioned tables, materialized views, foreign tables. Opens no relation.
-- Ages are those of the older of a heap and its TOAST table.
-- reltuples: below 0 when the table was never vacuumed nor analysed (0 pages and 0 rows before 14).
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident,
       c.relispartition AS relispartition, parents.parent,
       parents.parent IS NOT NULL AND NOT c.relispartition AS inherits,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner, e.extname AS extension,
       pg_catalog.array_to_string(c.reloptions, ', ') AS reloptions,
       CASE WHEN c.reltuples = 0 AND c.relpages = 0
                 AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 140000
            THEN -1 ELSE c.reltuples END AS reltuples,
       c.relpages, c.relallvisible, pg_catalog.array_to_string(t.reloptions, ', ') AS toast_reloptions,
       CASE WHEN c.relkind IN ('r', 'm') AND NOT c.relfrozenxid = '0'::pg_catalog.xid
            THEN GREATEST(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid)) END AS frozenxid_age,
       CASE WHEN c.relkind IN ('r', 'm') AND NOT c.relminmxid = '0'::pg_catalog.xid
            THEN GREATEST(pg_catalog.mxid_age(c.relminmxid), pg_catalog.mxid_age(t.relminmxid)) END AS minmxid_age,
       c.relispopulated, c.relrowsecurity, c.relforcerowsecurity, o.objoid IS NOT NULL AS commented,
       v.relid IS NOT NULL AS being_vacuumed, c.relacl::pg_catalog.text AS acl
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN (SELECT inhrelid, pg_catalog.min(inhparent) AS parent
               FROM pg_catalog.pg_inherits GROUP BY inhrelid) parents ON parents.inhrelid = c.oid
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
  LEFT JOIN pg_catalog.pg_description o
         ON o.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objoid = c.oid AND o.objsubid = 0
  LEFT JOIN (SELECT DISTINCT relid FROM pg_catalog.pg_stat_progress_vacuum
              WHERE datname = pg_catalog.current_database()) v ON v.relid = c.oid
 WHERE c.relkind IN ('r', 'p', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)';
