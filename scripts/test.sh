#!/usr/bin/env bash
# Runs the tests of the workspace; further words are words of `cargo test`.
#
# As an ordinary user a test that needs root says so and ends: such tests are counted in one line, and are no failure.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"

# Generated cases are the same each time, so that a commit is judged alike by everybody; the long runs make others.
[ -n "${MCP_SSH_LONG:-}" ] || export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-1}"

words=(--locked --quiet)
[ $# -gt 0 ] || words+=(--workspace)
[ "$(id -u)" != 0 ] || exec cargo test "${words[@]}" "$@"

filtered=0
cargo test --no-fail-fast "${words[@]}" "$@" 2>&1 | awk -f scripts/needs-root.awk || filtered=${PIPESTATUS[1]}
exit "$filtered"
