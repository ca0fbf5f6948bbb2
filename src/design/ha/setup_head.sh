#!/bin/bash
# @NODE@ (@ROLE@, @ZONE@ of @REGION@). Run as root on Debian 12 or later, from the directory that
# holds this file, after inventory.env got the real addresses. Run again, it changes only what
# differs. It holds no passwords.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=/dev/null
. ./inventory.env

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# SOURCE TARGET MODE OWNER GROUP: succeeds when the target was not the same already
install_changed() {
    if [ -e "$2" ] && cmp -s "$1" "$2"; then
        return 1
    fi
    install -D -m "$3" -o "$4" -g "$5" "$1" "$2" || fail "$2 could not be written"
}

[ "$(id -u)" -eq 0 ] || fail "must be run as root"
case " $(hostname -I) " in
    *" $@VARIABLE@ "*) ;;
    *) fail "$@VARIABLE@ (@VARIABLE@ in inventory.env) is no address of this host" ;;
esac

# ---- names of all nodes ----
hosts=$(mktemp)
sed '/^# pgarchitect: begin$/,/^# pgarchitect: end$/d' /etc/hosts > "$hosts"
{
    echo '# pgarchitect: begin'
@HOSTS@    echo '# pgarchitect: end'
} >> "$hosts"
install_changed "$hosts" /etc/hosts 0644 root root || true
rm -f "$hosts"

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
