#!/usr/bin/env bash
# machine.sh [stable|oldest|locked]: what a fresh Debian in a workflow needs before the scripts of this repository run there.
#
#   (nothing)  git trusts the checkout, which belongs to another user than the container's
#   stable     and the newest Rust, by rustup
#   oldest     and the Rust that Cargo.toml promises to build with
#   locked     and the one of reproducible.lock, so that a release has the bytes that it tells
#
# rustup is Debian's package. Refuses a word that is none of these, and a lock that names no Rust of rustup.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

main() {
    [ "$#" -le 1 ] || die "usage: machine.sh [stable|oldest|locked]"
    if [ -n "${GITHUB_WORKSPACE:-}" ]; then
        git config --global --add safe.directory "$GITHUB_WORKSPACE"
    fi
    [ "$#" = 1 ] || return 0
    local version
    version=$(version "$1")
    command -v rustup >/dev/null || install_packages rustup
    rustup toolchain install "$version" --profile minimal --component clippy,rustfmt,rust-src
    rustup default "$version"
    # Where `cargo install` puts programs.
    [ -z "${GITHUB_PATH:-}" ] || printf '%s\n' "${CARGO_HOME:-$HOME/.cargo}/bin" >>"$GITHUB_PATH"
}

version() {
    local version
    case $1 in
    stable) version=stable ;;
    oldest) version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml") ;;
    locked) version=$(sed -nE 's/^toolchain rust: rustup \(rustc ([0-9.]+) .*/\1/p' "$root/reproducible.lock") ;;
    *) die "no Rust is called \`$1\`; say stable, oldest or locked" ;;
    esac
    [ -n "$version" ] || die "reproducible.lock or Cargo.toml names no version of Rust for \`$1\`"
    printf '%s\n' "$version"
}

main "$@"
