#!/usr/bin/env bash
# reproduce.sh [lock]: builds the commit twice, in two folders, and compares the binaries and images of both architectures
# and their index with one another and with reproducible.lock. With `lock` it writes that file instead of comparing with
# it. Takes 20 minutes.
#
# The lock tells what went in (inputs, toolchain) and what came out. It cannot hold the digest of a released
# image, whose labels name a commit that would have to hold it: the image here has fixed labels.
# Where the toolchain is another, only the two builds are compared; where the inputs have changed, the
# lock is out of date, and that is said and is no failure of the build.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

lock=reproducible.lock
# Everything in the commit that could reach the binary or the image.
inputs=(
    src crates examples Cargo.toml Cargo.lock Dockerfile.scratch
    scripts/{building,static,arm64,image,packages}.sh scripts/index.py
)
export SOURCE_DATE_EPOCH=0 REVISION=unknown

main() {
    git diff --quiet HEAD -- || say "uncommitted changes are not part of it: HEAD is built"
    # The checkout may move on while this runs.
    commit=$(git rev-parse HEAD)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    build "$work/a"
    build "$work/another folder with a longer name"
    compare "two builds" 'toolchain|binary|image|index' "$work/a.made" "$work/another folder with a longer name.made" ||
        die "two builds of one commit differ in what is named above"
    { inputs; cat "$work/a.made"; } >"$work/lock"
    case ${1:-} in
    lock) cp "$work/lock" "$lock" && say "wrote $lock" ;;
    '') compare_with_lock ;;
    *) die "usage: reproduce.sh [lock]" ;;
    esac
}

# build FOLDER: a clone of the commit, built; the hashes are in FOLDER.made.
build() {
    say "building in $1"
    git clone --quiet --no-local "$root" "$1"
    git -C "$1" checkout --quiet --detach "$commit"
    (
        cd "$1"
        scripts/static.sh
        scripts/image.sh
        scripts/arm64.sh
        scripts/index.py target/index target/image/mcp-ssh.tar target/arm64/target/image/mcp-ssh.tar
    ) >&2
    {
        parts '' "$1/target"
        parts -arm64 "$1/target/arm64/target"
        printf 'index: %s\n' "$(cat "$1/target/index/digest")"
    } >"$1.made"
    # The first folder is gone before the second is built: nothing of it can be used there.
    rm -rf "$1"
}

# parts SUFFIX FOLDER: the hashes of an architecture.
parts() {
    sed 's/^/toolchain /' "$2/static/toolchain"
    printf 'binary%s: sha256:%s\n' "$1" "$(sha256sum "$2/static/mcp-ssh" | cut -d' ' -f1)"
    printf 'image%s: %s\n' "$1" "$(cat "$2/image/digest")"
}

inputs() {
    local input
    for input in "${inputs[@]}"; do
        printf 'input %s: %s\n' "$input" "$(git rev-parse "$commit:$input")"
    done
}

# compare WHAT KIND FILE FILE: whether both have the same lines of that kind, which are shown; none is a fault.
compare() {
    local was is
    was=$(grep -E "^($2)" "$3") || die "$1: no line of \`$2\`"
    is=$(grep -E "^($2)" "$4") || die "$1: no line of \`$2\` was made"
    if [ "$was" = "$is" ]; then
        printf '%s\n' "$is" | sed "s|^|$1, same:  |" >&2
        return 0
    fi
    diff <(printf '%s\n' "$was") <(printf '%s\n' "$is") |
        sed -n "s|^< |$1, one:   |p; s|^> |$1, other: |p" >&2
    return 1
}

compare_with_lock() {
    [ -f "$lock" ] || die "there is no $lock; run: make lock"
    local kind
    for kind in input toolchain; do
        compare "$lock" "$kind" "$lock" "$work/lock" || {
            say "not compared with $lock, which is of another $kind; to renew it: make lock"
            return 0
        }
    done
    compare "$lock" 'binary|image|index' "$lock" "$work/lock" ||
        die "the same inputs and toolchain gave something else than $lock says"
}

main "$@"
