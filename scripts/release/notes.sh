#!/usr/bin/env bash
# notes.sh [CHANGELOG [VERSION]]: what CHANGELOG.md says of a version, as the notes of its release, on stdout.
#
# The section `## [VERSION]` or `## [VERSION] - DATE`, up to the next one, without its heading. Refuses a version with no section of its own,
# with two, or with nothing in it.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    local changelog=${1:-$root/CHANGELOG.md} version=${2:-} text
    [ -n "$version" ] || version=$("$root/scripts/release/version.sh")
    [ "$(grep -cE "^## \[${version//./\\.}\]( - [0-9]{4}-[0-9]{2}-[0-9]{2})?\$" "$changelog")" = 1 ] ||
        die "${changelog##*/} has not one section \`## [$version]\`"
    text=$(awk -v heading="## [$version]" '
        /^## / || /^\[[^]]+\]: / { inside = index($0, heading) == 1; next }
        inside
    ' "$changelog")
    [ -n "${text//[[:space:]]/}" ] || die "${changelog##*/} says nothing of $version"
    # Without the blank lines around it.
    sed -e '/./,$!d' <<<"$text"
}

main "$@"
