"""The OpenVEX document: what the format asks for, that a library of others reads it, and what no statement may say."""

import json
import os
import shutil
import tomllib

import jsonschema
import pytest
import vexipy

from artefacts import ROOT, VERSION, fails, run

TIME = {"type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"}
IRI = {"type": "string", "pattern": "^[a-z]+:"}
WORDS = {"type": "string", "minLength": 1}


def struct(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


COMPONENT = struct(["@id"], **{"@id": IRI, "subcomponents": {"type": "array", "minItems": 1, "items": struct(["@id"], **{"@id": IRI})}})
# What OpenVEX 0.2.0 asks of a document (https://github.com/openvex/spec), of the fields that we use.
SCHEMA = struct(
    ["@context", "@id", "author", "timestamp", "version", "statements"],
    **{
        "@context": {"const": "https://openvex.dev/ns/v0.2.0"},
        "@id": IRI,
        "author": WORDS,
        "role": WORDS,
        "timestamp": TIME,
        "version": {"type": "integer", "minimum": 1},
        "tooling": WORDS,
        "statements": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                **struct(
                    ["vulnerability", "products", "status"],
                    vulnerability=struct(["name"], name=WORDS, aliases={"type": "array", "items": WORDS, "uniqueItems": True}),
                    timestamp=TIME,
                    products={"type": "array", "minItems": 1, "uniqueItems": True, "items": COMPONENT},
                    status={"enum": ["affected", "fixed", "not_affected", "under_investigation"]},
                    status_notes=WORDS,
                    justification=WORDS,
                    action_statement=WORDS,
                ),
                "allOf": [
                    {"if": {"properties": {"status": {"const": "affected"}}}, "then": {"required": ["action_statement"]}},
                    {"if": {"properties": {"status": {"const": "not_affected"}}}, "then": {"required": ["justification"]}},
                ],
            },
        },
    },
)
NOW = {**os.environ, "SOURCE_DATE_EPOCH": "1795365232"}
GOOD = {"vulnerability": "CVE-1", "crate": "rsa", "status": "fixed", "since": "2026-11-22"}


@pytest.fixture
def tree(tmp_path):
    """A checkout as far as sbom/vex.py looks at one."""
    (tmp_path / "sbom").mkdir()
    for name in ("Cargo.toml", "Cargo.lock", "sbom/vex.py", "sbom/vex.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def made(tree):
    run(tree / "sbom/vex.py", "out.json", cwd=tree, env=NOW)
    return json.loads((tree / "out.json").read_text())


def written(tree, *statements):
    lines = []
    for statement in statements:
        lines.append("[[statement]]")
        for key, value in statement.items():
            lines.append(f"{key} = {value if key == 'since' else json.dumps(value)}")
    (tree / "sbom/vex.toml").write_text("\n".join(lines))


def test_the_document_is_valid(tree):
    document = made(tree)
    jsonschema.validate(document, SCHEMA)
    vexipy.Document.model_validate(document)
    assert document["timestamp"] == "2026-11-22T16:33:52Z"


def test_each_status_makes_a_valid_one(tree):
    statements = [
        GOOD,
        {**GOOD, "vulnerability": "CVE-2", "status": "under_investigation", "notes": "n"},
        {**GOOD, "vulnerability": "CVE-3", "status": "not_affected", "justification": "vulnerable_code_not_present"},
        {**GOOD, "vulnerability": "CVE-4", "status": "affected", "action": "a", "aliases": ["GHSA-4"]},
    ]
    written(tree, *statements)
    document = made(tree)
    jsonschema.validate(document, SCHEMA)
    vexipy.Document.model_validate(document)
    assert [one["status"] for one in document["statements"]] == [one["status"] for one in statements]


def test_it_is_about_this_version_and_the_crate_that_is_locked(tree):
    locked = {crate["name"]: crate["version"] for crate in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]}
    for statement, said in zip(made(tree)["statements"], tomllib.loads((ROOT / "sbom/vex.toml").read_text())["statement"]):
        products = {product["@id"]: [part["@id"] for part in product["subcomponents"]] for product in statement["products"]}
        parts = [f"pkg:cargo/{said['crate']}@{locked[said['crate']]}"]
        names = [f"pkg:cargo/mcp-ssh-orchestrator@{VERSION}", f"pkg:oci/mcp-ssh-orchestrator?tag={VERSION}"]
        assert products == {name: parts for name in names}


def test_the_same_commit_gives_the_same_bytes(tree):
    assert made(tree) == made(tree)


@pytest.mark.parametrize("statement, why", [
    ({**GOOD, "crate": "no-such-crate"}, "CVE-1: Cargo.lock has no crate `no-such-crate`; take the statement out"),
    ({**GOOD, "status": "harmless"}, "CVE-1: the status is one of"),
    ({**GOOD, "status": "affected"}, "CVE-1: `action` goes with the status `affected`"),
    ({**GOOD, "action": "a"}, "CVE-1: `action` goes with the status `affected`"),
    ({**GOOD, "status": "not_affected"}, "CVE-1: `justification` goes with `not_affected`"),
    ({**GOOD, "status": "not_affected", "justification": "we say so"}, "CVE-1: `justification` goes with `not_affected`"),
    ({**GOOD, "impact": "none"}, "CVE-1: no field is called `impact`"),
    ({key: GOOD[key] for key in ("vulnerability", "crate", "status")}, "CVE-1: no `since`"),
])
def test_a_statement_that_says_too_little_or_too_much_is_refused(tree, statement, why):
    written(tree, statement)
    assert fails(tree / "sbom/vex.py", "out.json", cwd=tree, env=NOW).startswith(f"vex.py: error: {why}")
    assert not (tree / "out.json").exists()


def test_a_list_with_none_is_refused(tree):
    written(tree)
    assert "OpenVEX has no empty document" in fails(tree / "sbom/vex.py", "out.json", cwd=tree, env=NOW)
