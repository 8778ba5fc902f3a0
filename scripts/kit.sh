#!/usr/bin/env bash
# kit.sh [FOLDER [KIT]]: KIT, one folder with all that is needed to take a build through an air gap, signed and verified.
#
# FOLDER (target) holds static/mcp-ssh and static/toolchain, image/mcp-ssh.tar and image/digest, sbom/sbom.cdx.json and
# sbom/THIRD_PARTY.md; KIT is FOLDER/kit. cosign/README.md says what is in it. COSIGN_KEY and COSIGN_PASSWORD
# name the key; without one a throwaway key signs, which proves nothing but that the steps work.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=cosign/signing.sh
. "$root/cosign/signing.sh"

folder=${1:-$root/target}
kit=${2:-$folder/kit}
files=(mcp-ssh.tar digest mcp-ssh sbom.cdx.json provenance.json THIRD_PARTY.md verify.sh)

main() {
    command -v jq >/dev/null || install_packages jq
    cosign_on_path
    committed
    if [ -n "${COSIGN_KEY:-}" ]; then
        usable_key
    fi
    draft=$(mktemp -d)
    trap 'rm -rf "$draft"' EXIT
    fill
    key
    sign
    fingerprint=$(openssl pkey -pubin -in "$draft/kit/cosign.pub" -outform DER | sha256sum | cut -c 1-64)
    for tool in cosign openssl; do
        "$draft/kit/verify.sh" --with "$tool" "$fingerprint" >"$draft/verdict" || die "the kit does not verify with $tool"
    done
    chmod -R a+rX "$draft/kit"
    # Only what verified gets the name.
    rm -rf "$kit"
    mkdir -p "$(dirname "$kit")"
    cp -r "$draft/kit" "$kit"
    cat "$draft/verdict"
    say "made ${kit#"$root"/}; verify it with: ${kit#"$root"/}/verify.sh $fingerprint"
}

# committed: the provenance names a commit, so the files must be that commit's.
committed() {
    if [ -z "${COMMIT:-}" ] && [ -n "$(git -C "$root" status --porcelain)" ]; then
        [ -z "${COSIGN_KEY:-}" ] || die "there are changes that are not committed; the provenance would name a commit that lacks them"
        say "WARNING: there are changes that are not committed, and the provenance names the commit before them"
    fi
}

fill() {
    mkdir "$draft/kit"
    cp "$folder/static/mcp-ssh" "$folder/image/mcp-ssh.tar" "$folder/image/digest" "$folder/sbom/sbom.cdx.json" \
        "$folder/sbom/THIRD_PARTY.md" "$root/cosign/verify.sh" "$draft/kit"
    TOOLCHAIN=$folder/static/toolchain "$root/cosign/statement.sh" provenance "$draft/kit" >"$draft/kit/provenance.json"
    "$root/cosign/statement.sh" sbom "$draft/kit" >"$draft/sbom.statement"
}

key() {
    if [ -z "${COSIGN_KEY:-}" ]; then
        say "WARNING: COSIGN_KEY is not set: a THROWAWAY KEY signs this kit; do not hand it on"
        COSIGN_PASSWORD=$(openssl rand -hex 32)
        COSIGN_KEY=$draft/throwaway.key
        export COSIGN_KEY COSIGN_PASSWORD
        work=$draft quietly cosign generate-key-pair --output-key-prefix "$draft/throwaway"
    fi
    if [ -f "$COSIGN_KEY" ]; then
        COSIGN_KEY=$(realpath "$COSIGN_KEY")
    fi
    work=$draft quietly cosign public-key --key "$COSIGN_KEY" --outfile "$draft/kit/cosign.pub"
}

# sign: in a shell of its own, in the kit, so that SHA256SUMS has plain names.
sign() (
    cd "$draft/kit"
    "$root/cosign/sign.sh" mcp-ssh.tar digest mcp-ssh
    "$root/cosign/attest.sh" "$draft/sbom.statement" sbom.cdx.json.sigstore.json
    "$root/cosign/attest.sh" provenance.json provenance.json.sigstore.json
    sha256sum "${files[@]}" ./*.sigstore.json | sed 's#  \./#  #' >"$draft/SHA256SUMS"
    mv "$draft/SHA256SUMS" .
    "$root/cosign/sign.sh" SHA256SUMS
)

main
