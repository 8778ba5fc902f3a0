#!/usr/bin/env bash
# ready.sh [TAG]: may this commit be released under that tag? TAG is GITHUB_REF_NAME unless given.
#
# Refuses a tag that is not `v` and the version of Cargo.toml, a CHANGELOG.md without a section for it or with text
# below `[Unreleased]`, a workflow with
# PIN-BEFORE-USE or an action that names no commit, a Debian package for which nobody answers, and a checkout with changes.
# Ends with 0 when all of it holds.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    local tag=${1:-${GITHUB_REF_NAME:-}} version waiting
    [ -n "$tag" ] || die "no tag: give one, or set GITHUB_REF_NAME"
    version=$("$root/scripts/release/version.sh")
    [ "$tag" = "v$version" ] || die "the tag is \`$tag\`, and Cargo.toml says $version: a release of it is v$version"
    "$root/scripts/release/notes.sh" >/dev/null
    waiting=$(grep -rn -e PIN-BEFORE-USE "$root/.github" || true)
    [ -z "$waiting" ] || die "still to be pinned: $(head -n 1 <<<"$waiting")"
    # What is of this repository needs no commit: it is this one.
    waiting=$(grep -rnE '^\s*(- )?uses:' "$root/.github/workflows" | grep -vE 'uses: (\./|[^@ ]+@[0-9a-f]{40}( |$))' || true)
    [ -z "$waiting" ] || die "an action that names no commit: $(head -n 1 <<<"$waiting")"
    # An address below `.invalid` reaches nobody (RFC 2606).
    waiting=$(cat "$root/deploy/debian/maintainer")
    [[ $waiting =~ ^[^\<\>]+\ \<[^\<\>@\ ]+@[^\<\>@\ ]+\>$ && $waiting != *.invalid\> ]] ||
        die "nobody answers for the Debian package: write NAME <ADDRESS> into deploy/debian/maintainer"
    # What is written there would be in no notes.
    waiting=$(awk '/^## / { inside = /^## \[Unreleased\]/; next } inside && NF' "$root/CHANGELOG.md")
    [ -z "$waiting" ] || die "CHANGELOG.md has text below \`[Unreleased]\`: move it into the section of $version"
    [ -z "$(git -C "$root" status --porcelain)" ] || die "there are changes that are not committed"
    say "$tag may be released"
}

main "$@"
