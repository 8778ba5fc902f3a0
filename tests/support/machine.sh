# shellcheck shell=bash
# A system in a PID namespace: argv is its folder, what its init is (`shell` or `sshd`), and a number for
# each daemon to sleep. Its accounts are those of the folder; an sshd listens.
set -euo pipefail
folder=$1 init=$2
shift 2
mount --make-rprivate /
mount --bind "$folder/etc" /etc
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
