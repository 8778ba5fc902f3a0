#!/bin/sh
# verify.sh [--with cosign|openssl] [--load] FINGERPRINT [KIT]: is this kit the one that the holder of the key made?
#
# Needs no network and writes nothing but a private copy of the kit in $TMPDIR, which is what it reads and
# loads: a medium that changes meanwhile changes nothing. FINGERPRINT is the sha256 of the public key
# (DER), got by another way than the kit. KIT is the folder of this script unless named. A kit is of one image, or
# of an index (mcp-ssh.oci.tar) with the images of amd64 and arm64 that are in it.
#
#   --with cosign   the signatures are checked by cosign (taken if there is one)
#   --with openssl  the signatures are checked by openssl; beside it sh, sed, grep and coreutils are enough
#   --load          loads the image into Docker, and compares the ID it got there. Of an index: the index where
#                   Docker keeps images with containerd, else the image of its architecture
#
# Ends with 0 only if everything holds, with 1 at the first file that is refused, with 2 when it cannot tell.
set -eu
LC_ALL=C
export LC_ALL
IFS=' 	
'
umask 077
# What would make the tools below mean something else.
unset GREP_OPTIONS POSIXLY_CORRECT _POSIX2_VERSION CDPATH

# What is in every kit, for each architecture, and for an index. Each of `signed_files` has a bundle beside it.
contents='SHA256SUMS SHA256SUMS.sigstore.json THIRD_PARTY.md cosign.pub provenance.json provenance.json.sigstore.json verify.sh'
index_files='mcp-ssh.oci.tar digest-index mcp-ssh-arm64.tar digest-arm64 mcp-ssh-arm64 sbom-arm64.cdx.json'
signed_files='mcp-ssh.tar digest mcp-ssh sbom.cdx.json'
# Many times what a kit's files measure; more would only fill the disk here.
max_bytes=67108864
# What each public key of ECDSA P-256 starts with (RFC 5480), in hex.
p256=3059301306072a8648ce3d020106082a8648ce3d030107034200
sha256='[0-9a-f]{64}'
# Forms, for `form`: what varies is named with an @, every other byte is as it stands here. So no byte goes unread, and no
# JSON reader is needed: Docker's takes a key twice and goes by the last one.
#
# The two bundles that cosign writes with a key and no log: a file's signature, and a statement with its own.
bundle='{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"@base64"}},'
file_form=$bundle'"messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":"@base64"},"signature":"@base64"}}'
statement_form=$bundle'"dsseEnvelope":{"payload":"@base64","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"@base64"}]}}'
# What buildx writes into an archive beside configuration and layer. Docker goes by the index or, in older versions, by
# manifest.json; the image gets the name that is in the same document.
oci='"mediaType":"application/vnd.oci.image'
manifest_form='{"schemaVersion":2,'$oci'.manifest.v1+json","config":{'$oci'.config.v1+json","digest":"sha256:@sha256","size":@number},'
manifest_form=$manifest_form'"layers":[{'$oci'.layer.v1.tar","digest":"sha256:@sha256","size":@number,'
manifest_form=$manifest_form'"annotations":{"buildkit/rewritten-timestamp":"@number"}}]}'
index_form='{"schemaVersion":2,'$oci'.index.v1+json","manifests":[{'$oci'.manifest.v1+json","digest":"sha256:@sha256","size":@number,'
index_form=$index_form'"annotations":{"io.containerd.image.name":"docker.io/library/mcp-ssh-orchestrator:@tag",'
index_form=$index_form'"org.opencontainers.image.created":"@time","org.opencontainers.image.ref.name":"@tag"},'
index_form=$index_form'"platform":{"architecture":"@word","os":"linux"}}]}'
# What scripts/index.py writes: one index under one name, and in it the two images and what their labels say.
named_form='{"schemaVersion":2,'$oci'.index.v1+json","manifests":[{'$oci'.index.v1+json","digest":"sha256:@sha256","size":@number,'
named_form=$named_form'"annotations":{"io.containerd.image.name":"docker.io/library/mcp-ssh-orchestrator:@tag",'
named_form=$named_form'"org.opencontainers.image.created":"@time","org.opencontainers.image.ref.name":"@tag"}}]}'
platform_form='{'$oci'.manifest.v1+json","digest":"sha256:@sha256","size":@number,"platform":{"architecture":"@word","os":"linux"}}'
platforms_form='{"schemaVersion":2,'$oci'.index.v1+json","manifests":['$platform_form,$platform_form'],"annotations":{@labels}}'
docker_form='[{"Config":"blobs/sha256/@sha256","RepoTags":["mcp-ssh-orchestrator:@tag"],"Layers":["blobs/sha256/@sha256"]}]'
# A header of tar whose NULs are bars: a plain file's or a folder's, owned by root; its name, mode, size and kind. No
# link, no second name, no PAX: readers of tar differ in what they make of those.
tar_name="blobs/|blobs/sha256/|blobs/sha256/$sha256|index\.json|manifest\.json|oci-layout|mcp-ssh"
tar_header="($tar_name)\|+0000([0-7]{3})\|0{7}\|0{7}\|([0-7]{11})\|[0-7]{11}\|[0-7]{6}\| ([05])\|{100}ustar\|00\|{64}[0|]{16}\|{167}"

main() {
    options "$@"
    # However it ends, it is only the last line of this function that makes it a success.
    verdict=2
    work=$(mktemp -d) || cannot 'there is no place for a copy of the kit; set TMPDIR to one'
    work=$(cd "$work" && pwd)
    trap 'rm -rf "$work"; exit "$verdict"' EXIT
    trap 'exit 2' HUP INT TERM
    list
    copy
    cd "$work/kit"
    key
    signed SHA256SUMS
    sums
    of_all='' sboms=''
    for suffix in '' $also; do
        for file in "mcp-ssh$suffix.tar" "digest$suffix" "mcp-ssh$suffix"; do
            signed "$file"
        done
        image
        bill_of_materials
    done
    if [ -n "$also" ]; then
        signed mcp-ssh.oci.tar
        signed digest-index
        index
    fi
    provenance
    printf %s "$told"
    printf 'verified: built from commit %s, signed by key %s\n' "$commit" "$fingerprint"
    if [ "$load" = yes ]; then
        load
    fi
    verdict=0
}

# refuse FILE REASON: the verdict, with what the program that found it out said last. A name must not steer the terminal.
refuse() {
    printf '%s\n' "verify.sh: REFUSED: \`$(printf %s "$1" | tr -c ' -~' '?')\` $2" >&2
    if [ -s "$work/log" ]; then
        tail -n 1 "$work/log" | tr -c '\n -~' '?' >&2
    fi
    verdict=1
    exit 1
}

cannot() {
    printf 'verify.sh: error: %s\n' "$1" >&2
    exit 2
}

options() {
    tool='' load=no fingerprint='' kit='' told='' reference=''
    case ":$PATH:" in
    *::* | *:[!/]*) cannot "PATH has a folder that is relative, where a kit could put programs of its own; take it out" ;;
    esac
    while [ "$#" -gt 0 ]; do
        case $1 in
        '') cannot 'an argument is empty; is a variable not set?' ;;
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

# list: what this kit has to hold. Whatever is of an index makes it an index's.
list() {
    also=''
    for file in $index_files; do
        if [ -e "$kit/$file" ] || [ -L "$kit/$file" ]; then
            also=-arm64
        fi
    done
    for file in $signed_files ${also:+$index_files}; do
        contents="$contents $file $file.sigstore.json"
    done
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

# key: the public key, if it is the one asked for, and nothing else. Everything after uses what was hashed here, written anew.
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
        base64 -w 64 <"$work/key.der"
        printf '%s\n' '-----END PUBLIC KEY-----'
    } >"$work/key.pem"
    same cosign.pub "$work/key.pem" || refuse cosign.pub "has more in it than the key"
}

# signed FILE: FILE.sigstore.json is the key's signature over FILE.
signed() {
    bundle=$1.sigstore.json
    bundle_of "$file_form"
    field 2 "$work/digest"
    [ "$(hex <"$work/digest")" = "$(hash "$1")" ] || refuse "$bundle" "was not made for this \`$1\`"
    field 3 "$work/signature"
    if [ "$tool" = cosign ]; then
        by_cosign verify-blob "$1"
    else
        alone openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$1"
    fi >"$work/log" 2>&1 || refuse "$bundle" "is not this key's signature over \`$1\`"
    : >"$work/log"
}

# sums: SHA256SUMS, whose signature holds, has each file of the kit but its own three, as it is, and nothing else.
sums() {
    for file in $contents; do
        case $file in SHA256SUMS | SHA256SUMS.sigstore.json | cosign.pub) continue ;; esac
        line="$(hash "$file")  $file"
        grep -qxF -e "$line" SHA256SUMS || refuse "$file" "is not the file that SHA256SUMS has"
        printf '%s\n' "$line"
    done >"$work/unsorted"
    sort "$work/unsorted" >"$work/expected"
    sort SHA256SUMS >"$work/text"
    same "$work/text" "$work/expected" || refuse SHA256SUMS "has more than the sums of the kit's files"
}

# image: every blob of the archive hashes to its name; index, manifest and configuration name exactly those, and the
# digest that was signed; the one layer holds the binary of the kit and nothing else. All of $suffix, an architecture's.
image() {
    archive=mcp-ssh$suffix.tar
    digest_of "digest$suffix"
    manifest=$digest
    blobs "image$suffix"
    documents
    exactly "$config" "$layer" "$manifest" manifest.json
    configuration
    unpack "$work/$folder/$layer" "$work/layer$suffix"
    printf '755 mcp-ssh\n' >"$work/expected"
    same "$work/layer$suffix.names" "$work/expected" || refuse "$archive" "has more than the binary in its layer: blobs/sha256/$layer"
    same "$work/layer$suffix/mcp-ssh" "mcp-ssh$suffix" || refuse "mcp-ssh$suffix" "is not the binary in the image"
    binary=$(hash "mcp-ssh$suffix")
    told=$(printf '%sverified: image %s sha256:%s\nverified: binary sha256:%s\n.' "$told" "$reference" "$manifest" "$binary")
    told=${told%.}
    # What the index names.
    if [ -n "$suffix" ]; then
        of_arm64=$manifest entries_arm64="$config $layer $manifest"
    else
        of_amd64=$manifest entries_amd64="$config $layer $manifest" loads="$manifest $config"
    fi
}

# index: its two manifests are those of the two images, each said to be of its own architecture, and it brings their blobs
# and no other.
index() {
    archive=mcp-ssh.oci.tar
    digest_of digest-index
    index=$digest
    blobs index
    document index.json "$named_form" '\1 \2 \3' || refuse "$archive" "has not one index in its index.json, or not as index.py writes it"
    [ "${fields%% *}" = "$index" ] || refuse "$archive" "has another index in its index.json: not $index"
    [ "$fields" = "$index $tag $tag" ] || refuse "$archive" "has another name in its index.json"
    document "$index" "$platforms_form" '\1 \2 \3 \4' || refuse "$archive" "has not two images in its index: blobs/sha256/$index"
    [ "$fields" = "$of_amd64 amd64 $of_arm64 arm64" ] || refuse "$archive" "has other images in its index than those of amd64 and arm64"
    document oci-layout '{"imageLayoutVersion":"1.0.0"}' '' || refuse "$archive" "has another layout in its oci-layout"
    # shellcheck disable=SC2086 # they are three hashes each
    exactly $entries_amd64 $entries_arm64 "$index"
    told=$(printf '%sverified: index %s sha256:%s\n.' "$told" "$reference" "$index")
    told=${told%.}
}

# digest_of FILE: sets `digest` to the one that the file holds.
digest_of() {
    digest=$(sed -n 's/^sha256://p' "$1")
    printf 'sha256:%s\n' "$digest" >"$work/expected"
    if ! same "$1" "$work/expected" || ! printf '%s\n' "$digest" | grep -qxE "$sha256"; then
        refuse "$1" "is not one sha256 digest"
    fi
}

# blobs FOLDER: unpacks the archive there; each blob hashes to its name.
blobs() {
    folder=$1
    unpack "$archive" "$work/$folder"
    for file in "$work/$folder"/*; do
        blob=${file##*/}
        case $blob in index.json | manifest.json | oci-layout) continue ;; esac
        [ "$(hash "$file")" = "$blob" ] || refuse "$archive" "has a changed blob: blobs/sha256/$blob"
    done
}

# exactly BLOB… [manifest.json]: the archive has those, the index and the layout, and nothing else.
exactly() {
    for entry in "$@"; do
        case $entry in manifest.json) printf '%s\n' "$entry" ;; *) printf 'blobs/sha256/%s\n' "$entry" ;; esac
    done >"$work/unsorted"
    printf '%s\n' blobs/ blobs/sha256/ index.json oci-layout >>"$work/unsorted"
    sort "$work/unsorted" >"$work/expected"
    sed 's/^[0-7]* //' "$work/$folder.names" | sort >"$work/text"
    same "$work/text" "$work/expected" || refuse "$archive" "has not exactly the entries that the image names"
}

# documents: index.json and manifest.json are of the one image whose digest was signed, under one name.
documents() {
    document index.json "$index_form" '\1 \2 \3 \4' || refuse "$archive" "has not one image in its index.json, or not as buildx writes it"
    [ "${fields%% *}" = "$manifest" ] || refuse "$archive" "has another image in its index.json: not $manifest"
    architecture=${fields##* }
    fields=${fields% *}
    tag=${fields##* }
    [ -z "$suffix" ] || [ "$reference" = "mcp-ssh-orchestrator:$tag" ] || refuse "$archive" "has another name than mcp-ssh.tar"
    reference=mcp-ssh-orchestrator:$tag
    [ "$fields" = "$manifest $tag $tag" ] || refuse "$archive" "has two names in its index.json"
    [ -z "$also" ] || [ "$architecture" = "$(architecture)" ] || refuse "$archive" "is for $architecture"
    document "$manifest" "$manifest_form" '\1 \2' || refuse "$archive" "has not one configuration and one layer: manifest blobs/sha256/$manifest"
    config=${fields%% *}
    layer=${fields##* }
    document manifest.json "$docker_form" '\1 \2 \3' || refuse "$archive" "has not one image in its manifest.json, or not as buildx writes it"
    [ "$fields" = "$config $tag $layer" ] || refuse "$archive" "has another image in its manifest.json"
    document oci-layout '{"imageLayoutVersion":"1.0.0"}' '' || refuse "$archive" "has another layout in its oci-layout"
}

# architecture: what the images of an index with that suffix are for.
architecture() {
    case $suffix in '') echo amd64 ;; *) echo arm64 ;; esac
}

# document NAME FORM FIELDS: sets `fields` to those of a file of the archive, which may be indented; fails for another form.
document() {
    sed -E 's/^ +//; s/": /":/' "$work/$folder/$1" 2>"$work/log" | tr -d '\n' >"$work/text"
    fields=$(form "$2" "$3" "$work/text")
}

# configuration: its file system is the one layer, and it is for the architecture that the index says. Labels make it too
# varied for a form, so nothing may be said twice.
configuration() {
    file=$work/$folder/$config
    if ! printable "$file" || sed -E 's/\\u00(26|3c|3e)//g' "$file" | grep -qF '\u' ||
        [ "$(grep -oiE 'architecture|rootfs|diff_ids' "$file" | tr '\n' ' ')" != 'architecture rootfs diff_ids ' ] ||
        ! grep -qF '"rootfs":{"type":"layers","diff_ids":["sha256:'"$layer"'"]}' "$file"; then
        refuse "$archive" "has another layer in its configuration: blobs/sha256/$config"
    fi
    grep -q '^{"architecture":"'"$architecture"'",' "$file" ||
        refuse "$archive" "has a configuration for another architecture: blobs/sha256/$config"
}

# unpack ARCHIVE FOLDER: the files of a tar archive, in FOLDER without the folders they were in. FOLDER.names has a mode
# and a name for each entry.
unpack() {
    mkdir "$2"
    : >"$2.names"
    at=0 end=$(wc -c <"$1")
    while bytes "$1" "$at" 512 >"$work/block" && [ "$(tr -d '\000' <"$work/block" | wc -c)" -ne 0 ]; do
        # One line, where a bar is what was a NUL.
        {
            tr '\000|\n' '|##' <"$work/block"
            echo
        } | sed -nE "s#^$tar_header\$#\\1 \\2 \\3 \\4#p" >"$work/entry"
        if [ "$(wc -c <"$work/block")" -ne 512 ] || ! read -r entry mode octal kind <"$work/entry"; then
            refuse "$archive" "is not a tar archive of plain files: byte $at"
        fi
        grep -q " $entry\$" "$2.names" && refuse "$archive" "has an entry twice: $entry"
        printf '%s %s\n' "$mode" "$entry" >>"$2.names"
        at=$((at + 512))
        # The 0 before it says octal.
        length=$((0$octal))
        [ "$length" -le "$((end - at))" ] || refuse "$archive" "ends within $entry"
        case $entry,$kind,$length in
        */,5,0) ;;
        *[!/],0,*) bytes "$1" "$at" "$length" >"$2/${entry##*/}" ;;
        *) refuse "$archive" "has a folder that is a file, or a file that is a folder: $entry" ;;
        esac
        at=$((at + (length + 511) / 512 * 512))
    done
    if [ "$((end - at))" -lt 1024 ] || [ "$(bytes "$1" "$at" "$end" | tr -d '\000' | wc -c)" -ne 0 ]; then
        refuse "$archive" "does not end as a tar archive does: byte $at"
    fi
}

# bytes FILE START COUNT
bytes() {
    tail -c "+$(($2 + 1))" "$1" | head -c "$3"
}

# bill_of_materials: the key states that this SBOM is of this image and this binary.
bill_of_materials() {
    type=https://cyclonedx.org/bom
    bill=sbom$suffix.cdx.json
    about=$(subjects)
    {
        head_of "$type" "$about"
        cat "$bill"
        printf '}'
    } >"$work/expected"
    stated "$bill" cyclonedx "mcp-ssh$suffix"
    of_all=$of_all$about,
    sboms=$sboms,$(subject "$bill" "$(hash "$bill")")
}

# provenance: the key states that the images, binaries and SBOMs were built from the commit and the Cargo.lock in it.
provenance() {
    type=https://slsa.dev/provenance/v1
    of_index=''
    [ -z "$also" ] || of_index=,$(subject mcp-ssh-orchestrator-index "$index")
    head=$(head_of "$type" "${of_all%,}$of_index$sboms")
    [ "$(head -c "${#head}" provenance.json)" = "$head" ] || refuse provenance.json "is of another image, binary or SBOM"
    cat provenance.json >"$work/expected"
    stated provenance.json slsaprovenance1 mcp-ssh
    commit=$(sed -nE 's/.*"resolvedDependencies":\[\{"name":"source","digest":\{"gitCommit":"([0-9a-f]{40})"\}.*/\1/p' provenance.json)
    [ -n "$commit" ] || refuse provenance.json "names no commit"
    for file in "image/${loads#* }" ${also:+"image-arm64/${entries_arm64%% *}" "index/$index"}; do
        grep -qE '"org\.opencontainers\.image\.revision":"'"$commit"'(-dirty)?"' "$work/$file" ||
            refuse provenance.json "names another commit than the image does: $commit"
    done
}

# stated FILE TYPE BINARY: FILE.sigstore.json holds the expected statement, of that type, with the key's signature.
stated() {
    bundle=$1.sigstore.json
    bundle_of "$statement_form"
    field 2 "$work/payload"
    field 3 "$work/signature"
    if [ "$tool" = cosign ]; then
        by_cosign verify-blob-attestation --type "$2" "$3"
    else
        # What a DSSE envelope signs: lengths, type and payload.
        {
            printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <"$work/payload")"
            cat "$work/payload"
        } >"$work/text"
        alone openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/signature" "$work/text"
    fi >"$work/log" 2>&1 || refuse "$bundle" "is not this key's statement of type $type about this binary"
    : >"$work/log"
    case $(head -c 4096 "$work/payload") in
    *"],\"predicateType\":\"$type\",\"predicate\":"*) ;;
    *) refuse "$bundle" "has not the predicate type $type" ;;
    esac
    same "$work/payload" "$work/expected" ||
        refuse "$bundle" "does not state this \`$1\` about this binary"
}

load() {
    command -v docker >/dev/null || cannot "there is no \`docker\` here to load the image with"
    archive=mcp-ssh.tar
    if [ -n "$also" ]; then
        docker info --format '{{.Architecture}} {{json .DriverStatus}}' >"$work/text" 2>"$work/log" || cannot "Docker does not answer"
        # Without containerd it has no place for an index.
        case $(cat "$work/text") in
        *io.containerd.snapshotter*) archive=mcp-ssh.oci.tar loads=$index ;;
        x86_64' '* | amd64' '*) ;;
        aarch64' '* | arm64' '*) archive=mcp-ssh-arm64.tar loads="$of_arm64 ${entries_arm64%% *}" ;;
        *) cannot "this kit has no image for the architecture of Docker here" ;;
        esac
    fi
    docker load --quiet --input "$archive" >"$work/log" 2>&1 || refuse "$archive" "was not loaded by Docker"
    loaded=$(docker image inspect --format '{{.Id}}' "$reference") || refuse "$archive" "did not become $reference in Docker"
    # The manifest's where containerd keeps the images, else the configuration's.
    case " $loads " in
    *" ${loaded#sha256:} "*) printf 'loaded: %s is %s\n' "$reference" "$loaded" ;;
    *) refuse "$archive" "became another image in Docker: $reference is $loaded; remove it" ;;
    esac
}

# form FORM FIELDS FILE: those fields (\1 is the first @base64, @sha256 or @tag) of a file that has the form to its last byte.
form() {
    pattern=$(printf %s "$1" | sed -E 's/[].[{}+]/\\&/g; s/@base64/([A-Za-z0-9+\/]+=*)/g; s/@sha256/('"$sha256"')/g
        s/@number/[0-9]+/g; s/@tag/([0-9A-Za-z_][0-9A-Za-z._-]*)/g; s/@time/[0-9TZ:-]+/g; s/@word/([0-9a-z]+)/g
        s/@labels/"[a-z.]+":"[^"\\]*"(,"[a-z.]+":"[^"\\]*")*/g')
    printable "$3" && grep -qxE "$pattern" "$3" && sed -E "s#^$pattern\$#$2#" "$3"
}

# printable FILE: whether it is one line of ASCII, and without its end. To grep a NUL is the end of a line.
printable() {
    [ "$(tr -d ' -~' <"$1" | wc -c)" -eq 0 ]
}

# bundle_of FORM: the bundle has that form; its fields are then the lines of $work/fields, and the first of them is our key.
bundle_of() {
    form "$1" '\1 \2 \3' "$bundle" >"$work/text" || refuse "$bundle" "is not a bundle of the form that cosign writes with a key"
    tr ' ' '\n' <"$work/text" >"$work/fields"
    field 1 "$work/hint"
    [ "$(hex <"$work/hint")" = "$fingerprint" ] || refuse "$bundle" "names another key"
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
    same "$work/again" "$work/text"
}

# by_cosign COMMAND ARGUMENT…: of $bundle, by the key alone. A root of trust with nothing in it keeps cosign from asking for one.
by_cosign() {
    command=$1
    shift
    printf '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}' >"$work/root.json"
    alone cosign "$command" --key "$work/key.pem" --bundle "$bundle" --trusted-root "$work/root.json" --insecure-ignore-tlog=true "$@"
}

# alone COMMAND…: without the caller's environment: cosign takes options from it, and openssl a configuration.
alone() {
    env -i PATH="$PATH" HOME="$work" "$@"
}

hex() {
    od -An -v -tx1 | tr -d ' \n'
}

# hash FILE: 64 hex digits.
hash() {
    sum=$(sha256sum <"$1") || return 1
    printf '%.64s' "$sum"
}

# same FILE FILE: what cannot be read is equal to nothing.
same() {
    one=$(hash "$1") && other=$(hash "$2") && [ "$one" = "$other" ]
}

subject() {
    printf '{"name":"%s","digest":{"sha256":"%s"}}' "$1" "$2"
}

subjects() {
    subject "mcp-ssh$suffix" "$binary"
    printf ,
    subject "mcp-ssh-orchestrator$suffix" "$manifest"
}

# head_of TYPE SUBJECTS: an in-toto statement up to its predicate, as statement.sh writes it.
head_of() {
    printf '{"_type":"https://in-toto.io/Statement/v1","subject":[%s],"predicateType":"%s","predicate":' "$2" "$1"
}

main "$@"
