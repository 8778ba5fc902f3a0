# shellcheck shell=bash
# shellcheck disable=SC2154 # root, target and build_dir are of the script that sources this
# What static.sh and arm64.sh share of a release build; sourced after packages.sh, never run. Gives: reproducible,
# rust_flags, auditable, build.
#
# Takes from the script: root, target (a triple of musl) and build_dir. Two builds of one commit by one toolchain are
# to be the same bytes, wherever the checkout is.

cargo_home=${CARGO_HOME:-$HOME/.cargo}
auditable_version=0.7.7

# reproducible: the settings that make two builds of one commit the same bytes.
reproducible() {
    if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
        SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
    fi
    export SOURCE_DATE_EPOCH
    export CARGO_INCREMENTAL=0
    export CARGO_TARGET_DIR=$build_dir
    # Quoted as a shell would, so that paths may hold blanks; the cc crate is told so.
    local flags
    flags=$(printf '%q ' "-ffile-prefix-map=$root=/mcp-ssh" "-ffile-prefix-map=$cargo_home=/cargo")
    export "CFLAGS_${target//-/_}=$flags" CC_SHELL_ESCAPED_FLAGS=1
    export LC_ALL=C TZ=UTC
    # These would change the code that is generated, or where it goes.
    unset RUSTC_WORKSPACE_WRAPPER RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER CFLAGS CC
}

# rust_flags SOURCES [FLAG…]: the flags of one route, in cargo's own separator so that paths may hold blanks.
rust_flags() {
    local standard_library=$1 flags registry
    shift
    flags=(
        "--remap-path-prefix=$root=/mcp-ssh"
        "--remap-path-prefix=$cargo_home=/cargo"
        "--remap-path-prefix=$standard_library=/rust"
        "-Clink-arg=-Wl,--build-id=none"
        # A panic names its file, and not the line in it: one text for a file in place of one for each place.
        "-Zlocation-detail=file"
        # Generic code that a crate has compiled for speed is not compiled once more, for size, in a crate that uses it: Keccak
        # was, in russh, which took four times as long.
        "-Zshare-generics=y"
        # What is said when there is no memory is a line of JSON, as all else.
        '--cfg=alloc_error_hook'
        # AES by itself is for old hosts and old keys; AES-GCM is ring's. One constant-time backend in place of four: 50 kB.
        '--cfg=aes_backend="soft"' '--cfg=aes_backend_soft="compact"'
        "$@"
    )
    # A crate's path needs no registry: 13 kB. The last prefix that fits is the one that counts.
    for registry in "$cargo_home"/registry/src/*/; do
        flags+=("--remap-path-prefix=${registry%/}=/crates")
    done
    local IFS=$'\x1f'
    export CARGO_ENCODED_RUSTFLAGS="${flags[*]}"
}

# auditable CARGO: makes cargo-auditable write the list of crates into the binary.
# `cargo auditable` would hand cargo the full path of its program, and cargo hashes that path into the
# names of our symbols: the bytes would differ from checkout to checkout. Found through PATH, its
# name is the same everywhere.
auditable() {
    cargo_tool "$1" cargo-auditable "$auditable_version"
    export PATH=$root/target/tools/bin:$PATH
    export RUSTC_WORKSPACE_WRAPPER=cargo-auditable
    export CARGO_AUDITABLE_ORIG_ARGS='{"offline":false,"locked":true,"frozen":false,"config":[]}'
}

# build CARGO…: -Zbuild-std is an unstable flag of a stable compiler; RUSTC_BOOTSTRAP is what admits it.
build() {
    RUSTC_BOOTSTRAP=1 "$@" --quiet --locked --release \
        -Zbuild-std=std,panic_unwind -Zbuild-std-features=panic-unwind,optimize_for_size \
        --target "$target" --bin mcp-ssh
}
