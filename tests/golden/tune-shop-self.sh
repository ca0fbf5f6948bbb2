# PostgreSQL 17, 16GB RAM, 16 cores, ssd, oltp on self-hosted: postgresql.conf. Values are in
# PostgreSQL's units.
# Everything at once needs 9.2GB of 16GB: it fits, 42 % are left.
# Counters are of the 7 days since then.

# What the service says of these:
# shared_buffers = 524288 x 8kB: the default is {DBInstanceClassMemory/32768}

# Check whether self-hosted lets these be set; the list: (null)
# random_page_cost = 1.1

# Cannot be set on self-hosted:
# fsync = on: the service sets it itself
