#!/usr/bin/env bash
# attest.sh STATEMENT BUNDLE: writes BUNDLE, the in-toto statement in the file STATEMENT with the signature of the key
# COSIGN_KEY over it (DSSE). What the key is: sign.sh.
set -euo pipefail

# shellcheck source=cosign/signing.sh
. "$(dirname "$0")/signing.sh"

[ "$#" = 2 ] || die "usage: COSIGN_KEY=… attest.sh STATEMENT BUNDLE"
signing
quietly cosign attest-blob "${options[@]}" --statement "$1" --bundle "$2"
one_line "$2"
