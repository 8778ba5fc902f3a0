#!/bin/sh
# verify.sh [--with cosign|openssl] [--load] FINGERPRINT [KIT]: is this kit the one that the holder of the key made?
#
# Needs no network and writes nothing but a private copy of the kit in $TMPDIR, which is what it reads and
# loads: a medium that changes meanwhile changes nothing. FINGERPRINT is the sha256 of the public key
# (DER), got by another way than the kit. KIT is the folder of this script unless named.
#
#   --with cosign   the signatures are checked by cosign (taken if there is one)
#   --with openssl  the signatures are checked by openssl; beside it sh, sed, grep, tar and coreutils are enough
#   --load          loads the image into Docker, and compares the ID it got there
#
# Ends with 0 only if everything holds, with 1 at the first file that is refused, with 2 when it cannot tell.
set -eu
LC_ALL=C
export LC_ALL
umask 077

contents='SHA256SUMS SHA256SUMS.sigstore.json THIRD_PARTY.md cosign.pub digest digest.sigstore.json
    mcp-ssh mcp-ssh.sigstore.json mcp-ssh.tar mcp-ssh.tar.sigstore.json
    provenance.json provenance.json.sigstore.json sbom.cdx.json sbom.cdx.json.sigstore.json verify.sh'
# Many times what a kit's files measure; more would only fill the disk here.
max_bytes=67108864
# What each public key of ECDSA P-256 starts with (RFC 5480), in hex.
p256=3059301306072a8648ce3d020106082a8648ce3d030107034200
sha256='[0-9a-f]{64}'
base64='[A-Za-z0-9+/]+=*'
# The two forms of bundle that cosign writes with a key and no log: a file's signature, and a statement with its own.
bundle_head='\{"mediaType":"application/vnd\.dev\.sigstore\.bundle\.v0\.3\+json","verificationMaterial":\{"publicKey":\{"hint":"('$base64')"\}\},'
file_form=$bundle_head'"messageSignature":\{"messageDigest":\{"algorithm":"SHA2_256","digest":"('$base64')"\},"signature":"('$base64')"\}\}'
statement_form=$bundle_head'"dsseEnvelope":\{"payload":"('$base64')","payloadType":"application/vnd\.in-toto\+json","signatures":\[\{"sig":"('$base64')"\}\]\}\}'

main() {
    options "$@"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    copy
    cd "$work/kit"
    key
    signed SHA256SUMS
    sums
    for file in mcp-ssh.tar digest mcp-ssh; do
        signed "$file"
    done
    image
    bill_of_materials
    provenance
    printf 'verified: image %s sha256:%s\nverified: binary sha256:%s\nverified: built from commit %s, signed by key %s\n' \
        "$reference" "$manifest" "$binary" "$commit" "$fingerprint"
    if [ "$load" = yes ]; then
        load
    fi
}

# refuse FILE REASON: the verdict, with what the program that found it out said last.
refuse() {
    printf '%s\n' "verify.sh: REFUSED: \`$1\` $2" >&2
    if [ -s "$work/log" ]; then
        tail -n 1 "$work/log" >&2
    fi
    exit 1
}

cannot() {
    printf 'verify.sh: error: %s\n' "$1" >&2
    exit 2
}

options() {
    tool='' load=no fingerprint='' kit=''
    while [ "$#" -gt 0 ]; do
        case $1 in
        --with)
            [ "$#" -gt 1 ] || cannot "\`--with\` takes \`cosign\` or \`openssl\`"
            tool=$2
            shift
            ;;
        --load) load=yes ;;
        -*) cannot "no option \`$1\`; usage: verify.sh [--with cosign|openssl] [--load] FINGERPRINT [KIT]" ;;
        *)
            if [ -z "$fingerprint" ]; then
                fingerprint=$1
            elif [ -z "$kit" ]; then
                kit=$1
            else
                cannot "one fingerprint and one kit, not also \`$1\`"
            fi
            ;;
        esac
        shift
    done
    fingerprint=$(printf %s "${fingerprint#sha256:}" | tr A-F a-f)
    printf '%s\n' "$fingerprint" | grep -qxE "$sha256" ||
        cannot 'the fingerprint of the key comes first: 64 hex digits, from its holder and not from the kit'
    [ -n "$kit" ] || kit=$(dirname "$0")
    if [ -z "$tool" ]; then
        if command -v cosign >/dev/null; then tool=cosign; else tool=openssl; fi
    fi
    case $tool in
    cosign | openssl) command -v "$tool" >/dev/null || cannot "there is no \`$tool\` here" ;;
    *) cannot "\`--with\` takes \`cosign\` or \`openssl\`, not \`$tool\`" ;;
    esac
}

# copy: every file of a kit, and no other, must be there, plain and of a sane size.
copy() {
    mkdir "$work/kit"
    for file in $contents; do
        if [ -L "$kit/$file" ] || [ ! -f "$kit/$file" ]; then
            refuse "$file" "is missing, or not a plain file"
        fi
        head -c "$((max_bytes + 1))" <"$kit/$file" >"$work/kit/$file" || refuse "$file" "cannot be read"
        [ "$(wc -c <"$work/kit/$file")" -le "$max_bytes" ] || refuse "$file" "is larger than $max_bytes bytes"
    done
    for file in "$kit"/* "$kit"/.[!.]* "$kit"/..?*; do
        if [ -e "$file" ] || [ -L "$file" ]; then
            [ -f "$work/kit/${file##*/}" ] || refuse "${file##*/}" "is no part of a kit"
        fi
    done
}

# key: the public key, if it is the one asked for. Everything after uses what was hashed here, written anew.
key() {
    sed -E '/^-----(BEGIN|END) PUBLIC KEY-----$/d' cosign.pub | tr -d '\n' >"$work/text"
    decode "$work/key.der" || refuse cosign.pub "is not a public key in PEM form"
    [ "$(hash "$work/key.der")" = "$fingerprint" ] ||
        refuse cosign.pub "has the fingerprint $(hash "$work/key.der"), not the one you expect"
    case $(hex <"$work/key.der") in
    "$p256"*) ;;
    *) refuse cosign.pub "is not a key for ECDSA P-256" ;;
    esac
    {
        printf '%s\n' '-----BEGIN PUBLIC KEY-----'
        base64 <"$work/key.der"
        printf '%s\n' '-----END PUBLIC KEY-----'
    } >"$work/key.pem"
}

# signed FILE: FILE.sigstore.json is the key's signature over FILE.
signed() {
    bundle=$1.sigstore.json
    form "$bundle" "$file_form"
    field 2 "$work/digest"
    [ "$(hex <"$work/digest")" = "$(hash "$1")" ] || refuse "$bundle" "was not made for this \`$1\`"
    field 3 "$work/signature"
    if [ "$tool" = cosign ]; then
        cosign verify-blob --key "$work/key.pem" --bundle "$bundle" --insecure-ignore-tlog=true "$1"
    else
        openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$1"
    fi >"$work/log" 2>&1 || refuse "$bundle" "is not this key's signature over \`$1\`"
    : >"$work/log"
}

# sums: SHA256SUMS, whose signature holds, has each file of the kit but its own three, as it is.
sums() {
    count=0
    for file in $contents; do
        case $file in SHA256SUMS | SHA256SUMS.sigstore.json | cosign.pub) continue ;; esac
        grep -qxF -e "$(hash "$file")  $file" SHA256SUMS || refuse "$file" "is not the file that SHA256SUMS has"
        count=$((count + 1))
    done
    [ "$(wc -l <SHA256SUMS)" -eq "$count" ] || refuse SHA256SUMS "has lines for other files"
}

# image: every blob of the archive hashes to its name, and index, manifest and configuration name exactly those;
# the one layer holds the binary of the kit and nothing else.
image() {
    archive=mcp-ssh.tar
    manifest=$(sed -n 's/^sha256://p' digest)
    printf '%s\n' "$manifest" | grep -qxE "$sha256" || refuse digest "is not a sha256 digest"
    [ "$(wc -l <digest)" -eq 1 ] || refuse digest "is not one digest"
    tar -tf "$archive" >"$work/unsorted" 2>"$work/log" || refuse "$archive" "is not a tar archive"
    sort "$work/unsorted" >"$work/entries"
    [ -z "$(uniq -d "$work/entries")" ] || refuse "$archive" "has an entry twice: $(uniq -d "$work/entries")"
    sed -nE "s#^blobs/sha256/($sha256)\$#\1#p" "$work/entries" >"$work/blobs"
    while read -r blob; do
        tar -xOf "$archive" "blobs/sha256/$blob" >"$work/$blob" 2>"$work/log" || refuse "$archive" "has a blob that cannot be read: $blob"
        [ "$(hash "$work/$blob")" = "$blob" ] || refuse "$archive" "has a changed blob: blobs/sha256/$blob"
    done <"$work/blobs"
    for file in index.json manifest.json oci-layout; do
        tar -xOf "$archive" "$file" >"$work/$file" 2>"$work/log" || refuse "$archive" "has no $file"
    done
    [ "$(digests "$work/index.json")" = "$manifest" ] || refuse "$archive" "has another image in its index.json: not $manifest"
    [ -f "$work/$manifest" ] || refuse "$archive" "has no manifest blobs/sha256/$manifest"
    config=$(digests "$work/$manifest" | sed -n 1p)
    layer=$(digests "$work/$manifest" | sed 1d)
    for blob in "$config" "$layer"; do
        [ -f "$work/${blob:-none}" ] || refuse "$archive" "has not one configuration and one layer: manifest blobs/sha256/$manifest"
    done
    printf '%s\n' blobs/ blobs/sha256/ "blobs/sha256/$config" "blobs/sha256/$layer" "blobs/sha256/$manifest" \
        index.json manifest.json oci-layout | sort >"$work/text"
    [ "$(hash "$work/text")" = "$(hash "$work/entries")" ] || refuse "$archive" "has entries that the image does not name"
    grep -qF "\"diff_ids\":[\"sha256:$layer\"]" "$work/$config" || refuse "$archive" "has another layer in its configuration: blobs/sha256/$config"
    # What older versions of Docker read instead of the index.
    reference=$(sed -nE 's#^\[\{"Config":"blobs/sha256/'"$config"'","RepoTags":\["(mcp-ssh-orchestrator:[0-9A-Za-z._-]+)"\],"Layers":\["blobs/sha256/'"$layer"'"\]\}\]$#\1#p' "$work/manifest.json")
    [ -n "$reference" ] || refuse "$archive" "has another image in its manifest.json"
    binary=$(hash mcp-ssh)
    [ "$(tar -tf "$work/$layer")" = mcp-ssh ] || refuse "$archive" "has more than the binary in its layer: blobs/sha256/$layer"
    tar -xOf "$work/$layer" mcp-ssh >"$work/text" 2>"$work/log" || refuse "$archive" "has a layer that cannot be read"
    [ "$(hash "$work/text")" = "$binary" ] || refuse mcp-ssh "is not the binary in the image"
}

# bill_of_materials: the key states that this SBOM is of this image and this binary.
bill_of_materials() {
    type=https://cyclonedx.org/bom
    {
        head_of "$type" "$(subjects)"
        cat sbom.cdx.json
        printf '}'
    } >"$work/expected"
    stated sbom.cdx.json cyclonedx
}

# provenance: the key states that this image, binary and SBOM were built from the commit and the Cargo.lock in it.
provenance() {
    type=https://slsa.dev/provenance/v1
    head=$(head_of "$type" "$(subjects),$(subject sbom.cdx.json "$(hash sbom.cdx.json)")")
    [ "$(head -c "${#head}" provenance.json)" = "$head" ] || refuse provenance.json "is of another image, binary or SBOM"
    cat provenance.json >"$work/expected"
    stated provenance.json slsaprovenance1
    commit=$(sed -nE 's/.*"gitCommit":"([0-9a-f]{40})".*/\1/p' provenance.json)
    [ -n "$commit" ] || refuse provenance.json "names no commit"
}

# stated FILE TYPE: FILE.sigstore.json holds the expected statement, of that type, with the key's signature.
stated() {
    bundle=$1.sigstore.json
    form "$bundle" "$statement_form"
    field 2 "$work/payload"
    field 3 "$work/signature"
    if [ "$tool" = cosign ]; then
        cosign verify-blob-attestation --key "$work/key.pem" --bundle "$bundle" --insecure-ignore-tlog=true \
            --type "$2" --digestAlg sha256 --digest "$binary"
    else
        # What a DSSE envelope signs: lengths, type and payload.
        {
            printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <"$work/payload")"
            cat "$work/payload"
        } >"$work/text"
        openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$work/text"
    fi >"$work/log" 2>&1 || refuse "$bundle" "is not this key's statement of type $type about this binary"
    : >"$work/log"
    case $(head -c 4096 "$work/payload") in
    *"],\"predicateType\":\"$type\",\"predicate\":"*) ;;
    *) refuse "$bundle" "has not the predicate type $type" ;;
    esac
    [ "$(hash "$work/payload")" = "$(hash "$work/expected")" ] ||
        refuse "$bundle" "does not state this \`$1\` about this binary"
}

load() {
    command -v docker >/dev/null || cannot "there is no \`docker\` here to load the image with"
    docker load --quiet --input mcp-ssh.tar >"$work/log" 2>&1 || refuse mcp-ssh.tar "was not loaded by Docker"
    loaded=$(docker image inspect --format '{{.Id}}' "$reference") || refuse mcp-ssh.tar "did not become $reference in Docker"
    # The manifest's where containerd keeps the images, else the configuration's.
    case ${loaded#sha256:} in
    "$manifest" | "$config") printf 'loaded: %s is %s\n' "$reference" "$loaded" ;;
    *) refuse mcp-ssh.tar "became another image in Docker: $reference is $loaded; remove it" ;;
    esac
}

# form BUNDLE FORM: the whole bundle has that form; its fields are then $work/fields, and the first of them is our key.
# So no byte of it goes unread, and no JSON reader is needed.
form() {
    if [ "$(wc -l <"$1")" -ne 0 ] || ! grep -qxE "$2" "$1"; then
        refuse "$1" "is not a bundle of the form that cosign writes with a key"
    fi
    sed -E "s#^$2\$#\\1 \\2 \\3#" "$1" | tr ' ' '\n' >"$work/fields"
    field 1 "$work/hint"
    [ "$(hex <"$work/hint")" = "$fingerprint" ] || refuse "$1" "names another key"
}

# field NUMBER OUT: that field of the bundle, decoded.
field() {
    sed -n "$1p" "$work/fields" | tr -d '\n' >"$work/text"
    decode "$2" || refuse "$bundle" "has a field that is not base64"
}

# decode OUT: $work/text from base64, if it is the one way to write those bytes.
decode() {
    base64 -d <"$work/text" >"$1" 2>/dev/null || return 1
    base64 <"$1" | tr -d '\n' >"$work/again"
    [ "$(hash "$work/again")" = "$(hash "$work/text")" ]
}

hex() {
    od -An -v -tx1 | tr -d ' \n'
}

# hash FILE: 64 hex digits; what cannot be read is equal to nothing.
hash() {
    sum=$(sha256sum <"$1") || sum="unreadable: $1"
    printf '%.64s' "$sum"
}

# digests FILE: the digests that a manifest or an index names, in their order. An escape could hide one.
digests() {
    if grep -q '[\]' "$1"; then
        return
    fi
    grep -oE '"digest" *: *"[^"]*"' "$1" | sed -E 's/.*"(sha256:)?([^"]*)"$/\2/'
}

subject() {
    printf '{"name":"%s","digest":{"sha256":"%s"}}' "$1" "$2"
}

subjects() {
    subject mcp-ssh "$binary"
    printf ,
    subject mcp-ssh-orchestrator "$manifest"
}

# head_of TYPE SUBJECTS: an in-toto statement up to its predicate, as statement.sh writes it.
head_of() {
    printf '{"_type":"https://in-toto.io/Statement/v1","subject":[%s],"predicateType":"%s","predicate":' "$2" "$1"
}

main "$@"
