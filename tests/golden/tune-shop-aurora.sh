# PostgreSQL 17, 16GB RAM, 16 cores, ssd, oltp on aurora: a DB parameter group, and for the whole
# cluster a DB cluster parameter group, of your own. Values are in PostgreSQL's units.
# Everything at once needs 9.2GB of 16GB: it fits, 42 % are left.
# Counters are of the 7 days since then.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
# Check whether what is proposed for WAL, checkpoints and the page cache matters there: Aurora's
# storage is its own.

aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name CLUSTER_PARAMETER_GROUP --parameters '[{"ParameterName":"autovacuum_max_workers","ParameterValue":"4","ApplyMethod":"pending-reboot"}]'
aws rds modify-db-parameter-group --db-parameter-group-name PARAMETER_GROUP --parameters '[{"ParameterName":"shared_buffers","ParameterValue":"524288","ApplyMethod":"pending-reboot"},{"ParameterName":"effective_cache_size","ParameterValue":"1572864","ApplyMethod":"immediate"},{"ParameterName":"work_mem","ParameterValue":"4096","ApplyMethod":"immediate"},{"ParameterName":"shared_preload_libraries","ParameterValue":"x, it'\''s","ApplyMethod":"pending-reboot"}]'

# What the service says of these:
# shared_buffers = 524288 x 8kB: the default is {DBInstanceClassMemory/32768}

# Check whether aurora lets these be set; the list: aws rds describe-db-cluster-parameters
# --db-cluster-parameter-group-name default.aurora-postgresql17 --query
# 'Parameters[?IsModifiable].ParameterName'
# random_page_cost = 1.1

# Cannot be set on aurora:
# fsync = on: the service sets it itself
