#!/usr/bin/env bash
# sid.sh PACKAGE…: programs that Debian's stable release lacks or has too old, unpacked into target/sid.
#
# They come from Debian unstable, checked by apt against Debian's own keys, and are not installed: apt works
# on a private state, so that the machine's package lists and packages stay as they are. The programs
# are in target/sid/usr/bin and target/sid/usr/sbin. What is there already is not fetched again;
# remove target/sid for newer versions.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

[ "$#" -gt 0 ] || die "usage: sid.sh PACKAGE…"
unpack_packages sid "$root/target/sid" "$@"
