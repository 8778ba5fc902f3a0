#!/bin/sh
{ # To the last line: of half of this file no shell runs anything, and it says so.
# install.sh: mcp-ssh from a release, for Linux on amd64 and arm64, without root.
#
# Downloads the static binary of the release, verifies it, and puts it into ~/.local/bin. It verifies
#   with cosign, where there is one: the release's workflow must have signed SHA256SUMS, and the sum must be in it;
#   without: the sum must be the one that this script carries. Then whoever gave you this script is whom you trust.
# Where neither can be done, it refuses. What fails leaves nothing behind.
# What is verified is the very file that gets the name: it is downloaded into a folder of its own where it is going to be,
# and no other user can change anything on the way there.
#
#   MCP_SSH_VERSION     which version (the one whose sums this script carries)
#   MCP_SSH_BIN_DIR     where to (~/.local/bin)
#   MCP_SSH_REPOSITORY  OWNER/NAME on GitHub, whose workflow must have signed (the one that made this script)
#   MCP_SSH_BASE_URL    the folder with the files, of a mirror (the release's on GitHub)
set -u

# The release writes these (scripts/release/stamp-install.sh); in the source tree they are empty.
repository=''
version=''
sum_amd64=''
sum_arm64=''

issuer=https://token.actions.githubusercontent.com
# In blocks of 512 bytes, or of 1,024 in bash: no download may fill a disk. The binary has 6 MB.
largest=65536

main() {
    work='' made='' child=''
    trap cleanup EXIT
    trap 'interrupted HUP 129' HUP
    trap 'interrupted INT 130' INT
    trap 'interrupted TERM 143' TERM
    platform
    settings
    place
    workplace
    download "$file"
    verify
    install_binary
    told
}

die() {
    printf 'install.sh: error: %s\n' "$1" >&2
    exit 1
}

say() {
    printf 'install.sh: %s\n' "$1" >&2
}

# cleanup: at every end. Folders that were made for nothing go, too.
cleanup() {
    [ -z "$child" ] || kill "$child" 2>/dev/null
    [ -z "$work" ] || rm -rf "$work"
    [ -n "$made" ] || return 0
    empty=$bin_dir
    while [ "$empty" != "$above" ] && rmdir "$empty" 2>/dev/null; do
        empty=$(dirname "$empty")
    done
}

interrupted() {
    say "ended by $1; nothing is installed"
    exit "$2"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# platform: the architecture, of those that a release has.
platform() {
    system=$(uname -s)
    machine=$(uname -m)
    [ "$system" = Linux ] || die "there is no release for $system; run it in a container, or build it with cargo"
    case $machine in
    x86_64 | amd64) arch=amd64 carried=$sum_amd64 ;;
    aarch64 | arm64) arch=arm64 carried=$sum_arm64 ;;
    *) die "there is no release for Linux on $machine; build it with cargo" ;;
    esac
}

# settings: what to get, from whom.
settings() {
    stamped=$version
    version=${MCP_SSH_VERSION:-$version}
    version=${version#v}
    [ "$version" = "$stamped" ] || carried=''
    repository=${MCP_SSH_REPOSITORY:-$repository}
    [ -n "$version" ] || die "this copy is not of a release: set MCP_SSH_VERSION, or take install.sh from a release"
    case $version in
    *[!0-9A-Za-z.+-]*) die "\`$version\` is no version" ;;
    esac
    case $repository in
    '') ;;
    *[!0-9A-Za-z._/-]* | */*/* | /* | */) die "\`$repository\` is no OWNER/NAME" ;;
    */*) ;;
    *) die "\`$repository\` is no OWNER/NAME" ;;
    esac
    base=${MCP_SSH_BASE_URL:-}
    if [ -z "$base" ]; then
        [ -n "$repository" ] || die "nothing says where the release is: set MCP_SSH_REPOSITORY or MCP_SSH_BASE_URL"
        base=https://github.com/$repository/releases/download/v$version
    fi
    base=${base%/}
    file=mcp-ssh-$version-linux-$arch
    if have cosign; then
        [ -n "$repository" ] || die "nothing says whose signature to ask cosign for: set MCP_SSH_REPOSITORY"
    elif [ -z "$carried" ]; then
        die "nothing here can verify $file: this script carries no sum of it, and there is no cosign; install cosign"
    fi
    have sha256sum || have openssl || die "there is neither sha256sum nor openssl"
    have curl || have wget || die "there is neither curl nor wget"
}

# place: where the binary goes; refused before anything is downloaded.
place() {
    bin_dir=${MCP_SSH_BIN_DIR:-}
    if [ -z "$bin_dir" ]; then
        [ -n "${HOME:-}" ] || die "HOME is not set; set MCP_SSH_BIN_DIR"
        [ ! -d "$HOME" ] || kept "$HOME"
        bin_dir=$HOME/.local/bin
    fi
    case $bin_dir in
    /*) ;;
    *) bin_dir=$PWD/$bin_dir ;;
    esac
    target=$bin_dir/mcp-ssh
    [ ! -d "$target" ] || die "$target is a directory; remove it, or set MCP_SSH_BIN_DIR"
    above=$bin_dir
    while [ ! -e "$above" ]; do
        above=$(dirname "$above")
    done
    [ -d "$above" ] || die "$above is not a directory; set MCP_SSH_BIN_DIR"
    kept "$above"
    [ -w "$above" ] || die "$above cannot be written to; set MCP_SSH_BIN_DIR"
}

# kept FOLDER: neither it nor one above it may be another user's, who could put something else in the place of what was
# verified. Whoever owns `/` is root here, in a user namespace as well. A folder of a group is its owner's decision.
kept() {
    real=$(cd -P "$1" && pwd -P) || die "$1 cannot be entered; set MCP_SSH_BIN_DIR"
    { root=$(ls -dn /) && me=$(id -u); } || die "there is no ls or no id"
    root=$(third "$root")
    part=$real
    while :; do
        listed=$(ls -dn "$part/.") || die "$part cannot be read; set MCP_SSH_BIN_DIR"
        owner=$(third "$listed")
        [ "$owner" = "$me" ] || [ "$owner" = "$root" ] || die "$part is of UID $owner, not yours ($me): \
call sudo with -H, or be that user, or set MCP_SSH_BIN_DIR; nothing is installed"
        case $listed in
        ????????w[!tT]*) die "every user can change $part: set MCP_SSH_BIN_DIR; nothing is installed" ;;
        esac
        [ "$part" != / ] || break
        part=$(dirname "$part")
    done
}

# third LINE: its third word.
third() {
    # shellcheck disable=SC2086 # words are wanted; the first three have nothing that a shell expands
    set -- $1
    printf '%s\n' "$3"
}

# workplace: a folder that is ours alone, beside the place of the binary. From here on there is something to remove.
workplace() {
    made=yes
    mkdir -p "$bin_dir" || die "$bin_dir could not be made; nothing is installed"
    kept "$bin_dir"
    work=$(mktemp -d "$real/.mcp-ssh.XXXXXX") || die "$bin_dir could not be written to; nothing is installed"
}

# download NAME: into $work. In the background, so that a signal ends it at once.
download() {
    url=$base/$1
    (
        ulimit -f "$largest"
        case $url in
        https://*) only='=https' ;;
        *) only='=http,https' ;;
        esac
        if have curl; then
            exec curl --fail --silent --show-error --location --proto "$only" --proto-redir "$only" \
                --connect-timeout 20 --speed-limit 1 --speed-time 30 --output "$work/$1" "$url"
        fi
        if wget --version >/dev/null 2>&1; then
            exec wget --no-verbose --tries=3 --timeout=30 -O "$work/$1" "$url"
        fi
        # busybox: some builds of it die of -T.
        exec wget -q -O "$work/$1" "$url"
    ) >"$work/log" 2>&1 &
    child=$!
    if ! wait "$child"; then
        child=''
        [ -s "$work/log" ] || die "$1 could not be written to $bin_dir: is it full? nothing is installed"
        sed 's/^/install.sh: /' "$work/log" >&2
        die "$url could not be downloaded; nothing is installed"
    fi
    child=''
}

# verify: by the signature of the release's workflow where cosign is here, and by the sum that this script carries.
verify() {
    got=$(sha256_of "$work/$file")
    [ -z "$carried" ] || [ "$got" = "$carried" ] ||
        die "$file is not the one of the release: its SHA-256 is $got, not $carried; nothing is installed"
    if ! have cosign; then
        say "verified by the SHA-256 that this script carries; there is no cosign here to ask who signed it,"
        say "so you trust whoever gave you this script"
        return 0
    fi
    download SHA256SUMS
    download SHA256SUMS.sigstore.json
    identity=https://github.com/$repository/.github/workflows/release.yml@refs/tags/v$version
    cosign verify-blob --bundle "$work/SHA256SUMS.sigstore.json" --certificate-identity "$identity" \
        --certificate-oidc-issuer "$issuer" "$work/SHA256SUMS" >"$work/log" 2>&1 </dev/null || {
        sed 's/^/install.sh: cosign: /' "$work/log" >&2
        die "cosign does not find that $identity signed this release; nothing is installed"
    }
    grep -qxF "$got  $file" "$work/SHA256SUMS" ||
        die "$file is not the one that was signed: SHA256SUMS has no $got for it; nothing is installed"
    say "verified by cosign: signed by $identity"
}

# sha256_of FILE: its SHA-256.
sha256_of() {
    if have sha256sum; then
        sha256sum <"$1" | cut -c 1-64
    else
        openssl dgst -sha256 -r <"$1" | cut -c 1-64
    fi
}

# install_binary: renamed when it is whole, so that the name never stands for half of a file.
install_binary() {
    chmod 755 "$work/$file" || die "$bin_dir could not be written to; nothing is installed"
    runs=$("$work/$file" --version </dev/null 2>&1) || die "the binary does not run here: $runs; nothing is installed"
    [ "$runs" = "mcp-ssh $version" ] || die "the binary says that it is \`$runs\`, not $version; nothing is installed"
    mv -f "$work/$file" "$real/mcp-ssh" || die "$target could not be written; nothing is installed"
    made=''
}

told() {
    printf 'installed: mcp-ssh %s in %s\n' "$version" "$target"
    case :${PATH:-}: in
    *:"$bin_dir":*) call=mcp-ssh ;;
    *)
        call=$(quoted "$target")
        # shellcheck disable=SC2016 # for the reader's shell
        printf 'not in your PATH; add to ~/.profile: PATH=%s:"$PATH"\n' "$(quoted "$bin_dir")"
        ;;
    esac
    printf 'next: %s init ~/mcp-ssh\n' "$call"
}

# quoted WORD: as a shell takes it back, whatever is in it.
quoted() {
    case $1 in
    *[!0-9A-Za-z/._+-]*) printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

main "$@"
}
