#!/usr/bin/env python3
"""vex.py OUTPUT: the OpenVEX 0.2.0 document of this version, from sbom/vex.toml.

Each statement is about this version (as a crate and as an image, whichever a scanner names) and a crate in it, with the version
that Cargo.lock has. The time of the document is the commit's, or SOURCE_DATE_EPOCH: the same commit, the same bytes.

Refuses a statement about a crate that Cargo.lock lacks, one without what its status asks for, and a list with none: OpenVEX has
no empty document.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAME = "mcp-ssh-orchestrator"
STATUSES = ("affected", "fixed", "not_affected", "under_investigation")
JUSTIFICATIONS = (
    "component_not_present",
    "inline_mitigations_already_exist",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_not_present",
)
# Beside `vulnerability`, `crate`, `status` and `since`, which each statement has.
MAY = {"aliases", "notes", "action", "justification"}


class StatementError(Exception):
    """What is wrong with a statement, and of which vulnerability."""


def locked(crates, name):
    """The package URLs of a crate in Cargo.lock."""
    return [f"pkg:cargo/{name}@{crate['version']}" for crate in crates if crate["name"] == name]


def statement(said, crates, products):
    who = said.get("vulnerability", "a statement without `vulnerability`")
    for key in ("vulnerability", "crate", "status", "since"):
        if key not in said:
            raise StatementError(f"{who}: no `{key}`")
    unknown = sorted(said.keys() - MAY - {"vulnerability", "crate", "status", "since"})
    if unknown:
        raise StatementError(f"{who}: no field is called `{unknown[0]}`")
    if said["status"] not in STATUSES:
        raise StatementError(f"{who}: the status is one of {', '.join(STATUSES)}, not `{said['status']}`")
    if (said["status"] == "affected") != ("action" in said):
        raise StatementError(f"{who}: `action` goes with the status `affected`, and with no other")
    if (said["status"] == "not_affected") != (said.get("justification") in JUSTIFICATIONS):
        raise StatementError(f"{who}: `justification` goes with `not_affected`: {', '.join(JUSTIFICATIONS)}")
    parts = [{"@id": purl} for purl in locked(crates, said["crate"])]
    if not parts:
        raise StatementError(f"{who}: Cargo.lock has no crate `{said['crate']}`; take the statement out")
    made = {"vulnerability": {"name": said["vulnerability"], "aliases": said.get("aliases", [])}}
    made |= {"timestamp": f"{said['since'].isoformat()}T00:00:00Z"}
    made |= {"products": [{"@id": product, "subcomponents": parts} for product in products], "status": said["status"]}
    for ours, theirs in (("notes", "status_notes"), ("justification", "justification"), ("action", "action_statement")):
        if ours in said:
            made[theirs] = said[ours]
    return made


def document(statements, crates, version, seconds):
    if not statements:
        raise StatementError("sbom/vex.toml has no statement, and OpenVEX has no empty document")
    products = [f"pkg:cargo/{NAME}@{version}", f"pkg:oci/{NAME}?tag={version}"]
    time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": f"urn:{NAME}:vex:{version}",
        "author": f"The maintainers of {NAME}",
        "role": "Document Creator",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": 1,
        "tooling": "sbom/vex.py",
        "statements": [statement(said, crates, products) for said in statements],
    }


def commit_time():
    """Of the commit, in seconds."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    return int(subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True).stdout)


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    crates = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    said = tomllib.loads((ROOT / "sbom/vex.toml").read_text()).get("statement", [])
    try:
        made = document(said, crates, version, commit_time())
    except StatementError as error:
        sys.exit(f"vex.py: error: {error}")
    output = pathlib.Path(arguments[0])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(made, indent=2) + "\n")
    print(f"vex.py: made {output}: {len(made['statements'])} statements", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
