# PostgreSQL 17, 16GB RAM, 16 cores, ssd, oltp on aws-rds: a DB parameter group of your own (the
# default one cannot be changed). Values are in PostgreSQL's units.
# Everything at once needs 9.2GB of 16GB: it fits, 42 % are left.
# Counters are of the 7 days since then.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html

aws rds modify-db-parameter-group --db-parameter-group-name PARAMETER_GROUP --parameters '[{"ParameterName":"shared_buffers","ParameterValue":"524288","ApplyMethod":"pending-reboot"},{"ParameterName":"effective_cache_size","ParameterValue":"1572864","ApplyMethod":"immediate"},{"ParameterName":"work_mem","ParameterValue":"4096","ApplyMethod":"immediate"},{"ParameterName":"autovacuum_max_workers","ParameterValue":"4","ApplyMethod":"pending-reboot"},{"ParameterName":"shared_preload_libraries","ParameterValue":"x, it'\''s","ApplyMethod":"pending-reboot"}]'

# What the service says of these:
# shared_buffers = 524288 x 8kB: the default is {DBInstanceClassMemory/32768}

# Check whether aws-rds lets these be set; the list: aws rds describe-db-parameters
# --db-parameter-group-name default.postgres17 --query 'Parameters[?IsModifiable].ParameterName'
# random_page_cost = 1.1

# Cannot be set on aws-rds:
# fsync = on: the service sets it itself
