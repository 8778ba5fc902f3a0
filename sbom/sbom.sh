#!/usr/bin/env bash
# sbom.sh [arm64] [image]: target/sbom/sbom.cdx.json, the bill of materials of target/static/mcp-ssh (CycloneDX 1.5), and
# THIRD_PARTY.md beside it, the notices of what is in it. With `arm64` all of these are below target/arm64.
#
# The crates that are linked, with licences and hashes; what only builds or tests is left out. The same commit gives the
# same bytes. Refuses an SBOM that the schema does not allow, that lacks a crate which the binary itself
# names, or that has a licence which deny.toml does not allow. With `image` it makes nothing, and compares what was made
# with what is in the image (target/image/mcp-ssh.tar).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

cyclonedx_version=0.5.9
target=x86_64-unknown-linux-musl
parts=$root/target
venv=$root/target/sbom-venv

main() {
    if [ "${1:-}" = arm64 ]; then
        target=aarch64-unknown-linux-musl
        parts=$root/target/arm64/target
        shift
    fi
    binary=$parts/static/mcp-ssh
    output=$parts/sbom
    command -v jq >/dev/null || install_packages jq
    python_environment "$venv" "$root/sbom/requirements.txt"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    case ${1:-} in
    '') make ;;
    image) compare "docker-archive:$parts/image/mcp-ssh.tar" "$output/sbom.cdx.json" ;;
    *) die "usage: sbom.sh [arm64] [image]" ;;
    esac
}

make() {
    [ -x "$binary" ] || die "\`$binary\` is not there; run: make static"
    local cargo=cargo
    command -v cargo >/dev/null || cargo=/usr/bin/cargo
    cargo_tool "$cargo" cargo-cyclonedx "$cyclonedx_version"
    describe "$work/tree" >"$work/sbom.cdx.json"
    describe "$work/another folder" >"$work/again"
    cmp "$work/sbom.cdx.json" "$work/again" || die "the same sources gave two SBOMs"
    validate
    compare "file:$binary" "$work/sbom.cdx.json"
    notices
    mkdir -p "$output"
    cp "$work/sbom.cdx.json" "$work/THIRD_PARTY.md" "$output"
    say "made ${output#"$root"/}/sbom.cdx.json: $(jq '.components | length' "$output/sbom.cdx.json") crates, sha256 $(sha256sum "$output/sbom.cdx.json" | cut -c 1-64)"
}

# describe FOLDER: cargo-cyclonedx writes beside Cargo.toml, so it gets one of its own; what it says of that folder
# is taken out, and what it says of us becomes the name that the rest of the world uses (purl).
describe() {
    local epoch tree=$1
    epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
    mkdir "$tree"
    cp "$root/Cargo.toml" "$root/Cargo.lock" "$tree"
    ln -s "$root"/{src,tests,benches,examples,README.md} "$tree"
    # It writes beside each member's Cargo.toml.
    cp -r "$root/crates" "$tree"
    PATH=$root/target/tools/bin:$PATH SOURCE_DATE_EPOCH=$epoch cargo cyclonedx --quiet --manifest-path "$tree/Cargo.toml" \
        --format json --spec-version 1.5 --target "$target" --no-build-deps --override-filename sbom
    jq --sort-keys --arg binary "$(sha256sum "$binary" | cut -c 1-64)" '
        def ours: ."bom-ref" | startswith("path+file:");
        def public: "pkg:cargo/\(.name)@\(.version)";
        ([.metadata.component, .components[] | select(ours) | { key: ."bom-ref", value: public }] | from_entries) as $names
        | .metadata.component |= ((.type = "application") | (.hashes = [{ alg: "SHA-256", content: $binary }]) | del(.components))
        | (.metadata.component, .components[] | select(ours)) |= (.purl = public)
        | (.. | strings) |= ($names[.] // .)
        | .components |= sort_by(."bom-ref") | .dependencies |= (map(if .dependsOn then .dependsOn |= sort else . end) | sort_by(.ref))
    ' "$tree/sbom.json"
}

validate() {
    if grep -qE "file://|${work//./\\.}|${root//./\\.}" "$work/sbom.cdx.json"; then
        die "the SBOM names a folder of this machine"
    fi
    "$venv/bin/python" - "$work/sbom.cdx.json" <<'PYTHON' || die "the SBOM is not valid CycloneDX 1.5"
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1], encoding="utf-8").read())
sys.exit(str(error) if error else 0)
PYTHON
}

# compare WHERE SBOM: each crate that syft finds there is in the SBOM. It reads the list which cargo-auditable put into the binary.
compare() {
    local where=$1 sbom=$2 missing
    SYFT_CHECK_FOR_APP_UPDATE=false "$venv/bin/syft" scan --quiet "$where" --output json >"$work/syft.json" ||
        die "syft cannot read $where"
    jq -r '.artifacts[] | select(.type == "rust-crate") | "\(.name) \(.version)"' "$work/syft.json" | sort -u >"$work/found"
    jq -r '.metadata.component, .components[] | "\(.name) \(.version)"' "$sbom" | sort -u >"$work/described"
    grep -q '^russh ' "$work/found" || die "syft does not find the crates in $where"
    missing=$(comm -23 "$work/found" "$work/described")
    [ -z "$missing" ] || die "crates in $where that the SBOM lacks: $(tr '\n' ',' <<<"$missing")"
    say "the SBOM has all $(wc -l <"$work/found") crates that syft finds in ${where/"$root"\//}"
}

notices() {
    command -v python3 >/dev/null || install_packages python3
    "$root/sbom/licences.py" sources
    "$root/sbom/licences.py" notices "$work/sbom.cdx.json" "$target" >"$work/THIRD_PARTY.md"
}

main "$@"
