#!/usr/bin/env bash
# extras.sh [DIST]: what a release has for those who install it, into DIST (target/dist), which dist.sh made:
#
#   install.sh                       that knows the sums of the binaries
#   mcp-ssh_VERSION_ARCH.deb         the Debian packages
#   mcp-ssh-VERSION-linux-ARCH.mcpb  the MCP bundles
#   server.json                      for the MCP registry; it holds the sums of the bundles and the digest of the index
#   docker-catalogue.yaml            for Docker's MCP catalogue
#   SHA256SUMS                       anew, over these as well
#
# The repository is GITHUB_REPOSITORY, or the one whose name the image's label has. Needs what tools.sh brings, and a binary
# for this machine among those in DIST. Refuses a DIST that is not what its SHA256SUMS says.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    local dist version repository commit arch binary
    dist=$(cd "${1:-$root/target/dist}" && pwd -P)
    version=$("$root/scripts/release/version.sh")
    repository=${GITHUB_REPOSITORY:-$(sed -n 's/.*io\.modelcontextprotocol\.server\.name="io\.github\.\(.*\)"/\1/p' "$root/Dockerfile")}
    commit=${GITHUB_SHA:-$(git -C "$root" rev-parse HEAD)}
    (cd "$dist" && sha256sum --check --strict --quiet SHA256SUMS) || die "$dist is not what its SHA256SUMS says"
    MCP_SSH_RUNS=$(native "$dist/mcp-ssh-$version-linux")
    export MCP_SSH_RUNS
    "$root/scripts/release/stamp-install.sh" "$repository" "$version" "$dist"
    for arch in amd64 arm64; do
        binary=$dist/mcp-ssh-$version-linux-$arch
        "$root/scripts/deb.sh" "$arch" "$binary" "$dist"
        "$root/scripts/release/mcpb.py" "$repository" "$binary" "$binary.mcpb"
    done
    "$root/scripts/release/registry.py" "$repository" "$commit" "$dist"
    (cd "$dist" && rm SHA256SUMS && LC_ALL=C sha256sum -- * >"$dist.sums" && mv "$dist.sums" SHA256SUMS)
    say "made ${dist#"$root"/}: $(find "$dist" -type f | wc -l) files"
}

# native STEM: the binary for this machine.
native() {
    case $(uname -m) in
    x86_64) printf '%s-amd64' "$1" ;;
    aarch64) printf '%s-arm64' "$1" ;;
    *) die "no binary of a release runs on $(uname -m)" ;;
    esac
}

main "$@"
