
# ---- the server ----
data=/var/lib/postgresql/@MAJOR@/main
@MAKE_DATA@
install_changed ../postgresql.conf /etc/postgresql/@MAJOR@/main/conf.d/pgarchitect.conf 0644 root root || true
access=$(mktemp)
sed "s|@CLIENT_NETWORK_PLACEHOLDER@|$CLIENT_NETWORK|" ../pg_hba.conf > "$access"
install_changed "$access" /etc/postgresql/@MAJOR@/main/pg_hba.conf 0640 postgres postgres || true
rm -f "$access"
systemctl enable postgresql@@MAJOR@-main
systemctl restart postgresql@@MAJOR@-main
