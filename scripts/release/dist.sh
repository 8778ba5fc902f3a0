#!/usr/bin/env bash
# dist.sh [FOLDER [DIST]]: DIST, one flat folder with the files of a release under the names that users download.
#
# FOLDER (target) holds what `make static image image-arm64 index sbom sbom-arm64 vex` made; DIST is FOLDER/dist. In it, for
# each architecture: the binary, its image for `docker load`, its SBOM and what built it; then the index of both images,
# the VEX document, the licences, `image-digests` (of the index and the images, as sha256sum writes) and SHA256SUMS over all.
#
# Refuses parts that are not of one build: an image whose layer is not the binary, an index of other images, an SBOM of another
# binary. The same parts give the same files.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    folder=${1:-$root/target}
    dist=${2:-$folder/dist}
    command -v jq >/dev/null || install_packages jq
    version=$("$root/scripts/release/version.sh")
    name=mcp-ssh-$version
    rm -rf "$dist"
    mkdir -p "$dist"
    architecture amd64 "$folder"
    architecture arm64 "$folder/arm64/target"
    index
    cp "$folder/vex/mcp-ssh.openvex.json" "$dist/$name.openvex.json"
    # Both architectures have these crates; which of them has which is in its SBOM.
    cat "$folder/sbom/THIRD_PARTY.md" >"$dist/$name-third-party.md"
    sums
    say "made ${dist#"$root"/}: $(find "$dist" -type f | wc -l) files of $version"
}

# architecture ARCH PARTS
architecture() {
    local whole=$name-linux-$1 parts=$2 layer sum
    install -m 0755 "$parts/static/mcp-ssh" "$dist/$whole"
    install -m 0644 "$parts/image/mcp-ssh.tar" "$dist/$whole.docker.tar"
    install -m 0644 "$parts/sbom/sbom.cdx.json" "$dist/$whole.cdx.json"
    install -m 0644 "$parts/static/toolchain" "$dist/$whole.toolchain"
    sum=$(sha256sum <"$dist/$whole" | cut -c 1-64)
    layer=$(tar -xOf "$dist/$whole.docker.tar" manifest.json | jq -er '.[0].Layers | select(length == 1) | .[0]')
    [ "$(tar -xOf "$dist/$whole.docker.tar" "$layer" | tar -xO mcp-ssh | sha256sum | cut -c 1-64)" = "$sum" ] ||
        die "the image for $1 does not hold $parts/static/mcp-ssh; build it anew"
    jq -e --arg sum "$sum" '.metadata.component.hashes | any(.content == $sum)' "$dist/$whole.cdx.json" >/dev/null ||
        die "the SBOM for $1 is of another binary; build it anew"
    digests+=("$(sed 's/^sha256://' "$parts/image/digest")  mcp-ssh-orchestrator:$version-$1")
}

index() {
    local archive=$dist/$name.oci.tar digest named
    install -m 0644 "$folder/index/mcp-ssh.oci.tar" "$archive"
    digest=$(sed 's/^sha256://' "$folder/index/digest")
    named=$(tar -xOf "$archive" "blobs/sha256/$digest" | jq -er '.manifests | map(.digest | ltrimstr("sha256:")) | join(" ")')
    [ "$named" = "${digests[0]%% *} ${digests[1]%% *}" ] || die "the index is of other images; build it anew"
    digests=("$digest  mcp-ssh-orchestrator:$version" "${digests[@]}")
    printf '%s\n' "${digests[@]}" >"$dist/image-digests"
}

sums() (
    cd "$dist"
    LC_ALL=C
    sha256sum -- * >"$dist.sums"
    mv "$dist.sums" SHA256SUMS
)

digests=()
main "$@"
