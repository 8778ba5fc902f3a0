#!/usr/bin/env bash
# Builds target/static/mcp-ssh: static-pie, musl, stripped, reproducible.
#
# Two routes; the first that works is taken:
#   rustup  the toolchain in use has, or rustup can add, the musl target and the standard library's source
#   debian  Debian packages alone: rustc-web, cargo-web and rust-web-src (bookworm-security)
# Either builds the standard library, too: for size, and without what only a backtrace needs (0.3 MB).
# MCP_SSH_STATIC_ROUTE=rustup|debian asks for one of them.
#
# The binary carries the list of its crates (section .dep-v0, by cargo-auditable), so that scanners
# find in it what it was built from.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/building.sh
. scripts/building.sh

target=x86_64-unknown-linux-musl
build_dir=$root/target/static-build
crt_dir=$root/target/static-crt
output=$root/target/static/mcp-ssh
# Cargo.toml's rust-version: an older compiler from Debian is refused by name, not by a wall of errors.
minimum_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
# rustup has no time limit of its own; a network that swallows packets must not hold the build.
rustup_seconds=120

main() {
    [ "$(uname -sm)" = "Linux x86_64" ] || die "builds on Linux x86_64 only; this is $(uname -sm)"
    install_packages gcc musl-tools binutils file
    reproducible
    case ${MCP_SSH_STATIC_ROUTE:-any} in
    rustup)
        have_rustup_target || die "this toolchain has no $target or no rust-src and rustup cannot add it"
        build_with_rustup
        ;;
    debian) build_with_debian ;;
    any) if have_rustup_target; then build_with_rustup; else build_with_debian; fi ;;
    *) die "MCP_SSH_STATIC_ROUTE is rustup or debian, not \`$MCP_SSH_STATIC_ROUTE\`" ;;
    esac
    finish
}

have_rustup_target() {
    has_standard_library && return 0
    command -v rustup >/dev/null || return 1
    say "asking rustup for $target and rust-src"
    timeout "$rustup_seconds" rustup --quiet component add rust-src >/dev/null 2>&1 || return 1
    timeout "$rustup_seconds" rustup --quiet target add "$target" >/dev/null 2>&1 && has_standard_library
}

# Its source, and the C runtime that comes with the target.
has_standard_library() {
    command -v rustc >/dev/null || return 1
    [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std/Cargo.toml" ] || return 1
    compgen -G "$(rustc --print target-libdir --target "$target" 2>/dev/null)/libstd-*.rlib" >/dev/null
}

build_with_rustup() {
    route="rustup ($(rustc --version))"
    say "route: $route"
    # Relocations that only add the base: a bit each instead of 24 bytes. Debian's musl does not know them yet.
    # Rust's own linker, which keeps one of several functions with the same bytes: 50 kB.
    rust_flags "$(rustc --print sysroot)/lib/rustlib/src/rust" -Clink-arg=-Wl,-z,pack-relative-relocs \
        -Zunstable-options -Clinker-features=+lld -Clink-self-contained=+linker -Clink-arg=-Wl,--icf=all
    auditable cargo
    build cargo build
}

build_with_debian() {
    install_packages rustc-web cargo-web rust-web-src libunwind-19-dev libc6-dev
    local release
    release=$(/usr/bin/rustc --version | cut -d' ' -f2)
    [ "$(printf '%s\n' "$minimum_rust" "$release" | sort -V | head -n 1)" = "$minimum_rust" ] ||
        die "Debian's rustc is $release and this needs $minimum_rust: enable the bookworm-security suite in /etc/apt"
    route="debian ($(/usr/bin/rustc --version))"
    say "route: $route"
    gather_crt
    rust_flags /usr/lib/rustlib/src/rust -Clinker=gcc -Clink-self-contained=yes "-Lnative=$crt_dir"
    auditable /usr/bin/cargo
    RUSTC=/usr/bin/rustc build /usr/bin/cargo build
}

# The folder in which rustc looks for what its own musl target would bring along.
gather_crt() {
    local musl=/usr/lib/x86_64-linux-musl gcc stamp
    gcc=$(dirname "$(gcc -print-libgcc-file-name)")
    stamp=$(dpkg-query -W -f '${Package} ${Version}\n' musl-dev libunwind-19-dev; gcc --version | head -n 1)
    if [ "$(cat "$crt_dir/versions" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi
    say "gathering the C runtime in ${crt_dir#"$root"/}"
    rm -rf "$crt_dir"
    mkdir -p "$crt_dir"
    cp "$musl"/{rcrt1.o,crt1.o,Scrt1.o,crti.o,crtn.o,libc.a} "$crt_dir"
    cp "$gcc"/{crtbeginS.o,crtendS.o,crtbegin.o,crtend.o,libgcc.a} "$crt_dir"
    cp /usr/lib/llvm-19/lib/libunwind.a "$crt_dir"
    # Debian built libunwind against glibc, whose fortified fprintf musl does not have.
    printf '%s\n' '#include <stdarg.h>' '#include <stdio.h>' \
        'int __fprintf_chk(FILE *stream, int flag, const char *format, ...) {' \
        '    va_list arguments; (void)flag;' \
        '    va_start(arguments, format);' \
        '    int written = vfprintf(stream, format, arguments);' \
        '    va_end(arguments);' \
        '    return written;' \
        '}' >"$crt_dir/fprintf_chk.c"
    musl-gcc -O2 -fPIC -Wall -Werror -c "$crt_dir/fprintf_chk.c" -o "$crt_dir/fprintf_chk.o"
    ar rD "$crt_dir/libunwind.a" "$crt_dir/fprintf_chk.o"
    # Written last: a folder without it is gathered again.
    printf '%s\n' "$stamp" >"$crt_dir/versions"
}

finish() {
    local built=$build_dir/$target/release/mcp-ssh
    if readelf --program-headers --wide "$built" | grep -q INTERP; then
        die "$built asks for a dynamic loader; it is not static"
    fi
    readelf --file-header "$built" | grep -q 'Type:.*DYN' || die "$built is not position independent"
    # cargo-auditable only warns where it cannot write.
    readelf --section-headers --wide "$built" | grep -qF .dep-v0 || die "$built has no list of its crates"
    install -D -m 0755 "$built" "$output"
    # What it takes to get the same bytes again.
    {
        printf 'rust: %s\n' "$route"
        printf 'cc: %s\n' "$(gcc --version | head -n 1)"
        printf 'ld: %s\n' "$(ld --version | head -n 1)"
        printf 'musl: %s\n' "$(dpkg-query -W -f '${Version}' musl-dev)"
    } >"$(dirname "$output")/toolchain"
    say "built ${output#"$root"/}: $(stat -c %s "$output") bytes, sha256 $(sha256sum "$output" | cut -d' ' -f1)"
}

main "$@"
