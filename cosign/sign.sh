#!/usr/bin/env bash
# sign.sh FILE…: writes FILE.sigstore.json beside each, the signature of the key COSIGN_KEY over it.
# COSIGN_KEY is a file or what else cosign knows as a key (a KMS, a token); COSIGN_PASSWORD opens it. Nothing
# is sent to a log, so it works without a network.
set -euo pipefail

# shellcheck source=cosign/signing.sh
. "$(dirname "$0")/signing.sh"

[ "$#" -gt 0 ] || die "usage: COSIGN_KEY=… sign.sh FILE…"
signing
for file in "$@"; do
    quietly cosign sign-blob "${options[@]}" --bundle "$file.sigstore.json" "$file"
    one_line "$file.sigstore.json"
done
