#!/usr/bin/env bash
# Size of the binary named, and the memory `serve` holds at rest with 100 hosts; over budget is a failure.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

hosts=100
max_bytes=6400000
max_rss_kib=6144
# Longer than any answer here takes.
answer_seconds=10

main() {
    local binary=$1 site bytes rss
    [ -x "$binary" ] || die "no binary at $binary; run: make static"
    site=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now is meant
    trap "rm -rf '$site'" EXIT
    write_site "$site"
    bytes=$(stat -c %s "$binary")
    rss=$(resident "$binary" "$site")
    printf 'static binary  %8d bytes  (under %d)\n' "$bytes" "$max_bytes"
    printf 'idle RSS       %8d KiB    (under %d, %d hosts, after initialize)\n' "$rss" "$max_rss_kib" "$hosts"
    [ "$bytes" -lt "$max_bytes" ] || die "the binary is over its budget"
    [ "$rss" -lt "$max_rss_kib" ] || die "the memory is over its budget"
}

write_site() {
    local site=$1 number
    mkdir -m 0700 "$site"/{config,keys,secrets}
    : >"$site/keys/known_hosts"
    printf 'entries:\n  - name: "bench"\n    username: "bench"\n    password_secret: "bench"\n' \
        >"$site/config/credentials.yml"
    printf 'known_hosts_path: "%s"\nrules:\n  - action: "allow"\n    commands: ["uptime*"]\n' \
        "$site/keys/known_hosts" >"$site/config/policy.yml"
    {
        printf 'hosts:\n'
        for ((number = 1; number <= hosts; number++)); do
            printf '  - alias: "web-%d"\n    host: "10.0.0.%d"\n    credentials: "bench"\n    tags: ["web"]\n' \
                "$number" "$number"
        done
    } >"$site/config/servers.yml"
}

# resident BINARY SITE: the resident set of the server in KiB, once it has answered and listed its hosts.
resident() {
    local binary=$1 site=$2 process requests answer
    coproc SERVER {
        exec "$binary" serve --config "$site/config" --keys "$site/keys" --secrets "$site/secrets" 2>"$site/stderr"
    }
    process=$SERVER_PID
    requests=${SERVER[1]}
    ask '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}'
    printf '%s\n' '{"jsonrpc":"2.0","method":"notifications/initialized"}' >&"$requests"
    ask '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ssh_list_hosts","arguments":{}}}'
    [[ $answer == *web-1* ]] || die "the server did not list its hosts: $answer"
    sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB$/\1/p' "/proc/$process/status"
    # End of its input: the server leaves.
    exec {requests}>&-
    wait "$process" || die "the server left with status $?"
}

# ask LINE: sends one request and waits for its answer.
ask() {
    printf '%s\n' "$1" >&"$requests"
    IFS= read -r -t "$answer_seconds" answer <&"${SERVER[0]}" ||
        die "the server did not answer; its stderr: $(cat "$site/stderr")"
}

[ "$#" = 1 ] || die "usage: bench-size.sh BINARY"
main "$@"
