#!/usr/bin/env bash
# engine.sh run COMMAND… | start | stop | env: a Docker engine for building and testing images, which leaves the machine as it is.
#
# dockerd and the docker commands come from Debian unstable (sid.sh), containerd and runc from the stable
# release. The engine has network, mount and process namespaces of its own: the machine's
# firewall and mounts are not touched, containers reach nothing but the engine's bridge (172.17.0.1), and
# with its first process all of its processes, mounts and interfaces are gone.
# Everything it writes is below target/engine.
#
#   run    brings it up, runs a command that uses it, and ends it, unless others use it. Where DOCKER_HOST
#          names an engine, the command gets that one
#   start  brings it up, until `stop`
#   stop   ends it, unless it is down
#   env    prints what a shell needs to speak to it: eval "$(scripts/engine.sh env)". MCP_SSH_ENGINE is a
#          process in its namespaces, for nsenter
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

engine=$root/target/engine
sid=$root/target/sid/usr
socket=$engine/docker.sock
# The control group of its containers, one for each checkout.
cgroup=mcp-ssh-$(printf '%s' "$root" | cksum | cut -d' ' -f1)
# How long dockerd may take to come up or go down on a busy machine, in seconds.
patience=60

main() {
    case ${1:-} in
    run) run "${@:2}" ;;
    start) mkdir -p "$engine" && touch "$engine/kept" && start ;;
    stop) rm -f "$engine/kept" && stop ;;
    env) environment ;;
    *) die "usage: engine.sh run COMMAND… | start | stop | env" ;;
    esac
}

run() {
    [ "$#" -gt 0 ] || die "usage: engine.sh run COMMAND…"
    if [ -n "${DOCKER_HOST:-}" ]; then
        "$@"
        return
    fi
    mkdir -p "$engine"
    # Several may run at once: one starts the engine, and the last one stops it.
    exec 8>"$engine/starting" 9>"$engine/users"
    flock 8
    flock --shared 9
    trap leave EXIT
    start
    flock --unlock 8
    eval "$(environment)"
    "$@" 8>&- 9>&-
}

leave() {
    flock 8
    if [ ! -e "$engine/kept" ] && flock --nonblock --exclusive 9; then
        stop
    fi
}

environment() {
    local first
    first=$(first) || die "the engine is down; run: scripts/engine.sh start"
    printf 'export %s=%q\n' DOCKER_HOST "unix://$socket" DOCKER_CONFIG "$engine/client" PATH "$sid/bin:$PATH" \
        MCP_SSH_ENGINE "$first"
}

# owner: the process that holds the namespaces, if it runs. Its number is trusted only if its command line
# names our folder: numbers are used again.
owner() {
    local pid
    pid=$(cat "$engine/pid" 2>/dev/null) || return 1
    grep -qF -- "$engine/data" "/proc/$pid/cmdline" 2>/dev/null && printf '%s\n' "$pid"
}

# first: the first process in the namespaces.
first() {
    local pid
    pid=$(owner) && pgrep --parent "$pid"
}

start() {
    owner >/dev/null && answers && return 0
    [ "$(id -u)" = 0 ] || die "only root can start a Docker engine; or set DOCKER_HOST to one that runs"
    fetch
    stop
    # A socket's path has 107 bytes at most, and dockerd's own are longer than ours.
    [ "${#engine}" -le 70 ] || die "\`$engine\` is too long for the path of a socket; use a checkout nearer to /"
    # Each one begins empty: nothing in it is from another day, and nothing piles up.
    rm -rf "$engine/exec" "$engine/data" "$socket"
    mkdir -p "$engine/client"
    ln -sfn "$sid/libexec/docker/cli-plugins" "$engine/client/cli-plugins"
    # tini is the first process there: it passes signals on and reaps what containers leave behind.
    # /run is a new one, since dockerd keeps files there that nothing can move.
    PATH=$sid/sbin:$sid/bin:$PATH:/usr/sbin:/sbin setsid unshare --net --mount --pid --fork --mount-proc -- \
        sh -c 'ip link set lo up && mount -t tmpfs -o mode=0755 run /run && exec tini -- "$@"' sh dockerd \
        --host "unix://$socket" --data-root "$engine/data" --exec-root "$engine/exec" \
        --pidfile "$engine/dockerd.pid" --cgroup-parent "/$cgroup" --feature containerd-snapshotter=true --shutdown-timeout 5 \
        >"$engine/log" 2>&1 </dev/null 8>&- 9>&- &
    local pid=$!
    printf '%s\n' "$pid" >"$engine/pid"
    SECONDS=0
    until answers; do
        if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$patience" ]; then
            tail -n 20 "$engine/log" >&2
            stop
            die "dockerd did not come up; its log is ${engine#"$root"/}/log"
        fi
        sleep 0.1
    done
    say "dockerd runs; its socket is ${socket#"$root"/}"
}

fetch() {
    install_packages containerd runc iptables iproute2 procps tini util-linux
    "$root/scripts/sid.sh" docker.io docker-cli docker-buildx docker-compose
}

answers() {
    [ -S "$socket" ] && DOCKER_HOST=unix://$socket "$sid/bin/docker" version >/dev/null 2>&1
}

stop() {
    local pid first
    pid=$(owner) || return 0
    first=$(first) || first=$pid
    kill -TERM "$first"
    if ! timeout "$patience" tail --pid="$pid" -f /dev/null; then
        say "dockerd does not end; killing it"
        kill -KILL "$first"
    fi
    rm -f "$engine/pid" "$engine/dockerd.pid"
    # Control groups are no namespace's; those of the containers are empty now.
    find /sys/fs/cgroup -depth -path "*/$cgroup*" -type d -exec rmdir {} + 2>/dev/null || true
    say "dockerd has ended"
}

main "$@"
