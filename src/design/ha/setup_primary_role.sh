
# ---- replication: the standbys' role and slots ----
secrets=/etc/postgresql/replication.env
if ! grep -Eqs '^REPLICATION_PASSWORD=[[:xdigit:]]{32,}$' "$secrets"; then
    fail "$secrets must have REPLICATION_PASSWORD: README.md says how to make it"
fi
# shellcheck source=/dev/null
. "$secrets"
# by standard input: an argument would be seen by every user of the host
runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 postgres <<SQL
SELECT 'CREATE ROLE replicator LOGIN REPLICATION'
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'replicator') \gexec
SET log_statement = 'none';
ALTER ROLE replicator PASSWORD '$REPLICATION_PASSWORD';
@SLOTS@SQL
