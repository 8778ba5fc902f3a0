# shellcheck shell=bash
# Debian packages for the other scripts; sourced, never run.
# Gives: die, say, install_packages. Refuses to guess: what cannot be installed is named, with the command.

# die MESSAGE: the last words, on stderr.
die() {
    printf '%s: error: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# say MESSAGE: progress, on stderr, so that stdout stays free for results.
say() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# apt_quietly ARGUMENT…: apt-get without questions; its noise is shown only when it fails.
apt_quietly() {
    local log
    log=$(mktemp)
    if ! DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# install_packages PACKAGE…: installs those that are missing.
install_packages() {
    local package missing=()
    command -v dpkg-query >/dev/null ||
        die "this is not a Debian system; install what these packages hold by hand: $*"
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            missing+=("$package")
        fi
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "missing packages; run: sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]}"
    apt_quietly install --no-install-recommends "${missing[@]}" 2>/dev/null && return 0
    # The lists may be absent or old; the second try speaks.
    apt_quietly update || die "apt-get update failed; check /etc/apt/sources.list.d"
    apt_quietly install --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install: ${missing[*]}"
}
