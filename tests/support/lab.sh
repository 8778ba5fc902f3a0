# shellcheck shell=bash
# A network, accounts and an /opt of its own, gone with this process: argv is the folder and a script.
# The addresses and names are those of examples/config; one sshd answers for all of them.
set -euo pipefail
lab=$1
ip link set lo up
for address in 10.0.0.11 10.0.0.12 10.0.0.21 192.168.1.140; do
    ip address add "$address/32" dev lo
done
mount --make-rprivate /
# The whole folder: a file in it that somebody else replaces would lose its mount.
mount --bind "$lab/etc" /etc
mount --bind "$lab/opt" /opt
mkdir -p /run/sshd
/usr/sbin/sshd -D -e -f "$lab/sshd_config" 2>>"$lab/sshd.log" &
until (: <>/dev/tcp/10.0.0.11/2222) 2>/dev/null; do
    kill -0 $! || exit
done
cd "$lab"
exec env -i HOME="$lab/home" PATH="$lab/bin:$PATH" USER=root TERM=dumb bash -euo pipefail -c "$2"
