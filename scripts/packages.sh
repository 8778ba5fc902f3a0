# shellcheck shell=bash
# Debian packages, programs of crates.io and Python environments for the other scripts; sourced, never run.
# Gives: die, say, install_packages, unpack_packages, cargo_tool, python_environment. Refuses to guess: what cannot be installed is named,
# with the command.

# die MESSAGE: the last words, on stderr.
die() {
    printf '%s: error: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# say MESSAGE: progress, on stderr, so that stdout stays free for results.
say() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# apt_quietly ARGUMENT…: apt-get without questions; its noise is shown only when it fails. No service is started by it, as
# sshd would be: Debian asks policy-rc.d.
apt_quietly() {
    local log failed='' policy=/usr/sbin/policy-rc.d
    log=$(mktemp)
    if [ -e "$policy" ]; then
        policy=
    else
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 0755 "$policy"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >"$log" 2>&1 </dev/null || failed=1
    [ -z "$policy" ] || rm -f "$policy"
    [ -z "$failed" ] || cat "$log" >&2
    rm -f "$log"
    [ -z "$failed" ]
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

# unpack_packages SUITE FOLDER PACKAGE…: packages of another release of Debian, checked by apt against Debian's own keys and
# unpacked into the folder. Nothing is installed: apt works on a private state. What is there already is not fetched again.
unpack_packages() {
    local suite=$1 folder=$2 state=$2/apt package missing=()
    shift 2
    command -v apt-get >/dev/null || die "this is not a Debian system; install by hand: $*"
    for package in "$@"; do
        [ -e "$state/unpacked/$package" ] || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "fetching ${missing[*]} from Debian $suite"
    mkdir -p "$state"/{lists/partial,archives/partial,unpacked,debs}
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian %s main\n' \
        "$suite" >"$state/$suite.list"
    apt_privately "$suite" "$state" update || die "the package lists of Debian $suite could not be had"
    for package in "${missing[@]}"; do
        rm -f "$state/debs/$package"_*.deb
        (cd "$state/debs" && apt_privately "$suite" "$state" download "$package/$suite") ||
            die "Debian $suite has no package \`$package\`"
        dpkg-deb -x "$state/debs/$package"_*.deb "$folder"
        rm -f "$state/debs/$package"_*.deb
        # Made last, so that half of a package is unpacked again.
        touch "$state/unpacked/$package"
    done
}

# apt_privately SUITE STATE ARGUMENT…: apt-get that knows that suite only and keeps everything below the state.
apt_privately() {
    local suite=$1 state=$2
    shift 2
    apt_quietly \
        -o "Dir::Etc::sourcelist=$state/$suite.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$state/lists" -o "Dir::Cache::archives=$state/archives" \
        -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

# cargo_tool CARGO NAME VERSION: that program of crates.io in target/tools/bin, unless it is there.
# The settings of a build are for that build alone: they do not reach the tool's own.
cargo_tool() {
    local cargo=$1 name=$2 version=$3 tools
    tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)/target/tools
    if [ -x "$tools/bin/$name" ] && grep -q "^\"$name $version " "$tools/.crates.toml" 2>/dev/null; then
        return 0
    fi
    command -v "$cargo" >/dev/null || die "no \`$cargo\`, which has to build $name; install rust: https://rustup.rs"
    say "building $name $version in target/tools"
    env -u CARGO_TARGET_DIR -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET -u RUSTC_WORKSPACE_WRAPPER \
        "$cargo" install --quiet --locked --root "$tools" --version "$version" "$name" ||
        die "$name $version could not be had from crates.io or did not build"
}

# python_environment VENV REQUIREMENTS: a virtual environment with those packages of PyPI, unless it is there.
python_environment() {
    local venv=$1 requirements=$2
    if cmp -s "$requirements" "$venv/requirements.txt"; then
        return 0
    fi
    python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    say "installing ${requirements##*/} in $venv"
    rm -rf "$venv"
    python3 -m venv "$venv" || die "python3 cannot make a virtual environment; install python3-venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements" ||
        die "pip could not install $requirements"
    # Copied last: an environment without it is made again.
    cp "$requirements" "$venv/requirements.txt"
}
