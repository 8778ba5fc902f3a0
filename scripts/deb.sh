#!/usr/bin/env bash
# deb.sh ARCH BINARY FOLDER: FOLDER/mcp-ssh_VERSION_ARCH.deb of that static binary, by dpkg-deb alone; the same bytes twice.
#
# ARCH is amd64 or arm64. In the package are the binary, its man pages and completions, the systemd units with the binary's
# place in them, an account for them (sysusers.d), the licence and both changelogs. The pages and completions come from a
# binary that runs here: MCP_SSH_RUNS, or BINARY. Dates are those of SOURCE_DATE_EPOCH, or the commit's. Who answers for the
# package, NAME <ADDRESS>, stands in deploy/debian/maintainer; DEB_MAINTAINER names somebody else.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"
debian=$root/deploy/debian
maintainer=${DEB_MAINTAINER:-$(cat "$debian/maintainer")}

main() {
    [ "$#" -eq 3 ] || die "usage: deb.sh ARCH BINARY FOLDER"
    local arch=$1 binary=$2 folder=$3 runs version out
    case $arch in
    amd64 | arm64) ;;
    *) die "there is no package for \`$arch\`" ;;
    esac
    [ -x "$binary" ] || die "there is no $binary; run: make static"
    of_arch "$arch" "$binary"
    runs=${MCP_SSH_RUNS:-$binary}
    version=$("$runs" --version | cut -d ' ' -f 2)
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
    export SOURCE_DATE_EPOCH
    umask 022
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    chmod 0755 "$tree"
    fill "$binary" "$runs" "$version"
    control "$arch" "$version"
    find "$tree" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
    mkdir -p "$folder"
    out=$folder/mcp-ssh_${version}_$arch.deb
    # One thread: xz would cut the data where the machine's cores say.
    dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$tree" "$out" >/dev/null
    say "made $out: sha256 $(sha256sum <"$out" | cut -c 1-64)"
}

# of_arch ARCH BINARY: refuses a binary of another machine.
of_arch() {
    local machine
    machine=$(od -An -tx2 --endian=little -j 18 -N 2 "$2" | tr -d ' ')
    case $1-$machine in
    amd64-003e | arm64-00b7) ;;
    *) die "$2 is not for $1" ;;
    esac
}

fill() {
    local binary=$1 runs=$2 version=$3 share=$tree/usr/share page unit
    install -D -m 0755 "$binary" "$tree/usr/bin/mcp-ssh"
    "$root/scripts/man.py" "$runs" "$share/man/man1"
    for page in "$share"/man/man1/*.1; do
        chmod 0644 "$page"
        gzip -9n "$page"
    done
    completions "$runs" bash "$share/bash-completion/completions/mcp-ssh"
    completions "$runs" zsh "$share/zsh/vendor-completions/_mcp-ssh"
    completions "$runs" fish "$share/fish/vendor_completions.d/mcp-ssh.fish"
    for unit in "$root"/deploy/systemd/mcp-ssh*; do
        install -D -m 0644 "$unit" "$tree/usr/lib/systemd/system/${unit##*/}"
        sed -i -e 's#/usr/local/bin/mcp-ssh#/usr/bin/mcp-ssh#' -e '/^Description=/a Documentation=man:mcp-ssh(1)' \
            "$tree/usr/lib/systemd/system/${unit##*/}"
    done
    install -D -m 0644 "$debian/sysusers.conf" "$tree/usr/lib/sysusers.d/mcp-ssh.conf"
    install -D -m 0644 "$debian/copyright" "$share/doc/mcp-ssh/copyright"
    install -D -m 0644 "$debian/lintian-overrides" "$share/lintian/overrides/mcp-ssh"
    sed -i "s/@STATIC@/$(static_hint "$binary")/" "$share/lintian/overrides/mcp-ssh"
    install -m 0644 "$root/CHANGELOG.md" "$share/doc/mcp-ssh/"
    # Debian's own is of one form; what changed is in the project's.
    printf 'mcp-ssh (%s) stable; urgency=medium\n\n  * The release %s. What changed is in CHANGELOG.md.gz.\n\n -- %s  %s\n' \
        "$version" "$version" "$maintainer" "$(LC_ALL=C date --utc --rfc-email --date "@$SOURCE_DATE_EPOCH")" \
        >"$share/doc/mcp-ssh/changelog"
    gzip -9n "$share/doc/mcp-ssh/changelog" "$share/doc/mcp-ssh/CHANGELOG.md"
}

# static_hint BINARY: what lintian says of a static binary. One that is position independent it takes for a library.
static_hint() {
    if [ "$(od -An -tx2 --endian=little -j 16 -N 2 "$1" | tr -d ' ')" = 0003 ]; then
        printf shared-library-lacks-prerequisites
    else
        printf statically-linked-binary
    fi
}

completions() {
    mkdir -p "${3%/*}"
    env -i "$1" completions "$2" >"$3"
}

control() {
    local arch=$1 version=$2 size script
    size=$(find "$tree" -type f -printf '%k\n' | awk '{ sum += $1 } END { print sum }')
    mkdir "$tree/DEBIAN"
    sed -e "s/@ARCH@/$arch/" -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" \
        -e "s|@MAINTAINER@|$maintainer|" "$debian/control" >"$tree/DEBIAN/control"
    for script in postinst prerm postrm; do
        install -m 0755 "$debian/$script" "$tree/DEBIAN/$script"
    done
    (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
}

main "$@"
