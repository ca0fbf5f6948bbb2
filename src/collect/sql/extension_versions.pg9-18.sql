-- The extensions that the server has files of, and the versions that these would install.
SELECT a.name, a.default_version
  FROM pg_catalog.pg_available_extensions() a
 ORDER BY a.name;
