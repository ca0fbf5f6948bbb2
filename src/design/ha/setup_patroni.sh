
# ---- Patroni ----
secrets=/etc/patroni/secrets.env
for name in SUPERUSER REPLICATION REWIND RESTAPI; do
    if ! grep -Eqs "^PATRONI_${name}_PASSWORD=[[:xdigit:]]{32,}\$" "$secrets"; then
        fail "$secrets must have PATRONI_${name}_PASSWORD: README.md says how to make it"
    fi
done
grep -qs '^PATRONI_RESTAPI_USERNAME=' "$secrets" || fail "$secrets must have PATRONI_RESTAPI_USERNAME"
chown root:postgres "$secrets"
chmod 0640 "$secrets"

apt-get install -y -q patroni python3-etcd
patroni_changed=no
install_changed patroni-@NODE@.yml /etc/patroni/config.yml 0640 root postgres && patroni_changed=yes

# softdog stands in where the host has no watchdog of its own
unit=$(mktemp)
cat > "$unit" <<'UNIT'
[Service]
EnvironmentFile=/etc/patroni/secrets.env
ExecStartPre=+/bin/sh -c '[ -e /dev/watchdog ] || /sbin/modprobe softdog'
ExecStartPre=+/bin/chown postgres /dev/watchdog
Restart=always
RestartSec=2
UNIT
if install_changed "$unit" /etc/systemd/system/patroni.service.d/pgarchitect.conf 0644 root root; then
    systemctl daemon-reload
    patroni_changed=yes
fi
rm -f "$unit"
install -d -m 0750 -o postgres -g postgres /var/lib/postgresql/@MAJOR@
systemctl enable patroni
if ! systemctl is-active --quiet patroni; then
    systemctl start patroni
elif [ "$patroni_changed" = yes ]; then
    systemctl reload patroni
fi
