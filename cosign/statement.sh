#!/usr/bin/env bash
# statement.sh sbom|provenance KIT [SUFFIX]: the in-toto statement about KIT's images and binaries, on stdout.
#
#   sbom        this KIT/sbom.cdx.json is their SBOM; KIT/ has mcp-ssh, digest and sbom.cdx.json. With SUFFIX (-arm64)
#               it is of mcp-ssh-arm64, digest-arm64 and sbom-arm64.cdx.json
#   provenance  how they were built (SLSA v1): from which commit and Cargo.lock, by whom. Of a KIT with digest-index it is
#               about the images of both architectures and their index
#
# The same inputs give the same bytes: no time, no machine. verify.sh writes the beginning anew and
# compares, so a change here needs its twin there. For provenance the environment may name BUILDER_ID (a URI: who
# vouches for the build), SOURCE_URI (where the commit is), COMMIT and the file TOOLCHAIN;
# unless set, COMMIT is the checkout's, and TOOLCHAIN what scripts/static.sh wrote of its last build.
set -euo pipefail
# What fails within a command substitution ends it.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

# Each value is assigned before it is written: what fails within the arguments of a command does not end the script.
main() {
    local kind=$1 kit=$2 suffix=${3:-} about bills index
    about=$(subjects "$suffix")
    bills=$(bill "$suffix")
    case $kind in
    sbom)
        head_of https://cyclonedx.org/bom "$about"
        cat "$kit/sbom$suffix.cdx.json"
        printf '}'
        ;;
    provenance)
        if [ -e "$kit/digest-index" ]; then
            about=$about,$(subjects -arm64)
            index=$(digest -index)
            about=$about,$(subject mcp-ssh-orchestrator-index "$index")
            bills=$bills,$(bill -arm64)
            targets='x86_64-unknown-linux-musl aarch64-unknown-linux-musl'
        fi
        head_of https://slsa.dev/provenance/v1 "$about,$bills"
        predicate
        printf '}'
        ;;
    *) die "no statement of kind \`$kind\`" ;;
    esac
}

head_of() {
    printf '{"_type":"https://in-toto.io/Statement/v1","subject":[%s],"predicateType":"%s","predicate":' "$2" "$1"
}

# subjects SUFFIX: the binary and the image of an architecture.
subjects() {
    local binary image
    binary=$(hash "$kit/mcp-ssh$1")
    image=$(digest "$1")
    printf '%s,%s' "$(subject "mcp-ssh$1" "$binary")" "$(subject "mcp-ssh-orchestrator$1" "$image")"
}

bill() {
    local sum
    sum=$(hash "$kit/sbom$1.cdx.json")
    subject "sbom$1.cdx.json" "$sum"
}

digest() {
    local digest
    digest=$(cat "$kit/digest$1")
    [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || die "\`$kit/digest$1\` is not one sha256 digest"
    printf %s "${digest#sha256:}"
}

subject() {
    printf '{"name":"%s","digest":{"sha256":"%s"}}' "$1" "$2"
}

# predicate: jq writes it, so that no value can end its string.
predicate() {
    local commit lock builder=${BUILDER_ID:-urn:mcp-ssh-orchestrator:builder:unnamed}
    commit=${COMMIT:-$(git -C "$root" rev-parse HEAD)}
    lock=$(hash "$root/Cargo.lock")
    [[ $commit =~ ^[0-9a-f]{40}$ ]] || die "COMMIT is the 40 digits of a commit, not \`$commit\`"
    [[ $builder == *:* ]] || die "BUILDER_ID is a URI, not \`$builder\`"
    jq --null-input --join-output --compact-output --arg commit "$commit" --arg builder "$builder" \
        --arg source "${SOURCE_URI:-}" --arg lock "$lock" --arg target "${targets:-x86_64-unknown-linux-musl}" \
        --rawfile toolchain "${TOOLCHAIN:-$root/target/static/toolchain}" '{
            buildDefinition: {
                buildType: "urn:mcp-ssh-orchestrator:build:make-kit:v1",
                externalParameters: { target: $target, profile: "release" },
                resolvedDependencies: [
                    ({ name: "source", digest: { gitCommit: $commit } } + if $source == "" then {} else { uri: $source } end),
                    { name: "Cargo.lock", digest: { sha256: $lock } }
                ]
            },
            runDetails: { builder: { id: $builder, version: (
                $toolchain | rtrimstr("\n") | split("\n") | map(capture("^(?<key>[a-z]+): (?<value>.+)$")) | from_entries
            ) } }
        }'
}

hash() {
    sha256sum <"$1" | cut -c 1-64
}

[[ $# = [23] && ${3:-} =~ ^(-arm64)?$ ]] || die "usage: statement.sh sbom|provenance KIT [-arm64]"
main "$@"
