#!/usr/bin/env bash
# arm64.sh [binary]: the binary and the image for linux/arm64, below target/arm64: target/static/mcp-ssh,
# target/image/mcp-ssh.tar. With `binary` the image is left out.
#
# Cross-built as static.sh builds (building.sh), with zig's C compiler and linker (PyPI: ziglang, cargo-zigbuild) and
# rustup's musl target. It is run under qemu once: it says its version and checks a configuration. Needs Docker
# with buildx for the image, as image.sh does.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/building.sh
. scripts/building.sh

target=aarch64-unknown-linux-musl
folder=$root/target/arm64
build_dir=$folder/build
output=$folder/target/static/mcp-ssh
zig=$root/target/zig
packages=(ziglang==0.17.1 cargo-zigbuild==0.24.0)

main() {
    [[ $* =~ ^(binary)?$ ]] || die "usage: arm64.sh [binary]"
    install_packages binutils python3-venv
    "$root/scripts/sid.sh" qemu-user
    tools
    reproducible
    rust_flags "$(rustc --print sysroot)/lib/rustlib/src/rust"
    auditable cargo
    PATH=$zig/bin:$PATH build "$zig/bin/cargo-zigbuild" zigbuild
    finish
    run_it
    [ -z "$*" ] || return 0
    scripts/image.sh "$folder" linux/arm64
    one_file
}

tools() {
    rustup --quiet target add "$target" || die "rustup cannot add $target"
    rustup --quiet component add rust-src || die "rustup cannot add rust-src"
    [ "$(cat "$zig/packages" 2>/dev/null)" = "${packages[*]}" ] && return 0
    say "installing zig in ${zig#"$root"/}"
    rm -rf "$zig"
    python3 -m venv "$zig"
    "$zig/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "${packages[@]}" ||
        die "pip could not install ${packages[*]}"
    # Written last: an environment without it is made again.
    printf '%s\n' "${packages[*]}" >"$zig/packages"
}

finish() {
    local built=$build_dir/$target/release/mcp-ssh
    readelf --file-header "$built" | grep -q 'Machine:.*AArch64' || die "$built is not for arm64"
    if readelf --program-headers --wide "$built" | grep -q INTERP; then
        die "$built asks for a dynamic loader; it is not static"
    fi
    # cargo-auditable only warns where it cannot write.
    readelf --section-headers --wide "$built" | grep -qF .dep-v0 || die "$built has no list of its crates"
    install -D --mode 0755 "$built" "$output"
    # What it takes to get the same bytes again.
    {
        printf 'armrust: rustup (%s)\n' "$(rustc --version)"
        printf 'armcc: %s\n' "${packages[*]}"
    } >"$(dirname "$output")/toolchain"
    say "built ${output#"$root"/}: $(stat -c %s "$output") bytes, sha256 $(sha256sum "$output" | cut -d' ' -f1)"
}

run_it() {
    "$root/target/sid/usr/bin/qemu-aarch64" "$output" --version
    # The keys of the examples are not there.
    "$root/target/sid/usr/bin/qemu-aarch64" "$output" --config examples/config --keys examples/config check --keys-elsewhere
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
