#!/usr/bin/env bash
# sign.sh [DIST]: signs a release. DIST (target/dist) is what dist.sh made; it gets the promotion kit and the signature.
#
#   mcp-ssh-VERSION-kit.tar          the kit of both architectures (cosign/README.md)
#   mcp-ssh-VERSION-kit.fingerprint  of the key that signed the kit, for its verify.sh
#   SHA256SUMS                       anew, over these as well
#   SHA256SUMS.sigstore.json         its signature by the identity of the workflow, keyless
#
# A kit is verified by a key, since there is no log behind an air gap. COSIGN_KEY names one that lives elsewhere (a KMS, by
# its URI). Without it a key is made for this release alone and forgotten: its fingerprint is in what the workflow signs, so
# whoever verifies that before the air gap has the fingerprint from the workflow.
# Refuses a DIST that its SHA256SUMS does not cover whole: it would sign what nobody built.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=cosign/signing.sh
. "$root/cosign/signing.sh"
# shellcheck source=scripts/release/covered.sh
. "$root/scripts/release/covered.sh"

main() {
    dist=$(cd "${1:-$root/target/dist}" && pwd -P)
    version=$("$root/scripts/release/version.sh")
    name=$dist/mcp-ssh-$version
    covered "$dist"
    command -v jq >/dev/null || install_packages jq
    cosign_on_path
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    layout
    key
    kit
    (cd "$dist" && rm SHA256SUMS && LC_ALL=C sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
    cosign sign-blob --yes --bundle "$dist/SHA256SUMS.sigstore.json" "$dist/SHA256SUMS" >/dev/null
    say "signed $dist/SHA256SUMS; the kit's key is $(cat "$name-kit.fingerprint")"
}

# layout: the files of the release where kit.sh looks for them.
layout() {
    local parts=$work/parts arm64=$work/parts/arm64/target
    mkdir -p "$parts"/{static,image,sbom,index} "$arm64"/{static,image,sbom}
    architecture amd64 "$parts"
    architecture arm64 "$arm64"
    cp "$name-third-party.md" "$parts/sbom/THIRD_PARTY.md"
    cp "$name.oci.tar" "$parts/index/mcp-ssh.oci.tar"
    digest "$version" >"$parts/index/digest"
}

# architecture ARCH PARTS
architecture() {
    install -m 0755 "$name-linux-$1" "$2/static/mcp-ssh"
    cp "$name-linux-$1.toolchain" "$2/static/toolchain"
    cp "$name-linux-$1.docker.tar" "$2/image/mcp-ssh.tar"
    cp "$name-linux-$1.cdx.json" "$2/sbom/sbom.cdx.json"
    digest "$version-$1" >"$2/image/digest"
}

# digest TAG
digest() {
    local digest
    digest=$(sed -n "s/^\([0-9a-f]\{64\}\)  mcp-ssh-orchestrator:$1\$/sha256:\1/p" "$dist/image-digests")
    [ -n "$digest" ] || die "image-digests has none of mcp-ssh-orchestrator:$1"
    printf '%s\n' "$digest"
}

key() {
    [ -z "${COSIGN_KEY:-}" ] || return 0
    COSIGN_PASSWORD=$(openssl rand -hex 32)
    COSIGN_KEY=$work/release.key
    export COSIGN_KEY COSIGN_PASSWORD
    quietly cosign generate-key-pair --output-key-prefix "$work/release"
}

# kit: by whom and from where it was built is what the workflow's environment says.
kit() {
    if [ -n "${GITHUB_WORKFLOW_REF:-}" ]; then
        export BUILDER_ID="$GITHUB_SERVER_URL/$GITHUB_WORKFLOW_REF"
        export SOURCE_URI="git+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY@$GITHUB_REF"
        export COMMIT=$GITHUB_SHA
    fi
    "$root/scripts/kit.sh" --index "$work/parts" "$work/kit" >&2
    openssl pkey -pubin -in "$work/kit/cosign.pub" -outform DER | sha256sum | cut -c 1-64 >"$name-kit.fingerprint"
    tar --create --file "$name-kit.tar" --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 kit
}

main "$@"
