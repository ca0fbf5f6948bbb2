
# ---- etcd ----
apt-get install -y -q etcd-server etcd-client
install -d -m 0700 -o etcd -g etcd /var/lib/etcd/@CLUSTER@
etcd_changed=no
install_changed etcd-@NODE@.yml /etc/etcd/etcd.yml 0644 root root && etcd_changed=yes
arguments=$(mktemp)
echo 'DAEMON_ARGS="--config-file=/etc/etcd/etcd.yml"' > "$arguments"
install_changed "$arguments" /etc/default/etcd 0644 root root && etcd_changed=yes
rm -f "$arguments"
systemctl enable etcd
if [ "$etcd_changed" = yes ] || ! systemctl is-active --quiet etcd; then
    # the first member waits for a second one: do not wait for it
    systemctl restart --no-block etcd
fi
