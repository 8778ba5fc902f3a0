#!/usr/bin/env bash
# The binary and the image for linux/arm64, below target/arm64: target/static/mcp-ssh, target/image/mcp-ssh.tar.
#
# Cross-built with zig's C compiler and linker (PyPI: ziglang, cargo-zigbuild) and rustup's musl target.
# It is run under qemu once: it says its version and checks a configuration. Needs Docker with
# buildx for the image, as image.sh does.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

target=aarch64-unknown-linux-musl
folder=$root/target/arm64
binary=$folder/target/static/mcp-ssh
zig=$root/target/zig
packages=(ziglang==0.17.1 cargo-zigbuild==0.24.0)

main() {
    install_packages binutils qemu-user-static python3-venv
    tools
    build
    check_file
    run_it
    scripts/image.sh "$folder" linux/arm64
    one_file
}

tools() {
    rustup --quiet target add "$target" || die "rustup cannot add $target"
    [ "$(cat "$zig/packages" 2>/dev/null)" = "${packages[*]}" ] && return 0
    say "installing zig in ${zig#"$root"/}"
    rm -rf "$zig"
    python3 -m venv "$zig"
    "$zig/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "${packages[@]}" ||
        die "pip could not install ${packages[*]}"
    # Written last: an environment without it is made again.
    printf '%s\n' "${packages[*]}" >"$zig/packages"
}

build() {
    unset RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER CFLAGS CC
    local cargo_home=${CARGO_HOME:-$HOME/.cargo}
    export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$folder/build
    CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "--remap-path-prefix=$root=/mcp-ssh" "--remap-path-prefix=$cargo_home=/cargo")
    export CARGO_ENCODED_RUSTFLAGS=${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}
    PATH=$zig/bin:$PATH "$zig/bin/cargo-zigbuild" zigbuild --quiet --locked --release --target "$target" --bin mcp-ssh
    install -D --mode 0755 "$folder/build/$target/release/mcp-ssh" "$binary"
}

check_file() {
    readelf --file-header "$binary" | grep -q 'Machine:.*AArch64' || die "$binary is not for arm64"
    if readelf --program-headers --wide "$binary" | grep -q INTERP; then
        die "$binary asks for a dynamic loader; it is not static"
    fi
    say "built ${binary#"$root"/}: $(stat -c %s "$binary") bytes, sha256 $(sha256sum "$binary" | cut -d' ' -f1)"
}

run_it() {
    qemu-aarch64-static "$binary" --version
    # The keys of the examples' credentials are not there, which is no fault before they are needed.
    qemu-aarch64-static "$binary" --config examples/config --keys examples/config check
}

one_file() {
    local archive=$folder/target/image/mcp-ssh.tar config manifest layer
    config=$(cut -d: -f2 "$folder/target/image/config-digest")
    manifest=$(cut -d: -f2 "$folder/target/image/digest")
    tar -xOf "$archive" "blobs/sha256/$config" | jq -e '.architecture == "arm64"' >/dev/null ||
        die "the image does not say that it is for arm64"
    layer=$(tar -xOf "$archive" "blobs/sha256/$manifest" | jq -er '.layers | select(length == 1) | .[0].digest[7:]')
    [ "$(tar -xOf "$archive" "blobs/sha256/$layer" | tar -t)" = mcp-ssh ] || die "the image holds more than the binary"
}

main "$@"
