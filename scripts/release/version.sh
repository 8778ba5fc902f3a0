#!/usr/bin/env bash
# version.sh: the version of Cargo.toml, on stdout. Refuses one that is not of Semantic Versioning's form.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
. "$root/scripts/packages.sh"

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || die "Cargo.toml has no version such as 1.2.3, but \`$version\`"
printf '%s\n' "$version"
