#!/usr/bin/env bash
# image.sh [FOLDER [PLATFORM]]: the image of FOLDER/target/static/mcp-ssh as the archive FOLDER/target/image/mcp-ssh.tar,
# which Docker, Podman and OCI tools load: the same bytes for the same binary and labels. Needs Docker with
# buildx; `scripts/engine.sh run scripts/image.sh` brings one. FOLDER is the checkout, PLATFORM linux/amd64.
#
# Beside the archive are the image's names:
#   digest         the digest of its manifest, which covers every byte of the image. Registries call it by
#                  this one, and so does Docker's image ID where images are kept by containerd
#   config-digest  the digest of its configuration, which names the layer: the image ID of Podman, and of
#                  Docker with its older store
# VERSION, REVISION and SOURCE_DATE_EPOCH make the labels; unless set they come from Cargo.toml and the commit.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

folder=$(cd "${1:-$root}" && pwd -P)
platform=${2:-linux/amd64}
output=$folder/target/image

main() {
    [ -f "$folder/target/static/mcp-ssh" ] || die "\`$folder/target/static/mcp-ssh\` is not there; run: make static"
    command -v docker >/dev/null || die "no \`docker\`; run: scripts/engine.sh run $0"
    command -v jq >/dev/null || install_packages jq
    labels
    build
    names
}

labels() {
    : "${VERSION:=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)}"
    : "${REVISION:=$(git -C "$root" describe --always --abbrev=40 --exclude '*' --dirty 2>/dev/null || echo unknown)}"
    : "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}"
}

# Gzip differs between versions of the engine, and provenance tells of the machine: the layer is stored as
# it is, and provenance comes with the release, signed. rewrite-timestamp only makes times earlier, so the file
# gets the one it is to have.
build() {
    rm -rf "$output"
    mkdir -p "$output"
    local context=$output/context
    install -D --mode 0755 "$folder/target/static/mcp-ssh" "$context/target/static/mcp-ssh"
    touch --date "@$SOURCE_DATE_EPOCH" "$context/target/static/mcp-ssh"
    docker buildx build --quiet --no-cache --provenance=false --sbom=false --platform "$platform" \
        --file "$root/Dockerfile.scratch" --tag "mcp-ssh-orchestrator:$VERSION" \
        --build-arg "VERSION=$VERSION" --build-arg "REVISION=$REVISION" \
        --build-arg "CREATED=$(date --utc --date "@$SOURCE_DATE_EPOCH" +%FT%TZ)" \
        --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" \
        --output "type=docker,dest=$output/mcp-ssh.tar,oci-mediatypes=true,rewrite-timestamp=true,compression=uncompressed,force-compression=true" \
        "$context" >/dev/null
    rm -rf "$context"
}

names() {
    tar -xOf "$output/mcp-ssh.tar" index.json | jq -er '.manifests | select(length == 1) | .[0].digest' >"$output/digest"
    tar -xOf "$output/mcp-ssh.tar" manifest.json | jq -er '.[0].Config | sub("blobs/sha256/"; "sha256:")' \
        >"$output/config-digest"
    say "built ${output#"$root"/}/mcp-ssh.tar: $(stat -c %s "$output/mcp-ssh.tar") bytes, $(cat "$output/digest")"
}

main "$@"
