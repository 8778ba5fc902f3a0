#!/usr/bin/env python3
"""licences.py sources | notices SBOM [TARGET]: what the product is made of, against the allow-lists of deny.toml.

sources    every crate of Cargo.lock comes from an allowed registry and has a checksum
notices    every component of SBOM has an allowed licence; prints their notices as Markdown, with the texts

Refuses, naming the crate: another source, no licence or one that is not on the list, and an SBOM with a crate that
`cargo metadata` does not know. Reads no network; cargo must have the crates already.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
OURS = (
    "mcp-ssh-orchestrator",
    "mcp-ssh-knowledge",
    "mcp-ssh-policy",
    "mcp-ssh-suggest",
    "mcp-ssh-yaml",
    "mcp-ssh-yaml-events",
)
DENY = tomllib.loads((ROOT / "sbom/deny.toml").read_text())
# As crates name the files that hold their terms.
TEXTS = re.compile(r"(UN)?LICEN[CS]E|COPYING|COPYRIGHT|NOTICE", re.IGNORECASE)
# Linked in by the compiler, so no lock file has them.
RUNTIME = """\
Beside the crates the binary holds Rust's standard library (MIT OR Apache-2.0), musl libc (MIT) and
LLVM's libunwind (Apache-2.0 WITH LLVM-exception).
"""


def allowed(expression):
    """Whether the allow-list satisfies an SPDX expression; `/` is how old crates write OR."""
    tokens = re.findall(r"[()]|[^\s()/]+|/", expression)
    verdict = alternatives(tokens)
    if tokens:
        raise ValueError(f"`{expression}` is no SPDX expression")
    return verdict


def alternatives(tokens):
    verdict = all_of(tokens)
    while tokens and tokens[0] in ("OR", "/"):
        tokens.pop(0)
        verdict = all_of(tokens) or verdict
    return verdict


def all_of(tokens):
    verdict = one(tokens)
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        verdict = one(tokens) and verdict
    return verdict


def one(tokens):
    name = tokens.pop(0) if tokens else ")"
    if name == "(":
        verdict = alternatives(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("a parenthesis is not closed")
        return verdict
    if name in (")", "OR", "AND", "WITH", "/"):
        raise ValueError(f"no licence before `{name}`")
    if tokens and tokens[0] == "WITH":
        name = " ".join([name, tokens.pop(0), tokens.pop(0) if tokens else ""])
    return name in DENY["licenses"]["allow"]


def sources():
    registries = {f"registry+{url}" for url in DENY["sources"]["allow-registry"]}
    packages = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    for package in packages:
        ours = package["name"] in OURS and "source" not in package
        if not ours and (package.get("source") not in registries or "checksum" not in package):
            refuse(package, f"comes from `{package.get('source')}`, which is no source that deny.toml allows")
    print(f"licences.py: {len(packages) - len(OURS)} crates, all from allowed registries and with a checksum", file=sys.stderr)


def refuse(crate, reason):
    sys.exit(f"licences.py: error: {crate['name']} {crate['version']} {reason}")


def notices(sbom, target=DENY["graph"]["targets"][0]):
    components = json.loads(pathlib.Path(sbom).read_text())["components"]
    metadata = ["cargo", "metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", target]
    packages = json.loads(subprocess.run(metadata, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)["packages"]
    known = {(package["name"], package["version"]): package for package in packages}
    table, texts = [], collections.defaultdict(list)
    for component in sorted(components, key=lambda component: (component["name"], component["version"])):
        name = (component["name"], component["version"])
        licence = known[name]["license"] if name in known else refuse(component, "is not known to cargo metadata")
        if not licence or not allowed(licence):
            refuse(component, f"has the licence `{licence}`, which sbom/deny.toml does not allow")
        files = terms(known[name])
        table.append(f"| {name[0]} | {name[1]} | {licence} | {', '.join(file.name for file in files) or '-'} |")
        for file in files:
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n")
            texts[text].append(f"{name[0]} {name[1]} {file.name}")
    write(table, texts)


def terms(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    return sorted(path for path in folder.iterdir() if path.is_file() and TEXTS.match(path.name))


def write(table, texts):
    print("# Third-party notices\n\n" + RUNTIME)
    print("| crate | version | licence | files |\n|---|---|---|---|", *table, "\n## The texts", sep="\n")
    for text, files in sorted(texts.items(), key=lambda item: item[1]):
        # Indented, so that no text can end its block.
        print("\n### " + ", ".join(files) + "\n", *(f"    {line}".rstrip() for line in text.split("\n")), sep="\n")


def main(arguments):
    match arguments:
        case ["sources"]:
            sources()
        case ["notices", path, *target] if len(target) < 2:
            notices(path, *target)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
