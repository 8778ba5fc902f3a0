#!/usr/bin/env bash
# audit.sh: known vulnerabilities of the crates in Cargo.lock, by cargo-audit against the RustSec advisory database
# in the folder ADVISORY_DB. Works offline: it fetches neither the database nor the index, so that yanked crates are
# not looked for.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

audit_version=0.22.2

"$root/sbom/licences.py" sources
if [ -z "${ADVISORY_DB:-}" ]; then
    say "SKIPPED: known vulnerabilities were NOT looked for, since no advisory database was given:"
    say "SKIPPED: git clone https://github.com/RustSec/advisory-db && ADVISORY_DB=advisory-db make audit"
    exit 0
fi
# cargo-audit is content with an empty one.
compgen -G "$ADVISORY_DB/crates/*/RUSTSEC-*.md" >/dev/null ||
    die "\`$ADVISORY_DB\` is no RustSec advisory database: it has no advisories in \`crates\`"
cargo_tool cargo cargo-audit "$audit_version"
"$root/target/tools/bin/cargo-audit" audit --db "$ADVISORY_DB" --no-fetch --no-yanked --deny warnings --file "$root/Cargo.lock"
