#!/usr/bin/env bash
# stamp-install.sh OWNER/NAME VERSION FOLDER: FOLDER/install.sh, which knows the release whose binaries are in FOLDER.
#
# FOLDER holds mcp-ssh-VERSION-linux-amd64 and -arm64. Into the copy of install.sh go the repository, the version and the
# SHA-256 of both. Refuses a name, a version or a sum that is not of its form.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    [ "$#" -eq 3 ] || die "usage: stamp-install.sh OWNER/NAME VERSION FOLDER"
    local repository=$1 version=$2 folder=$3 arch values=() text name
    [[ $repository =~ ^[0-9A-Za-z][0-9A-Za-z-]*/[0-9A-Za-z._-]+$ ]] || die "\`$repository\` is no OWNER/NAME"
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$ ]] || die "\`$version\` is no version"
    values=("repository=$repository" "version=$version")
    for arch in amd64 arm64; do
        [ -s "$folder/mcp-ssh-$version-linux-$arch" ] || die "there is no $folder/mcp-ssh-$version-linux-$arch"
        values+=("sum_$arch=$(sha256sum <"$folder/mcp-ssh-$version-linux-$arch" | cut -c 1-64)")
    done
    text=$(cat "$root/install.sh")
    for value in "${values[@]}"; do
        name=${value%%=*}
        [ "$(grep -cx "$name=''" <<<"$text")" = 1 ] || die "install.sh has not one empty line for \`$name\`"
        text=${text/$'\n'"$name=''"$'\n'/$'\n'"$name='${value#*=}'"$'\n'}
    done
    printf '%s\n' "$text" >"$folder/install.sh"
    chmod 0755 "$folder/install.sh"
}

main "$@"
