-- Subscriptions came with 10.
SELECT NULL::pg_catalog.name AS subname WHERE FALSE;
