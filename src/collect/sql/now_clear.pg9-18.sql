-- Statistics are kept for the whole transaction once they were read: away with them.
SELECT pg_catalog.pg_stat_clear_snapshot();
