#!/usr/bin/env bash
# Runs the tests of the workspace; further words are words of `cargo test`.
#
# As an ordinary user a test that needs root says so and ends: such tests are counted in one line, and are no failure.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"

# Generated cases are the same each time, so that a commit is judged alike by everybody; the long runs make others.
[ -n "${MCP_SSH_LONG:-}" ] || export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-1}"

# Most tests wait for another process, not for the processor.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((3 * $(nproc)))}

# nohup(1), or a shell's `&`, has signals ignored, and who is started by the tests would ignore them, too.
words=('--default-signal=HUP,INT,QUIT' cargo test --locked --quiet)
[ $# -gt 0 ] || words+=(--workspace)
[ "$(id -u)" != 0 ] || exec env "${words[@]}" "$@"

filtered=0
env "${words[@]}" --no-fail-fast "$@" 2>&1 | awk -f scripts/needs-root.awk || filtered=${PIPESTATUS[1]}
exit "$filtered"
