
# ---- PostgreSQL @MAJOR@, without a cluster of the package's own ----
apt-get install -y -q postgresql-common ssl-cert
if ! apt-cache show postgresql-@MAJOR@ > /dev/null 2>&1; then
    /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
fi
install -d -m 0755 /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/pgarchitect.conf
apt-get install -y -q postgresql-@MAJOR@

# Debian's own certificate encrypts; put your authority's in its place so that clients can verify it
install -d -m 0750 -o postgres -g postgres /etc/postgresql/tls
if [ ! -e /etc/postgresql/tls/server.key ]; then
    install -m 0644 -o postgres -g postgres /etc/ssl/certs/ssl-cert-snakeoil.pem \
        /etc/postgresql/tls/server.crt
    install -m 0600 -o postgres -g postgres /etc/ssl/private/ssl-cert-snakeoil.key \
        /etc/postgresql/tls/server.key
fi
