# shellcheck shell=bash
# A system in a PID namespace: argv is its folder, what its init is (`shell` or `sshd`), what its /proc is
# (`mounted` or `hidden`), and a number for each daemon to sleep. Its accounts are those of the folder; an
# sshd listens.
set -euo pipefail
folder=$1 init=$2 proc=$3
shift 3
mount --make-rprivate /
mount --bind "$folder/etc" /etc
if [ "$proc" = hidden ]; then
    mount -t tmpfs none /proc
fi
mkdir -p /run/sshd
for number; do
    setsid sleep "$number" &
done
sshd=(/usr/sbin/sshd -D -E "$folder/log" -f "$folder/sshd_config")
case $init in
    sshd) exec "${sshd[@]}" ;;
    shell) "${sshd[@]}" & ;;
esac
wait
