#!/usr/bin/env bash
# Brings what the tests run against: real shells, a real sshd, and the official MCP SDK for Python.
#
# As root on Debian it installs what is missing; elsewhere it names it and fails.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

# sshd lives in sbin, which an ordinary user's PATH may lack.
PATH=$PATH:/usr/sbin:/sbin

# command:package
tools=(
    sshd:openssh-server ssh:openssh-client ssh-keygen:openssh-client
    bash:bash busybox:busybox dash:dash fish:fish mksh:mksh zsh:zsh script:bsdutils
    file:file jq:jq ldd:libc-bin chroot:coreutils python3:python3
)
venv=$root/target/venv
requirements=scripts/test-requirements.txt

main() {
    commands
    python_sdk
}

commands() {
    local tool missing=()
    for tool in "${tools[@]}"; do
        command -v "${tool%%:*}" >/dev/null || missing+=("${tool#*:}")
    done
    if [ "${#missing[@]}" -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
    for tool in "${tools[@]}"; do
        command -v "${tool%%:*}" >/dev/null || die "still no \`${tool%%:*}\` after installing ${tool#*:}"
    done
}

python_sdk() {
    if cmp -s "$requirements" "$venv/requirements.txt"; then
        return 0
    fi
    python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    say "installing the Python MCP SDK in ${venv#"$root"/}"
    rm -rf "$venv"
    python3 -m venv "$venv" || die "python3 cannot make a virtual environment; install python3-venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements" ||
        die "pip could not install $requirements"
    # Copied last: an environment without it is made again.
    cp "$requirements" "$venv/requirements.txt"
}

main "$@"
