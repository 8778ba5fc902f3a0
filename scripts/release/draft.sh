#!/usr/bin/env bash
# draft.sh [DIST]: the release of the tag as a draft on GitHub, with every file of DIST (target/dist) and the notes.
#
# Needs GH_TOKEN and GITHUB_REPOSITORY. A person looks at the draft and publishes it: what follows from that (a feed, a
# download) cannot be taken back. The notes are the section of CHANGELOG.md and how to verify. Refuses a DIST that its
# SHA256SUMS does not cover, and one whose sums nobody signed.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    [ -n "${GITHUB_REPOSITORY:-}" ] || die "GITHUB_REPOSITORY names no repository"
    dist=$(cd "${1:-$root/target/dist}" && pwd -P)
    version=$("$root/scripts/release/version.sh")
    (cd "$dist" && sha256sum --check --strict --quiet SHA256SUMS) || die "$dist is not what its SHA256SUMS says"
    [ -s "$dist/SHA256SUMS.sigstore.json" ] || die "nobody has signed SHA256SUMS; run: scripts/release/sign.sh"
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
