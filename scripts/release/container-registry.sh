#!/usr/bin/env bash
# container-registry.sh: sourced by what writes to the registry: its programs, its name, and a login that goes with the script.
#
# Needs `die` (scripts/packages.sh).

# image: the repository that IMAGE names. A registry takes no capitals, and an owner may have some.
image() {
    [ -n "${IMAGE:-}" ] || die "IMAGE names no repository, such as ghcr.io/OWNER/mcp-ssh-orchestrator"
    printf '%s\n' "${IMAGE,,}"
}

# registry_tools CHECKOUT: cosign and crane, from its target/sid where the machine has none.
registry_tools() {
    PATH=$PATH:$1/target/sid/usr/bin
    if ! command -v cosign >/dev/null || ! command -v crane >/dev/null; then
        "$1/scripts/sid.sh" cosign crane
    fi
}

# login IMAGE FOLDER: for as long as the folder is there; cosign reads the same file.
login() {
    export DOCKER_CONFIG=$2/docker
    mkdir "$DOCKER_CONFIG"
    [ -n "${REGISTRY_PASSWORD:-}" ] || return 0
    crane auth login "${1%%/*}" --username "$REGISTRY_USER" --password-stdin <<<"$REGISTRY_PASSWORD"
}
