#!/usr/bin/env python3
"""What the guides say of an image in a registry: their commands for cosign take an image of the named workflow or key, and
no other. The registry is crane's, in a network namespace of its own; the certificate authority is the test's, so that
no log has the signatures.

Needs cosign, crane, openssl, unshare and ip.
"""

import base64
import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest

from making import ROOT, Image, Key, compact, run

WORKFLOW = "https://github.com/OWNER/mcp-ssh-orchestrator/.github/workflows/release.yml@refs/tags/v0.1.0"
ISSUER = "https://token.actions.githubusercontent.com"
REGISTRY = "127.0.0.1:5000"
# 1.3.6.1.4.1.57264.1.1 is where Fulcio puts the issuer.
EXTENSIONS = """\
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=codeSigning
subjectAltName=critical,URI:{}
1.3.6.1.4.1.57264.1.1=DER:{}
"""
# Brings the registry up, publishes the image, and runs the commands in $1, whose cosign knows the test's authority and
# asks no log.
SCRIPT = """\
set -euo pipefail
ip link set lo up
exec 3< <(crane registry serve --address "$REGISTRY" 2>&1)
read -r -u 3
cat <&3 >/dev/null &
image=$(crane push --insecure image "$REGISTRY/mcp-ssh-orchestrator:0.1.0" 2>/dev/null)
cosign() {
    command cosign "$@" --trusted-root root.json --insecure-ignore-tlog --insecure-ignore-sct
}
signing=(--yes --signing-config signing.json --trusted-root root.json)
certificate=(--certificate leaf.crt --certificate-chain ca.crt)
eval "$1"
"""


def published(guide, mark):
    """The block of shell in a guide that has the mark."""
    blocks = [block.split("\n", 1)[1] for block in (ROOT / guide).read_text().split("```sh")[1:]]
    [block] = [block.split("\n```")[0] for block in blocks if mark in block.split("\n```")[0]]
    return block


class TestKeyless(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("cosign", "crane", "openssl", "unshare", "ip"):
            if not shutil.which(tool):
                raise FileNotFoundError(f"no `{tool}`; run: make test-kit, which brings it")
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        image = Image([("mcp-ssh", b"\x7fELF")])
        tarfile.open(fileobj=io.BytesIO(image.archive())).extractall(cls.folder / "image", filter="data")
        (cls.folder / "provenance").write_bytes(compact({"buildDefinition": {"buildType": "urn:test"}, "runDetails": {}}))
        cls.environment = {**os.environ, "HOME": str(cls.folder), "COSIGN_PASSWORD": "", "REGISTRY": REGISTRY}
        run("cosign", "signing-config", "create", "--out", "signing.json", cwd=cls.folder, env=cls.environment)
        cls.authority()
        for name in ("leaf", "key", "stranger"):
            cls.certified(name)

    @classmethod
    def authority(cls):
        Key(cls.folder, "ca")
        usage = ["-addext", "keyUsage=critical,keyCertSign", "-subj", "/CN=test/O=test", "-days", "2"]
        run("openssl", "req", "-x509", "-new", "-key", "ca.pem", "-out", "ca.crt", *usage, cwd=cls.folder)
        der = base64.b64encode(run("openssl", "x509", "-in", "ca.crt", "-outform", "DER", cwd=cls.folder)).decode()
        authority = {"subject": {"organization": "test", "commonName": "test"}, "uri": "https://fulcio.example"}
        authority |= {"certChain": {"certificates": [{"rawBytes": der}]}, "validFor": {"start": "2020-01-01T00:00:00Z"}}
        root = {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "certificateAuthorities": [authority]}
        (cls.folder / "root.json").write_bytes(compact(root))

    @classmethod
    def certified(cls, name):
        """A key for cosign, and a certificate that says it is the workflow's."""
        Key(cls.folder, name)
        (cls.folder / "extensions").write_text(EXTENSIONS.format(WORKFLOW, ISSUER.encode().hex(":")))
        run("openssl", "req", "-new", "-key", f"{name}.pem", "-subj", "/", "-out", f"{name}.csr", cwd=cls.folder)
        authority = ["-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "1", "-extfile", "extensions"]
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.crt", *authority, cwd=cls.folder)
        run("cosign", "import-key-pair", "--key", f"{name}.pem", "--output-key-prefix", name, cwd=cls.folder, env=cls.environment)

    def ends(self, commands):
        # With their first process all of them end.
        namespace = ["unshare", "--net", "--pid", "--fork", "--kill-child", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        command = [*namespace, "bash", "-c", SCRIPT, "bash", commands]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def test_the_image_of_the_named_workflow_is_taken_and_no_other(self):
        guide = published("cosign/README.md", "IDENTITY=")
        signed = 'command cosign sign --key leaf.key "${certificate[@]}" "${signing[@]}" "$image"\n'
        signed += 'command cosign attest --key leaf.key "${certificate[@]}" "${signing[@]}" --type slsaprovenance1 --predicate provenance "$image"\n'
        guide = guide.replace("ghcr.io/OWNER/mcp-ssh-orchestrator@sha256:…", '"$image"')
        self.assertIn('IMAGE="$image"', guide)
        for text, why in [
            (guide, None),
            (guide.replace(r"com/OWNER/", "com/OTHER/"), "expected SAN value"),
            (guide.replace("release", "test"), "expected SAN value"),
            (guide.replace("ISSUER=https://token.actions.githubusercontent.com", "ISSUER=https://accounts.google.com"), "expected issuer value"),
        ]:
            with self.subTest(why=why):
                self.assertEqual(text == guide, why is None)
                self.end(signed + text, why)
        self.end(guide, "no signatures found")
        # A signature is no attestation.
        self.end(signed.splitlines()[0] + "\n" + guide, "none of the attestations matched the predicate type")

    def test_the_image_of_the_key_is_taken_and_no_other(self):
        guide = published("docs/DEPLOYMENT.md", "cosign verify --key").replace("registry.example.com", REGISTRY)
        by_key, by_identity = guide.split("# or, where a build service signed without a key of its own:\n")
        signed = 'command cosign sign --key leaf.key "${certificate[@]}" "${signing[@]}" "$image"\n'
        named = f"IDENTITY=^{WORKFLOW}$ ISSUER={ISSUER}\n"
        by_key = by_key.replace("cosign.pub", "key.pub")
        self.end('command cosign sign --key key.key "${signing[@]}" "$image"\n' + by_key, None)
        self.end('command cosign sign --key stranger.key "${signing[@]}" "$image"\n' + by_key, "could not verify envelope")
        self.end(signed + named + by_identity, None)
        self.end(signed + named.replace("OWNER", "OTHER") + by_identity, "expected SAN value")

    def end(self, commands, why):
        """The commands succeed, or fail with these words."""
        end = self.ends(commands)
        if why is None:
            self.assertEqual(end.returncode, 0, end.stderr)
        else:
            self.assertNotEqual(end.returncode, 0, end.stdout)
            self.assertIn(why, end.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
