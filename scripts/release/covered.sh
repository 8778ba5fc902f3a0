#!/usr/bin/env bash
# covered.sh: sourced by what signs, pushes or publishes a DIST: is it what its SHA256SUMS says, and nothing more?
#
# Needs `die` (scripts/packages.sh).

# covered DIST: refuses a file that is another one than SHA256SUMS says, and one that it does not name; hidden files as well.
covered() {
    local there named
    (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS) || die "$1 is not what its SHA256SUMS says"
    there=$(cd "$1" && find . -mindepth 1 ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sigstore.json | sed 's,^\./,,' | LC_ALL=C sort)
    named=$(sed 's/^[^ ]*  //' "$1/SHA256SUMS" | LC_ALL=C sort)
    [ "$there" = "$named" ] || die "$1 has files that SHA256SUMS does not cover: $(LC_ALL=C comm -23 <(echo "$there") <(echo "$named") | head -n 1)"
}
