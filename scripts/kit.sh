#!/usr/bin/env bash
# kit.sh [--index] [FOLDER [KIT]]: KIT, one folder with all that is needed to take a build through an air gap, signed and verified.
#
# FOLDER (target) holds static/mcp-ssh and static/toolchain, image/mcp-ssh.tar and image/digest, sbom/sbom.cdx.json and
# sbom/THIRD_PARTY.md; KIT is FOLDER/kit. With --index it is a kit of both architectures: index/mcp-ssh.oci.tar and
# index/digest are there, and static, image and sbom are in FOLDER/arm64/target, too. cosign/README.md says what is in it. COSIGN_KEY and COSIGN_PASSWORD
# name the key; without one a throwaway key signs, which proves nothing but that the steps work.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=cosign/signing.sh
. "$root/cosign/signing.sh"

index=no
if [ "${1:-}" = --index ]; then
    index=yes
    shift
fi
folder=${1:-$root/target}
kit=${2:-$folder/kit}
files=(provenance.json THIRD_PARTY.md verify.sh)
# Beside the name of each architecture's files.
suffixes=('')

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
    local suffix
    cp "$root/cosign/verify.sh" "$folder/sbom/THIRD_PARTY.md" "$draft/kit"
    cp "$folder/static/toolchain" "$draft/toolchain"
    take '' "$folder"
    if [ "$index" = yes ]; then
        suffixes+=(-arm64)
        take -arm64 "$folder/arm64/target"
        cat "$folder/arm64/target/static/toolchain" >>"$draft/toolchain"
        cp "$folder/index/mcp-ssh.oci.tar" "$draft/kit"
        cp "$folder/index/digest" "$draft/kit/digest-index"
        files+=(mcp-ssh.oci.tar digest-index)
    fi
    for suffix in "${suffixes[@]}"; do
        "$root/cosign/statement.sh" sbom "$draft/kit" ${suffix:+"$suffix"} >"$draft/sbom$suffix.statement"
    done
    TOOLCHAIN=$draft/toolchain "$root/cosign/statement.sh" provenance "$draft/kit" >"$draft/kit/provenance.json"
}

# take SUFFIX FOLDER: the files of an architecture.
take() {
    cp "$2/static/mcp-ssh" "$draft/kit/mcp-ssh$1"
    cp "$2/image/mcp-ssh.tar" "$draft/kit/mcp-ssh$1.tar"
    cp "$2/image/digest" "$draft/kit/digest$1"
    cp "$2/sbom/sbom.cdx.json" "$draft/kit/sbom$1.cdx.json"
    files+=("mcp-ssh$1" "mcp-ssh$1.tar" "digest$1" "sbom$1.cdx.json")
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
    for suffix in "${suffixes[@]}"; do
        "$root/cosign/sign.sh" "mcp-ssh$suffix.tar" "digest$suffix" "mcp-ssh$suffix"
        "$root/cosign/attest.sh" "$draft/sbom$suffix.statement" "sbom$suffix.cdx.json.sigstore.json"
    done
    if [ "$index" = yes ]; then
        "$root/cosign/sign.sh" mcp-ssh.oci.tar digest-index
    fi
    "$root/cosign/attest.sh" provenance.json provenance.json.sigstore.json
    sha256sum "${files[@]}" ./*.sigstore.json | sed 's#  \./#  #' >"$draft/SHA256SUMS"
    mv "$draft/SHA256SUMS" .
    "$root/cosign/sign.sh" SHA256SUMS
)

main
