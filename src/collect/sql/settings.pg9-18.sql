-- Settings as a new session gets them (reset_val), in their unit. Executed before search_path is set, so without
-- an operator that somebody could have put before PostgreSQL's.
SELECT name, reset_val, unit, boot_val, vartype, source, context, enumvals, pending_restart,
       sourcefile
  FROM pg_catalog.pg_settings;
