#!/usr/bin/env bash
# draft.sh [DIST]: the release of the tag as a draft on GitHub, with every file of DIST (target/dist) and the notes.
#
# Needs GH_TOKEN and GITHUB_REPOSITORY. A person looks at the draft and publishes it: what follows from that (a feed, a
# download) cannot be taken back. The notes are the section of CHANGELOG.md and how to verify. Refuses a DIST that its
# SHA256SUMS does not cover whole, and one whose sums release.yml of this repository has not signed at this tag (cosign asks).
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"
# shellcheck source=scripts/release/covered.sh
. "$root/scripts/release/covered.sh"

main() {
    [ -n "${GITHUB_REPOSITORY:-}" ] || die "GITHUB_REPOSITORY names no repository"
    dist=$(cd "${1:-$root/target/dist}" && pwd -P)
    version=$("$root/scripts/release/version.sh")
    covered "$dist"
    [ -s "$dist/SHA256SUMS.sigstore.json" ] || die "nobody has signed SHA256SUMS; run: scripts/release/sign.sh"
    signed
    command -v gh >/dev/null || install_packages gh
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    {
        "$root/scripts/release/notes.sh"
        verification
    } >"$work/notes"
    local options=()
    [[ $version != *-* ]] || options+=(--prerelease)
    gh release create "v$version" --repo "$GITHUB_REPOSITORY" --draft --verify-tag "${options[@]}" \
        --title "v$version" --notes-file "$work/notes" "$dist"/*
}

# signed: by the workflow of this repository at this tag, as the notes tell users to ask.
signed() {
    local identity=https://github.com/$GITHUB_REPOSITORY/.github/workflows/release.yml@refs/tags/v$version
    PATH=$PATH:$root/target/sid/usr/bin
    command -v cosign >/dev/null || "$root/scripts/sid.sh" cosign >&2
    cosign verify-blob --certificate-identity "$identity" --certificate-oidc-issuer https://token.actions.githubusercontent.com \
        --bundle "$dist/SHA256SUMS.sigstore.json" "$dist/SHA256SUMS" >&2 || die "$identity has not signed SHA256SUMS"
}

# verification: what a user types, with this release's own identity and digest.
verification() {
    local image=ghcr.io/${GITHUB_REPOSITORY,,} digest
    digest=$(sed -n "s/  mcp-ssh-orchestrator:$version\$//p" "$dist/image-digests")
    [[ $digest =~ ^[0-9a-f]{64}$ ]] || die "image-digests has none of mcp-ssh-orchestrator:$version"
    cat <<EOF_NOTES

### Verify

\`\`\`sh
identity=https://github.com/$GITHUB_REPOSITORY/.github/workflows/release.yml@refs/tags/v$version
issuer=https://token.actions.githubusercontent.com
cosign verify-blob --certificate-identity "\$identity" --certificate-oidc-issuer "\$issuer" \\
  --bundle SHA256SUMS.sigstore.json SHA256SUMS && sha256sum --check --ignore-missing SHA256SUMS
cosign verify --certificate-identity "\$identity" --certificate-oidc-issuer "\$issuer" \\
  $image@sha256:$digest
\`\`\`

The key of the promotion kit has the fingerprint \`$(cat "$dist/mcp-ssh-$version-kit.fingerprint")\`.
EOF_NOTES
}

main "$@"
