
# ---- HAProxy ----
apt-get install -y -q haproxy
haproxy -c -q -f @HAPROXY@
if install_changed @HAPROXY@ /etc/haproxy/haproxy.cfg 0644 root root; then
    systemctl enable haproxy
    systemctl reload-or-restart haproxy
fi
