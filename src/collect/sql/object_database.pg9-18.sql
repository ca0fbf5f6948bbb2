-- One row: how the database sorts, and where it is. Columns that came later are read as JSON: NULL where there are none.
-- provider: of 15 and later; before, all is libc's. locale: daticulocale of 15 and 16, datlocale since 17.
SELECT pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate, d.datctype,
       COALESCE(j.columns ->> 'datlocprovider', 'c') AS provider,
       COALESCE(j.columns ->> 'datlocale', j.columns ->> 'daticulocale') AS locale,
       j.columns ->> 'daticurules' AS icu_rules,
       CASE WHEN s.spcname <> 'pg_default' THEN s.spcname END AS tablespace
  FROM pg_catalog.pg_database d
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(d) AS columns) j
  LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = d.dattablespace
 WHERE d.datname = pg_catalog.current_database();
