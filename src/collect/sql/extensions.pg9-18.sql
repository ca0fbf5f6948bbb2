SELECT e.extname, e.extversion, n.nspname, e.extrelocatable AS relocatable
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace;
