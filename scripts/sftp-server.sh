#!/usr/bin/env bash
# sftp-server.sh: the newest sftp-server of OpenSSH, from Debian unstable, with the C library that it wants. Prints the path
# of a program that starts it. Nothing is installed: both are unpacked into target/sid.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    "$root/scripts/sid.sh" openssh-sftp-server libc6
    local libraries program=$root/target/sid/sftp-server
    libraries=$root/target/sid/usr/lib/$(uname -m)-linux-gnu
    [ -x "$libraries/ld-linux-x86-64.so.2" ] || die "no loader in $libraries: this works on x86_64 only"
    # shellcheck disable=SC2016 # "$@" is the program's own
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' \
        "$libraries/ld-linux-x86-64.so.2" "$libraries" "$root/target/sid/usr/lib/openssh/sftp-server" >"$program"
    chmod 0755 "$program"
    printf '%s\n' "$program"
}

main
