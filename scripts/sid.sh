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

sid=$root/target/sid
state=$sid/apt

main() {
    [ "$#" -gt 0 ] || die "usage: sid.sh PACKAGE…"
    command -v apt-get >/dev/null || die "this is not a Debian system; install by hand: $*"
    local package missing=()
    for package in "$@"; do
        [ -e "$state/unpacked/$package" ] || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "fetching ${missing[*]} from Debian unstable"
    mkdir -p "$state"/{lists/partial,archives/partial,unpacked,debs}
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main\n' \
        >"$state/sid.list"
    private update || die "the package lists of Debian unstable could not be had"
    for package in "${missing[@]}"; do
        unpack "$package"
    done
}

# private ARGUMENT…: apt-get that knows unstable only and keeps everything below target/sid.
private() {
    apt_quietly \
        -o "Dir::Etc::sourcelist=$state/sid.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$state/lists" -o "Dir::Cache::archives=$state/archives" \
        -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

# unpack PACKAGE: the mark is made last, so that half of a package is unpacked again.
unpack() {
    local package=$1
    rm -f "$state/debs/$package"_*.deb
    (cd "$state/debs" && private download "$package/sid") || die "Debian unstable has no package \`$package\`"
    dpkg-deb -x "$state/debs/$package"_*.deb "$sid"
    rm -f "$state/debs/$package"_*.deb
    touch "$state/unpacked/$package"
}

main "$@"
