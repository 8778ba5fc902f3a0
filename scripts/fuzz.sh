#!/usr/bin/env bash
# fuzz.sh [SECONDS [TARGET…]]: runs each target of tests/fuzz for SECONDS (60), one after another.
#
# The corpus starts from the committed seeds and from the tables of the test suite, one file a
# line. Ends at the first finding, with its file and how to run it again.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

cargo_fuzz_version=0.13.2
tools=$root/target/tools
fuzz=tests/fuzz
# Its own folder: the flags of a fuzz build would make every other build start anew.
build_dir=$root/target/fuzz
# No sanitizer: the code under test is safe Rust, and a sanitizer only slows it down.
options=(--fuzz-dir "$fuzz" --target-dir "$build_dir" --sanitizer none)
# Above a line's 10,000 characters, so that the bound itself is met; an input that takes longer
# than ten seconds, or a gigabyte, is a finding.
limits=(-max_len=12000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1)

main() {
    local seconds=${1:-60} target targets
    [[ $seconds =~ ^[1-9][0-9]*$ ]] || die "the seconds for each target are a number, not \`$seconds\`"
    shift || true
    have_tools
    # The loaders read files: in memory, and gone with this script.
    TMPDIR=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
    say "building the targets"
    cargo +nightly fuzz build "${options[@]}"
    targets=("$@")
    [ $# -gt 0 ] || mapfile -t targets < <(cargo +nightly fuzz list --fuzz-dir "$fuzz")
    for target in "${targets[@]}"; do
        run "$target" "$seconds"
    done
    say "no finding in ${#targets[@]} targets of $seconds seconds each"
}

have_tools() {
    command -v g++ clang++ >/dev/null || install_packages g++
    command -v rustup >/dev/null || die "fuzzing needs rustup and its nightly toolchain: https://rustup.rs"
    rustup run nightly rustc --version >/dev/null 2>&1 || rustup toolchain install nightly --profile minimal
    if [ "$("$tools/bin/cargo-fuzz" --version 2>/dev/null)" != "cargo-fuzz $cargo_fuzz_version" ]; then
        say "installing cargo-fuzz $cargo_fuzz_version in ${tools#"$root"/}"
        cargo install --quiet --locked --root "$tools" --version "$cargo_fuzz_version" cargo-fuzz
    fi
    export PATH=$tools/bin:$PATH
}

run() {
    local target=$1 seconds=$2 corpus=$fuzz/corpus/$1 log=$build_dir/$1.log input
    [ -f "$fuzz/targets/$target.rs" ] || die "no target \`$target\`: see $fuzz/targets"
    mkdir -p "$corpus"
    tables "$target" "$corpus"
    say "$target: $seconds seconds"
    if ! cargo +nightly fuzz run "${options[@]}" "$target" "$corpus" "$fuzz/seeds/$target" -- \
        "${limits[@]}" -max_total_time="$seconds" -dict="$fuzz/seeds/words.dict" >"$log" 2>&1; then
        grep -aE 'panicked at|SUMMARY' -A 1 "$log" >&2 || tail -n 20 "$log" >&2
        input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        say "$target: a finding in ${input:-no input: the target did not start}; the whole output is in ${log#"$root"/}"
        die "run it again: PATH=$tools/bin:\$PATH cargo +nightly fuzz run ${options[*]} $target ${input:-}"
    fi
    awk '/number_of_executed_units/ { runs = $2 } / cov: / { last = $0 }
        END { sub(/.* cov: /, "coverage ", last); sub(/ exec.*/, "", last); print "  " runs " runs, " last }' "$log" >&2
}

# tables TARGET FOLDER: one input from each line of the suite's tables, for targets that take lines.
tables() {
    case $1 in
    parse | judge)
        sed 's/ [⇒⇏] .*//; /^##/d; /^$/d' crates/policy/tests/shell/{accepted,refused}.txt | scatter "$2/shell"
        cut -f 2 crates/policy/tests/corpus/{attacks,benign}.txt |
            sed 's/^"//; s/"$//; s/\\n/␊/g; s/\\t/␉/g; s/\\"/"/g; s/\\\\/\\/g' | scatter "$2/corpus"
        ;;
    awk | jq | mysql | psql | sed | sqlite)
        sed -n 's/^[+-] //p' "crates/knowledge/tests/scripts/$1.txt" | scatter "$2/table"
        ;;
    yaml)
        cp examples/config/*.yml "$2"
        cp crates/policy/tests/corpus/policy.yml "$2/corpus"
        ;;
    private_key)
        keys "$2"
        ;;
    esac
}

# keys FOLDER: new private keys as inputs, behind the byte of their label: none is in the repository.
keys() {
    local made type
    command -v ssh-keygen >/dev/null || die "private_key needs ssh-keygen: apt-get install openssh-client"
    made=$(mktemp -d -p "$TMPDIR")
    for type in ed25519 ecdsa rsa; do
        ssh-keygen -q -t "$type" -N '' -C comment -f "$made/$type"
        ssh-keygen -q -t "$type" -N phrase -C comment -f "$made/$type.locked"
        cp "$made/$type" "$made/$type.pem" && ssh-keygen -q -p -P '' -N '' -m PEM -f "$made/$type.pem" >/dev/null
        cp "$made/$type" "$made/$type.pkcs8" && ssh-keygen -q -p -P '' -N '' -m PKCS8 -f "$made/$type.pkcs8" >/dev/null
    done
    for type in "$made"/*; do
        { printf '\0'; cat "$type"; } >"$1/key-${type##*/}"
    done
}

# scatter PREFIX: each line of stdin into a file of its own, control pictures read as the tables do.
scatter() {
    awk -v prefix="$1-" '{
        gsub("␊", "\n"); gsub("␉", "\t"); gsub("␍", "\r"); gsub("␠", " ")
        file = prefix NR; printf "%s", $0 > file; close(file)
    }'
}

main "$@"
