-- Every float exactly, money in one form, for the rest of the transaction. set_config() takes what the server knows.
SELECT pg_catalog.set_config(v.name, v.value, TRUE)
  FROM (VALUES ('extra_float_digits', '3'), ('lc_monetary', 'C')) v (name, value);
