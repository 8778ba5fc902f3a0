# shellcheck shell=bash
# What sign.sh and attest.sh share; sourced, never run. Gives: cosign_on_path, usable_key,
# signing (both, and cosign's options), quietly, one_line.

# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/packages.sh"

# cosign_on_path: the one that is there, else Debian's, in target/sid.
cosign_on_path() {
    command -v cosign >/dev/null && return 0
    local root
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
    "$root/scripts/sid.sh" cosign
    PATH=$PATH:$root/target/sid/usr/bin
}

# usable_key: cosign would ask for what is missing, and nobody would see it.
usable_key() {
    [ -n "${COSIGN_KEY:-}" ] || die "COSIGN_KEY names no key to sign with"
    [[ -f $COSIGN_KEY || $COSIGN_KEY == *:* ]] || die "COSIGN_KEY is a file or a URI of a key; there is no \`$COSIGN_KEY\`"
    [[ -z ${COSIGN_KEY##*:*} || -n ${COSIGN_PASSWORD+set} ]] ||
        die "COSIGN_PASSWORD is not set; where the key has none, set it to nothing"
}

signing() {
    usable_key
    cosign_on_path
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # Without any log, timestamp or certificate service.
    quietly cosign signing-config create --out "$work/config.json"
    # shellcheck disable=SC2034 # for the scripts that source this
    options=(--yes --key "$COSIGN_KEY" --signing-config "$work/config.json")
}

# quietly COMMAND…: its words are shown only when it fails: cosign warns of each service that it was told not to use.
quietly() {
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        die "\`$1 $2\` failed"
    }
}

# one_line BUNDLE: cosign's JSON has blanks or not, as its version likes; verify.sh knows the form without.
one_line() {
    tr -d ' \n' <"$1" >"$work/bundle"
    cat "$work/bundle" >"$1"
}
