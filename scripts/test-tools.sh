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
    file:file jq:jq ldd:libc-bin chroot:coreutils python3:python3 openssl:openssl unshare:util-linux
)

main() {
    commands
    python_packages "$root/target/venv" scripts/test-requirements.txt
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

main "$@"
