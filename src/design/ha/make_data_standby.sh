secrets=/etc/postgresql/replication.env
if ! grep -Eqs '^REPLICATION_PASSWORD=[[:xdigit:]]{32,}$' "$secrets"; then
    fail "$secrets must have REPLICATION_PASSWORD: README.md says how to make it"
fi
if [ ! -e "$data/PG_VERSION" ]; then
    # shellcheck source=/dev/null
    . "$secrets"
    passwords=/var/lib/postgresql/.pgpass
    printf '*:5432:replication:replicator:%s\n' "$REPLICATION_PASSWORD" > "$passwords"
    chown postgres:postgres "$passwords"
    chmod 0600 "$passwords"
    runuser -u postgres -- /usr/lib/postgresql/@MAJOR@/bin/pg_basebackup \
        --pgdata="$data" --wal-method=stream --checkpoint=fast --write-recovery-conf \
        --slot=@SLOT@ \
        --dbname="host=@PRIMARY@.internal user=replicator sslmode=require passfile=$passwords"
    pg_createcluster @MAJOR@ main
elif [ ! -e "$data/standby.signal" ]; then
    fail "$data holds a server that is no standby: it is left alone; RUNBOOK.md says how to rejoin"
fi
