#!/usr/bin/env python3
"""What a kit states of its build: the fields that SLSA v1 asks for, with the values they are to have; the same inputs, the
same bytes. Needs git and jq."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.parse

from making import COMMIT, ROOT, sha256

DIGEST = "sha256:" + "a" * 64
FILES = {"mcp-ssh": b"\x7fELF", "digest": DIGEST.encode() + b"\n", "sbom.cdx.json": b'{"bomFormat": "CycloneDX"}'}
TOOLCHAIN = 'rust: rustup (rustc "1.95.0")\ncc: gcc\n'


class TestProvenance(unittest.TestCase):
    def setUp(self):
        self.kit = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, data in FILES.items():
            (self.kit / name).write_bytes(data)
        (self.kit / "toolchain").write_text(TOOLCHAIN)

    def statement(self, kind, **environment):
        environment = {"PATH": os.environ["PATH"], "COMMIT": COMMIT, "TOOLCHAIN": str(self.kit / "toolchain"), **environment}
        command = [ROOT / "cosign/statement.sh", kind, self.kit]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    def made(self, kind, **environment):
        end = self.statement(kind, **environment)
        self.assertEqual((end.returncode, end.stderr), (0, ""))
        return json.loads(end.stdout)

    def subjects(self, *names):
        hashes = {name: sha256(data) for name, data in FILES.items()} | {"mcp-ssh-orchestrator": DIGEST.removeprefix("sha256:")}
        return [{"name": name, "digest": {"sha256": hashes[name]}} for name in names]

    def test_the_provenance_is_slsa_v1(self):
        statement = self.made("provenance", BUILDER_ID="https://ci.example/release", SOURCE_URI="git+https://example.com/r")
        lock = sha256((ROOT / "Cargo.lock").read_bytes())
        source = {"name": "source", "digest": {"gitCommit": COMMIT}, "uri": "git+https://example.com/r"}
        self.assertEqual(
            statement,
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": self.subjects("mcp-ssh", "mcp-ssh-orchestrator", "sbom.cdx.json"),
                "predicateType": "https://slsa.dev/provenance/v1",
                "predicate": {
                    "buildDefinition": {
                        "buildType": "urn:mcp-ssh-orchestrator:build:make-kit:v1",
                        "externalParameters": {"target": "x86_64-unknown-linux-musl", "profile": "release"},
                        "resolvedDependencies": [source, {"name": "Cargo.lock", "digest": {"sha256": lock}}],
                    },
                    "runDetails": {
                        "builder": {
                            "id": "https://ci.example/release",
                            "version": {"rust": 'rustup (rustc "1.95.0")', "cc": "gcc"},
                        }
                    },
                },
            },
        )

    def test_what_is_not_named_is_said_to_be_so(self):
        predicate = self.made("provenance")["predicate"]
        source = predicate["buildDefinition"]["resolvedDependencies"][0]
        self.assertEqual(source, {"name": "source", "digest": {"gitCommit": COMMIT}})
        builder = predicate["runDetails"]["builder"]["id"]
        self.assertEqual((urllib.parse.urlsplit(builder).scheme, builder.rpartition(":")[2]), ("urn", "unnamed"))
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        predicate = self.made("provenance", COMMIT="")["predicate"]
        self.assertEqual(predicate["buildDefinition"]["resolvedDependencies"][0]["digest"], {"gitCommit": head.strip()})

    def test_the_sbom_is_stated_whole(self):
        statement = self.made("sbom")
        self.assertEqual(statement["subject"], self.subjects("mcp-ssh", "mcp-ssh-orchestrator"))
        self.assertEqual((statement["predicateType"], statement["predicate"]), ("https://cyclonedx.org/bom", {"bomFormat": "CycloneDX"}))

    def test_the_same_inputs_give_the_same_bytes(self):
        for kind in ("provenance", "sbom"):
            first, again = self.statement(kind), self.statement(kind, HOME="/absent", TZ="Asia/Tokyo", LC_ALL="C")
            self.assertEqual((first.returncode, first.stdout), (0, again.stdout))
        (self.kit / "mcp-ssh").write_bytes(b"another")
        self.assertNotEqual(self.statement("sbom").stdout, first.stdout)

    def test_no_value_can_add_a_field(self):
        evil = 'urn:x","gitCommit":"' + "b" * 40
        predicate = self.made("provenance", BUILDER_ID=evil, SOURCE_URI=evil)["predicate"]
        self.assertEqual((predicate["runDetails"]["builder"]["id"], set(predicate)), (evil, {"buildDefinition", "runDetails"}))
        for environment, why in [
            ({"COMMIT": "HEAD"}, "COMMIT is the 40 digits"),
            ({"COMMIT": COMMIT + "\n" + COMMIT}, "COMMIT is the 40 digits"),
            ({"BUILDER_ID": "somebody"}, "BUILDER_ID is a URI"),
        ]:
            end = self.statement("provenance", **environment)
            self.assertNotEqual(end.returncode, 0)
            self.assertIn(why, end.stderr)

    def test_nothing_is_stated_of_what_is_not_there(self):
        for name in FILES:
            data = (self.kit / name).read_bytes()
            (self.kit / name).unlink()
            for kind in ("provenance", "sbom"):
                self.assertNotEqual(self.statement(kind).returncode, 0, (kind, name))
            (self.kit / name).write_bytes(data)
        for digest in ("none", "", DIGEST + "\n" + DIGEST, DIGEST.upper()):
            (self.kit / "digest").write_text(digest)
            for kind in ("provenance", "sbom"):
                end = self.statement(kind)
                self.assertEqual((end.returncode, "is not one sha256 digest" in end.stderr), (1, True), digest)


if __name__ == "__main__":
    unittest.main(verbosity=2)
