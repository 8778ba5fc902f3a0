#!/usr/bin/env bash
# debian.sh NAME PACKAGE…: a plain Debian of this machine's release with those packages, in target/debian/NAME.
#
# debootstrap makes it, from Debian's own archive and checked against Debian's keys: the essential packages, apt, and those
# named. It is made anew when other packages are named, and used again otherwise: nobody writes into it, a test lays a
# copy-on-write over it (tests/release/debian.py). Refuses to run as another user than root.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

folder=$root/target/debian

main() {
    [ "$#" -gt 0 ] || die "usage: debian.sh NAME PACKAGE…"
    local name=$1 suite wanted
    shift
    [ "$(id -u)" = 0 ] || die "only root can make a Debian; run: sudo make $name"
    suite=$(. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-}")
    [ -n "$suite" ] || die "this is not a release of Debian"
    wanted="$suite $*"
    [ "$(cat "$folder/$name.made" 2>/dev/null)" != "$wanted" ] || return 0
    install_packages debootstrap util-linux
    say "making a plain Debian in ${folder#"$root"/}/$name"
    mkdir -p "$folder"
    rm -rf "${folder:?}/$name" "$folder/$name.made"
    # What it mounts is gone with it, even when it is ended in the middle.
    if ! unshare --mount debootstrap --variant=minbase --include="$(IFS=,; printf '%s' "$*")" \
        "$suite" "$folder/$name" http://deb.debian.org/debian >"$folder/$name.log" 2>&1; then
        tail -n 20 "$folder/$name.log" >&2
        die "debootstrap could not make it; its log is ${folder#"$root"/}/$name.log"
    fi
    rm -rf "$folder/$name/var/cache/apt/archives"/*.deb
    # Made last: half of one is made again.
    printf '%s\n' "$wanted" >"$folder/$name.made"
}

main "$@"
