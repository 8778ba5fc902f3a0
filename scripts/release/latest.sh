#!/usr/bin/env bash
# latest.sh [TAG]: `latest` in the registry becomes the release of TAG (GITHUB_REF_NAME), which a person has published.
#
# IMAGE is the repository (ghcr.io/OWNER/mcp-ssh-orchestrator); REGISTRY_USER and REGISTRY_PASSWORD log in, where they are set.
# cosign says whether release.yml of GITHUB_REPOSITORY has signed, at that tag, the digest that the registry has under VERSION;
# that digest gets the name. Prints what `latest` is then.
#
# Refuses a TAG that is not this checkout's version, a pre-release, a digest that is not signed so or is not the index of that
# version, and a `latest` of which nobody can say what version it is. Leaves a `latest` that is a newer version: it never goes
# back, nor where the registry has none and a signed release that is newer.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"
# shellcheck source=scripts/release/container-registry.sh
. "$root/scripts/release/container-registry.sh"

main() {
    local tag=${1:-${GITHUB_REF_NAME:-}} version digest tags
    [ -n "$tag" ] || die "no tag: give one, or set GITHUB_REF_NAME"
    [ -n "${GITHUB_REPOSITORY:-}" ] || die "GITHUB_REPOSITORY names no repository"
    version=$("$root/scripts/release/version.sh")
    [ "$tag" = "v$version" ] || die "the tag is \`$tag\`, and Cargo.toml says $version: its release is v$version"
    [[ $version != *-* ]] || die "$version is a pre-release: \`latest\` is for releases"
    image=$(image)
    command -v jq >/dev/null || install_packages jq
    registry_tools "$root"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    login "$image" "$work"
    digest=$(crane digest "$image:$version") || die "$image has no $version"
    signed "$digest" "$version"
    # Each image of the index is signed, too: whoever can write the registry could give the version to one of them.
    crane manifest "$image@$digest" | jq -e --arg version "$version" \
        '(.manifests | length > 0) and .annotations["org.opencontainers.image.version"] == $version' >/dev/null ||
        die "$digest, which the registry has as $version, is not the index of that version"
    tags=$(crane ls "$image") || die "$image does not list its tags"
    if grep -qx latest <<<"$tags"; then
        compare "$digest" "$version"
    else
        none_newer "$version" "$tags"
    fi
    crane tag "$image@$digest" latest
    printf '%s:latest is %s, %s\n' "$image" "$version" "$digest"
}

# compare DIGEST VERSION: ends this script where `latest` is that one already, or a newer version.
compare() {
    local there its
    there=$(crane digest "$image:latest")
    if [ "$there" = "$1" ]; then
        say "\`latest\` is $2 already"
        printf '%s:latest is %s, %s\n' "$image" "$2" "$1"
        exit 0
    fi
    its=$(crane manifest "$image@$there" | jq -r '.annotations["org.opencontainers.image.version"] // empty')
    [[ $its =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
        die "\`latest\` is $there, which says no version: look at it, and remove that tag or move it by hand"
    # Whoever can write the registry can write any version: `latest` must have been signed as what it says to be.
    signed "$there" "$its"
    if newer "$its" "$2"; then
        say "\`latest\` is $its, which is newer than $2: it stays"
        printf '%s:latest is %s, %s\n' "$image" "$its" "$there"
        exit 0
    fi
}

# none_newer VERSION TAGS: refuses where a release that is newer is there and signed: its run may have failed or not ended yet.
none_newer() {
    local tag digest
    while IFS= read -r tag; do
        [[ $tag =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || continue
        newer "$tag" "$1" || continue
        digest=$(crane digest "$image:$tag")
        (signed "$digest" "$tag") 2>/dev/null || continue
        die "$image has no \`latest\`, and $tag, which is newer than $1: where $1 is to be it all the same, tag it by hand"
    done <<<"$2"
}

# signed DIGEST VERSION: by release.yml of this repository, at the tag of that version.
signed() {
    local identity=https://github.com/$GITHUB_REPOSITORY/.github/workflows/release.yml@refs/tags/v$2
    cosign verify --certificate-identity "$identity" --certificate-oidc-issuer https://token.actions.githubusercontent.com \
        "$image@$1" >"$work/verified" || die "$identity has not signed $1, which the registry has as $2"
}

# newer A B: whether A is a newer version than B, or the release of which B is a pre-release.
newer() {
    local -a one other
    local at
    IFS=. read -r -a one <<<"${1%%-*}"
    IFS=. read -r -a other <<<"${2%%-*}"
    for at in 0 1 2; do
        [ "${one[at]}" -eq "${other[at]}" ] || break
    done
    [ "${one[at]}" -gt "${other[at]}" ] || [[ "${1%%-*}" == "${2%%-*}" && $1 != *-* && $2 == *-* ]]
}

main "$@"
