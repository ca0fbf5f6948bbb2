-- One sample of what active sessions wait for; NULL: they run. Processes that wait for work are not at work.
SELECT a.wait_event_type, a.wait_event, pg_catalog.count(*) AS n
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.state = 'active'
   AND COALESCE(a.wait_event_type, '') <> 'Activity'
 GROUP BY a.wait_event_type, a.wait_event;
