# PostgreSQL 17, 16GB RAM, 16 cores, ssd, oltp on gcp-cloudsql: database flags. Values are in
# PostgreSQL's units.
# Everything at once needs 9.2GB of 16GB: it fits, 42 % are left.
# Counters are of the 7 days since then.
# https://cloud.google.com/sql/docs/postgres/flags
# The command replaces every flag that was set before: add those that are to stay. The instance may
# restart.

gcloud sql instances patch INSTANCE --database-flags=shared_buffers=524288,effective_cache_size=1572864,work_mem=4096,autovacuum_max_workers=4

# What the service says of these:
# shared_buffers = 524288 x 8kB: the default is {DBInstanceClassMemory/32768}

# Check whether gcp-cloudsql lets these be set; the list: gcloud sql flags list
# --database-version=POSTGRES_17
# random_page_cost = 1.1

# Cannot be set on gcp-cloudsql:
# fsync = on: the service sets it itself
