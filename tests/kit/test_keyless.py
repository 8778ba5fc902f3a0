#!/usr/bin/env python3
"""What the guides say of an image in a registry: their commands for cosign take an index of the named workflow or key, and
no other. The registry and the authority are the stand's (stand.py).

Needs cosign, crane, openssl, unshare and ip.
"""

import io
import pathlib
import tarfile
import tempfile
import unittest

from making import ROOT, Image, Index, compact
from stand import ISSUER, REGISTRY, REPOSITORY, WORKFLOW, Stand

OWNER = REPOSITORY.partition("/")[0]
PUSH = 'index=$(crane push index "$REGISTRY/mcp-ssh-orchestrator:0.1.0" 2>/dev/null)\n'
SIGN = 'cosign sign --yes --recursive "$index"\n'
ATTEST = 'cosign attest --yes --type slsaprovenance1 --predicate provenance "$index"\n'
# The seed's guide for deployment, word for word, with the registry of the stand in place of ghcr.io/samerfarida.
SEED = f"""\
COSIGN_EXPERIMENTAL=1 cosign verify \\
  --certificate-identity-regexp "https://github.com/samerfarida/mcp-ssh-orchestrator/.github/workflows/release.yml@.*" \\
  --certificate-oidc-issuer https://token.actions.githubusercontent.com \\
  {REGISTRY}/mcp-ssh-orchestrator:latest
"""


def published(guide, mark):
    """The block of shell in a guide that has the mark."""
    blocks = [block.split("\n", 1)[1] for block in (ROOT / guide).read_text().split("```sh")[1:]]
    [block] = [block.split("\n```")[0] for block in blocks if mark in block.split("\n```")[0]]
    return block


class TestKeyless(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.stand = Stand(folder)
        cls.images = [Image([("mcp-ssh", b"\x7fELF")]), Image([("mcp-ssh", b"\x7fARM")], architecture="arm64")]
        cls.index = Index(cls.images)
        tarfile.open(fileobj=io.BytesIO(cls.index.archive())).extractall(folder / "index")
        (folder / "provenance").write_bytes(compact({"buildDefinition": {"buildType": "urn:test"}, "runDetails": {}}))
        for name in ("key", "stranger"):
            cls.stand.certified(name)
        cls.stand.certified("fork", WORKFLOW.replace(OWNER, "somebody"))
        cls.stand.certified("build", WORKFLOW.replace("release.yml", "build.yml"))
        cls.stand.certified("elsewhere", issuer="https://accounts.google.com")

    def test_the_index_of_the_named_workflow_is_taken_and_no_other(self):
        guide = published("cosign/README.md", "IDENTITY=").replace("OWNER", OWNER)
        guide = guide.replace(f"ghcr.io/{REPOSITORY}@sha256:…", '"$index"')
        self.assertIn('IMAGE="$index"', guide)
        signed = PUSH + SIGN + ATTEST
        for text, why in [
            (guide, None),
            (guide.replace(f"com/{OWNER}/", r"com/OTHER/"), "expected SAN value"),
            (guide.replace("release", "test"), "expected SAN value"),
            (guide.replace(f"ISSUER={ISSUER}", "ISSUER=https://accounts.google.com"), "expected issuer value"),
        ]:
            with self.subTest(why=why):
                self.assertEqual(text == guide, why is None)
                self.end(signed + text, why)
        self.end(PUSH + guide, "no signatures found")
        # A signature is no attestation.
        self.end(PUSH + SIGN + guide, "none of the attestations matched the predicate type")

    def test_the_seed_s_own_command_takes_the_index_of_its_workflow_and_no_other(self):
        latest = 'crane tag "$index" latest 2>/dev/null\n'
        end = self.end(PUSH + SIGN + latest + SEED, None)
        self.assertIn(self.index.digest, end.stdout)
        for signer, why in [
            ("fork", "expected SAN value"),
            # What a workflow signs that release.yml calls is not release.yml's.
            ("build", "expected SAN value"),
            ("elsewhere", "expected issuer value"),
        ]:
            with self.subTest(signer=signer):
                self.end(PUSH + SIGN + latest + SEED, why, SIGNER=signer)
        self.end(PUSH + latest + SEED, "no signatures found")

    def test_each_image_of_the_index_is_signed_with_it(self):
        for image in self.images:
            of_one = SEED.replace(":latest", f"@{image.digest}")
            self.assertIn(image.digest, self.end(PUSH + SIGN + of_one, None).stdout)
            self.end(PUSH + SIGN.replace(" --recursive", "") + of_one, "no signatures found")

    def test_another_index_under_the_name_is_refused(self):
        """Somebody moves the tag to an index of an image that nobody signed, or to a changed one."""
        other = Index([self.images[0], Image([("mcp-ssh", b"\x7fEVIL")], architecture="arm64")])
        tarfile.open(fileobj=io.BytesIO(other.archive())).extractall(self.stand.folder / "other")
        moved = 'crane push other "$REGISTRY/mcp-ssh-orchestrator:latest" >/dev/null 2>&1\n'
        self.end(PUSH + SIGN + moved + SEED, "no signatures found")

    def test_the_image_of_the_key_is_taken_and_no_other(self):
        guide = published("docs/DEPLOYMENT.md", "cosign verify --key").replace("registry.example.com", REGISTRY)
        by_key, by_identity = guide.split("# or, where a build service signed without a key of its own:\n")
        named = f"IDENTITY=^{WORKFLOW}$ ISSUER={ISSUER}\n"
        by_key = by_key.replace("cosign.pub", "key.pub")
        with_key = 'cosign sign --yes --key {}.key --signing-config signing.json "$index"\n'
        self.end(PUSH + with_key.format("key") + by_key, None)
        self.end(PUSH + with_key.format("stranger") + by_key, "could not verify envelope")
        self.end(PUSH + SIGN + named + by_identity, None)
        self.end(PUSH + SIGN + named.replace(OWNER, "OTHER") + by_identity, "expected SAN value")

    def end(self, commands, why, **environment):
        """The commands succeed, or fail with these words."""
        end = self.stand.ends(commands, **environment)
        if why is None:
            self.assertEqual(end.returncode, 0, end.stderr)
        else:
            self.assertNotEqual(end.returncode, 0, end.stdout)
            self.assertIn(why, end.stderr)
        return end


if __name__ == "__main__":
    unittest.main(verbosity=2)
