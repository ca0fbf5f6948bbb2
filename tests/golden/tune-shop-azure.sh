# PostgreSQL 17, 16GB RAM, 16 cores, ssd, oltp on azure-postgres: server parameters. Values are in
# PostgreSQL's units.
# Everything at once needs 9.2GB of 16GB: it fits, 42 % are left.
# Counters are of the 7 days since then.
# https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-server-parameters

az postgres flexible-server parameter set --resource-group RESOURCE_GROUP --server-name SERVER --name shared_buffers --value '524288'
az postgres flexible-server parameter set --resource-group RESOURCE_GROUP --server-name SERVER --name effective_cache_size --value '1572864'
az postgres flexible-server parameter set --resource-group RESOURCE_GROUP --server-name SERVER --name work_mem --value '4096'
az postgres flexible-server parameter set --resource-group RESOURCE_GROUP --server-name SERVER --name autovacuum_max_workers --value '4'
az postgres flexible-server parameter set --resource-group RESOURCE_GROUP --server-name SERVER --name shared_preload_libraries --value 'x, it'\''s'

# What the service says of these:
# shared_buffers = 524288 x 8kB: the default is {DBInstanceClassMemory/32768}

# Check whether azure-postgres lets these be set; the list: az postgres flexible-server parameter
# list --resource-group RESOURCE_GROUP --server-name SERVER --query "[].{name:name,
# readOnly:isReadOnly}" --output table
# random_page_cost = 1.1

# Cannot be set on azure-postgres:
# fsync = on: the service sets it itself
