#!/usr/bin/env bash
# push.sh [DIST]: the index of a release in a registry, signed and with its statements, keyless. DIST (target/dist) is what
# sign.sh left.
#
# IMAGE is the repository (ghcr.io/OWNER/mcp-ssh-orchestrator); REGISTRY_USER and REGISTRY_PASSWORD log in, where they are set.
# It is pushed by its digest and signed; only then it gets the tag VERSION. `latest` waits until the release is published
# (latest.sh). The index and both images are signed; each image has its SBOM, the index the VEX document and the provenance.
# Prints IMAGE@DIGEST.
#
# Refuses a DIST that its SHA256SUMS does not cover, and an index that the registry calls by another digest than the build did.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"
# shellcheck source=scripts/release/covered.sh
. "$root/scripts/release/covered.sh"
# shellcheck source=scripts/release/container-registry.sh
. "$root/scripts/release/container-registry.sh"

main() {
    image=$(image)
    dist=$(cd "${1:-$root/target/dist}" && pwd -P)
    version=$("$root/scripts/release/version.sh")
    name=$dist/mcp-ssh-$version
    covered "$dist"
    command -v jq >/dev/null || install_packages jq
    registry_tools "$root"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    login "$image" "$work"
    push
    sign
    crane tag "$image@$digest" "$version"
    printf '%s@%s\n' "$image" "$digest"
}

push() {
    local pushed
    digest=$(digest "$version")
    mkdir "$work/index"
    tar -xf "$name.oci.tar" -C "$work/index"
    pushed=$(crane push "$work/index" "$image@$digest")
    [ "$pushed" = "$image@$digest" ] || die "the registry has $pushed, and the build made $digest"
}

sign() {
    local architecture
    cosign sign --yes --recursive "$image@$digest"
    for architecture in amd64 arm64; do
        cosign attest --yes --type cyclonedx --predicate "$name-linux-$architecture.cdx.json" \
            "$image@$(digest "$version-$architecture")"
    done
    cosign attest --yes --type openvex --predicate "$name.openvex.json" "$image@$digest"
    tar -xOf "$name-kit.tar" kit/provenance.json | jq -e .predicate >"$work/provenance.json"
    cosign attest --yes --type slsaprovenance1 --predicate "$work/provenance.json" "$image@$digest"
}

# digest TAG
digest() {
    local digest
    digest=$(sed -n "s/^\([0-9a-f]\{64\}\)  mcp-ssh-orchestrator:$1\$/sha256:\1/p" "$dist/image-digests")
    [ -n "$digest" ] || die "image-digests has none of mcp-ssh-orchestrator:$1"
    printf '%s\n' "$digest"
}

main "$@"
