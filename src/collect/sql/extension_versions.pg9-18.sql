-- The versions that the extension files on the server would install.
SELECT a.name, a.default_version
  FROM pg_catalog.pg_available_extensions() a
  JOIN pg_catalog.pg_extension e ON e.extname = a.name;
