-- Where the server's files are, as far as the role may read it; and whether this backend is the one that was connected to.
SELECT s.name, s.setting, pg_catalog.pg_backend_pid() AS backend_pid
  FROM pg_catalog.pg_settings s
 WHERE s.name IN ('config_file', 'hba_file', 'ident_file', 'data_directory', 'ssl_cert_file', 'ssl_key_file')
 ORDER BY s.name;
