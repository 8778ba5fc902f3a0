#!/usr/bin/env python3
"""The promotion kit: what scripts/kit.sh makes verifies without a network, and every change to it is refused.

Needs cosign, openssl, jq and unshare. Each case runs verify.sh by both routes, in a network namespace of its own;
openssl's with nothing on PATH but what the script's head says is enough.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from making import COMMIT, ROOT, Image, Key, Kit, compact, make_kit, run, sha256, tar

ROUTES = ("cosign", "openssl")
SPDX, SLSA = "https://spdx.dev/Document", "https://slsa.dev/provenance/v1"


def odd_base64(bundle):
    """The same signature, from base64 whose unused last bits are not zero."""
    signature = json.loads(bundle)["messageSignature"]["signature"].encode()
    body = signature.rstrip(b"=")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return bundle.replace(signature, body[:-1] + alphabet[alphabet.index(body[-1]) + 1 :][:1] + signature[len(body) :])


def flipped(data):
    return bytes([data[0] ^ 1]) + data[1:]


def both(name):
    return name, f"{name}.sigstore.json"


def other_commit(kit):
    kit.write("provenance.json", kit.read("provenance.json").replace(COMMIT.encode(), COMMIT[::-1].encode()))
    kit.sum_up()


def of_other_type(kit, name, old, new):
    kit.attest_anew(name, kit.statement(name).replace(old.encode(), new.encode()))


def signed_by_another(kit, other):
    """Every signature by a key that is not the one expected, and that key in cosign.pub."""
    kit.write("cosign.pub", other.public)
    for name in ("mcp-ssh.tar", "digest", "mcp-ssh"):
        kit.write(f"{name}.sigstore.json", other.sign(kit.read(name)))
    for name in ("sbom.cdx.json", "provenance.json"):
        kit.write(f"{name}.sigstore.json", other.attest(kit.statement(name)))
    kit.sum_up(other)


class TestKit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("cosign", "openssl", "jq", "unshare"):
            if not shutil.which(tool):
                raise FileNotFoundError(f"no `{tool}`; run: make test-kit, which brings it")
        cls.scratch = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.key, cls.stranger = Key(cls.scratch, "key"), Key(cls.scratch, "stranger")
        cls.kit, cls.image = make_kit(cls.scratch / "this", b"\x7fELF this build", cls.key)
        cls.other, cls.other_image = make_kit(cls.scratch / "other", b"\x7fELF that build", cls.key)
        cls.bare = cls.scratch / "bin"
        cls.bare.mkdir()
        coreutils = "base64 cat cut dirname head mkdir mktemp od printf rm sha256sum sort tail tr uniq wc"
        for tool in ["sh", "sed", "grep", "tar", "openssl", *coreutils.split()]:
            (cls.bare / tool).symlink_to(shutil.which(tool))

    def copy(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "kit"
        shutil.copytree(self.kit, folder)
        return Kit(folder, self.key, self.image)

    def verify(self, kit, route, *options, path=None, fingerprint=None):
        path = path or (str(self.bare) if route == "openssl" else os.environ["PATH"])
        namespace = [shutil.which("unshare"), "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        command = ["sh", "cosign/verify.sh", "--with", route, *options, fingerprint or self.key.fingerprint, kit.folder]
        return subprocess.run(
            [*namespace, *command], cwd=ROOT, env={"PATH": path, "HOME": str(self.scratch)}, capture_output=True, text=True
        )

    def refused(self, change, file, why):
        """By both routes, and the one line that says so names the file and has the words."""
        kit = self.copy()
        change(kit)
        with ThreadPoolExecutor() as both_at_once:
            ends = both_at_once.map(lambda route: self.verify(kit, route), ROUTES)
        for route, end in zip(ROUTES, ends):
            with self.subTest(route=route, file=file, why=why):
                verdict = end.stderr.splitlines()[:1]
                self.assertEqual((end.returncode, end.stdout), (1, ""), end.stderr)
                self.assertTrue(verdict[0].startswith(f"verify.sh: REFUSED: `{file}` "), end.stderr)
                self.assertIn(why, verdict[0])

    def test_a_kit_verifies_without_a_network_by_both_routes(self):
        binary = sha256(self.image_binary())
        expected = f"verified: image mcp-ssh-orchestrator:0.1.0 {self.image.digest}\nverified: binary sha256:{binary}\n"
        expected += f"verified: built from commit {COMMIT}, signed by key {self.key.fingerprint}\n"
        for route in ROUTES:
            with self.subTest(route=route):
                end = self.verify(self.copy(), route)
                self.assertEqual((end.returncode, end.stdout, end.stderr), (0, expected, ""))

    def image_binary(self):
        return (self.kit / "mcp-ssh").read_bytes()

    def test_the_key_holder_may_sign_anew_without_cosign(self):
        kit = self.copy()
        kit.sign_anew("digest", kit.read("digest"))
        kit.attest_anew("sbom.cdx.json", kit.statement("sbom.cdx.json"))
        for route in ROUTES:
            with self.subTest(route=route):
                self.assertEqual(self.verify(kit, route).returncode, 0)

    def test_a_changed_byte_in_any_file_is_refused(self):
        changed = "is not the file that SHA256SUMS has"
        inside = self.image
        for name, where in [
            ("mcp-ssh.tar", -1),
            ("mcp-ssh.tar", inside.layer),
            ("mcp-ssh.tar", inside.config),
            ("mcp-ssh.tar", inside.manifest),
            ("mcp-ssh.tar", inside.index),
            ("mcp-ssh", 5),
            ("digest", 10),
            ("sbom.cdx.json", 5),
            ("provenance.json", b"gitCommit"),
            ("THIRD_PARTY.md", 3),
            ("verify.sh", -2),
            ("mcp-ssh.tar.sigstore.json", b"signature"),
            ("sbom.cdx.json.sigstore.json", b'"sig"'),
            ("provenance.json.sigstore.json", b'"payload"'),
        ]:
            self.refused(lambda kit: kit.flip(name, where), name, changed)

    def test_a_changed_byte_in_what_covers_them_is_refused(self):
        bundle = "SHA256SUMS.sigstore.json"
        last = json.loads((self.kit / bundle).read_bytes())["messageSignature"]["signature"].rstrip("=")[-8:].encode()
        self.refused(lambda kit: kit.flip("SHA256SUMS", 0), bundle, "was not made for this `SHA256SUMS`")
        self.refused(lambda kit: kit.flip(bundle, last), bundle, "is not")
        self.refused(lambda kit: kit.write(bundle, odd_base64(self.padded(kit.read("SHA256SUMS")))), bundle, "is not base64")
        self.refused(lambda kit: kit.flip(bundle, b"SHA2_256"), bundle, "is not a bundle of the form")
        self.refused(lambda kit: kit.write(bundle, kit.read(bundle) + b"\n"), bundle, "is not a bundle of the form")
        self.refused(lambda kit: kit.write(bundle, self.stranger.sign(kit.read("SHA256SUMS"))), bundle, "names another key")
        self.refused(self.one_line_more, "SHA256SUMS", "has lines for other files")
        self.refused(self.forge_hint, bundle, "is not this key's signature")

    def one_line_more(self, kit):
        sums = kit.read("SHA256SUMS") + f"{sha256(b'')}  more\n".encode()
        kit.write("SHA256SUMS", sums)
        kit.write("SHA256SUMS.sigstore.json", self.key.sign(sums))

    def padded(self, data):
        """Its signature, of a length that leaves base64 bits to spare: two thirds have."""
        while not json.loads(bundle := self.key.sign(data))["messageSignature"]["signature"].endswith("="):
            pass
        return bundle

    def forge_hint(self, kit):
        kit.write("SHA256SUMS.sigstore.json", self.forged(self.stranger.sign(kit.read("SHA256SUMS"))))

    def forged(self, bundle):
        """Another key's bundle that names ours."""
        bundle = json.loads(bundle)
        bundle["verificationMaterial"]["publicKey"]["hint"] = self.key.hint
        return compact(bundle)

    def forge(self, kit, name):
        made = self.stranger.sign(kit.read(name)) if name[0] in "md" else self.stranger.attest(kit.statement(name))
        kit.write(f"{name}.sigstore.json", self.forged(made))
        kit.sum_up()

    def test_each_bundle_counts_by_itself(self):
        for name in ("mcp-ssh.tar", "digest", "mcp-ssh"):
            self.refused(lambda kit: self.forge(kit, name), f"{name}.sigstore.json", "is not this key's signature")
        for name in ("sbom.cdx.json", "provenance.json"):
            self.refused(lambda kit: self.forge(kit, name), f"{name}.sigstore.json", "is not this key's statement")

    def test_another_key_is_refused(self):
        self.refused(lambda kit: signed_by_another(kit, self.stranger), "cosign.pub", "not the one you expect")
        self.refused(lambda kit: kit.flip("cosign.pub", 40), "cosign.pub", "not the one you expect")
        self.refused(lambda kit: kit.write("cosign.pub", b""), "cosign.pub", "not the one you expect")

    def test_a_key_of_another_kind_is_refused(self):
        kit, key = self.copy(), self.scratch / "p384.pem"
        run("openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", key)
        kit.write("cosign.pub", run("openssl", "ec", "-in", key, "-pubout"))
        fingerprint = sha256(run("openssl", "ec", "-in", key, "-pubout", "-outform", "DER"))
        for route in ROUTES:
            end = self.verify(kit, route, fingerprint=fingerprint)
            self.assertEqual((end.returncode, end.stderr), (1, "verify.sh: REFUSED: `cosign.pub` is not a key for ECDSA P-256\n"))

    def test_a_file_that_is_missing_or_too_many_is_refused(self):
        for path in sorted(self.kit.iterdir()):
            self.refused(lambda kit: (kit.folder / path.name).unlink(), path.name, "is missing")
        self.refused(lambda kit: kit.write("THIRD_PARTY.md", bytes((64 << 20) + 1)), "THIRD_PARTY.md", "is larger than")
        self.refused(lambda kit: kit.write("mcp-ssh-2", b""), "mcp-ssh-2", "is no part of a kit")
        self.refused(lambda kit: kit.write(".hidden", b""), ".hidden", "is no part of a kit")
        self.refused(self.link_digest, "digest", "not a plain file")

    def link_digest(self, kit):
        (kit.folder / "digest").unlink()
        (kit.folder / "digest").symlink_to(self.kit / "digest")

    def test_the_image_of_another_build_is_refused(self):
        other, names = self.other, ["mcp-ssh.tar", "mcp-ssh.tar.sigstore.json", "digest", "digest.sigstore.json"]
        self.refused(lambda kit: kit.take(other, *names[:2]), "mcp-ssh.tar", "is not the file that SHA256SUMS has")
        # As if the holder of the key had mixed them up.
        self.refused(lambda kit: (kit.take(other, *names[:2]), kit.sum_up()), "mcp-ssh.tar", "another image in its index.json")
        self.refused(lambda kit: (kit.take(other, *names), kit.sum_up()), "mcp-ssh", "is not the binary in the image")
        names += ["mcp-ssh", "mcp-ssh.sigstore.json"]
        self.refused(lambda kit: (kit.take(other, *names), kit.sum_up()), "sbom.cdx.json.sigstore.json", "about this binary")

    def test_statements_of_another_build_or_type_are_refused(self):
        other = self.other
        for name in ("sbom.cdx.json", "provenance.json"):
            bundle = f"{name}.sigstore.json"
            self.refused(lambda kit: kit.take(other, name, bundle), name, "is not the file that SHA256SUMS has")
        self.refused(lambda kit: (kit.take(other, *both("sbom.cdx.json")), kit.sum_up()), "sbom.cdx.json.sigstore.json", "about this binary")
        self.refused(lambda kit: (kit.take(other, "sbom.cdx.json"), kit.sum_up()), "sbom.cdx.json.sigstore.json", "does not state this `sbom.cdx.json`")
        self.refused(other_commit, "provenance.json.sigstore.json", "does not state this `provenance.json`")
        self.refused(lambda kit: (kit.take(other, *both("provenance.json")), kit.sum_up()), "provenance.json", "of another image, binary or SBOM")
        self.refused(lambda kit: of_other_type(kit, "sbom.cdx.json", "https://cyclonedx.org/bom", SPDX), "sbom.cdx.json.sigstore.json", "type https://cyclonedx.org/bom")
        self.refused(lambda kit: of_other_type(kit, "provenance.json", SLSA, SPDX), "provenance.json.sigstore.json", f"type {SLSA}")

    def test_an_archive_that_does_not_hold_together_is_refused_even_if_signed(self):
        image, other = self.image, self.other_image
        for entry, data, why in [
            ("blobs/sha256/" + sha256(image.layer), flipped(image.layer), f"has a changed blob: blobs/sha256/{sha256(image.layer)}"),
            ("blobs/sha256/" + sha256(image.config), flipped(image.config), f"has a changed blob: blobs/sha256/{sha256(image.config)}"),
            ("blobs/sha256/" + sha256(image.manifest), flipped(image.manifest), f"has a changed blob: blobs/sha256/{sha256(image.manifest)}"),
            ("index.json", other.index, "has another image in its index.json"),
            ("index.json", image.index[:-3] + b',"d\\u0069gest":"sha256:%s"}]}' % sha256(b"more").encode(), "has another image in its index.json"),
            ("manifest.json", other.docker, "has another image in its manifest.json"),
            ("manifest.json", image.docker.replace(b"mcp-ssh-orchestrator", b"docker"), "has another image in its manifest.json"),
        ]:
            self.refused(lambda kit: kit.replace_in_archive(entry, data), "mcp-ssh.tar", why)
        more = [*image.entries(), ("blobs/sha256/" + sha256(b"more"), b"more")]
        self.refused(lambda kit: kit.sign_anew("mcp-ssh.tar", tar(more)), "mcp-ssh.tar", "has entries that the image does not name")
        twice = [*image.entries(), ("index.json", image.index)]
        self.refused(lambda kit: kit.sign_anew("mcp-ssh.tar", tar(twice)), "mcp-ssh.tar", "has an entry twice: index.json")
        self.refused(lambda kit: kit.sign_anew("mcp-ssh.tar", b"no archive"), "mcp-ssh.tar", "is not a tar archive")

    def test_an_image_of_more_than_the_binary_is_refused_even_if_signed(self):
        binary = self.image_binary()
        for image, why in [
            (Image([("mcp-ssh", binary), ("sh", b"#!")]), "has more than the binary in its layer"),
            (Image([("mcp-ssh", binary), ("mcp-ssh", b"#!")]), "has more than the binary in its layer"),
            (Image([("mcp-ssh", binary)], layers=2), "has not one configuration and one layer"),
            (Image([("mcp-ssh", binary)], layers=0), "has not one configuration and one layer"),
            (Image([("mcp-ssh", binary)], layer_id=self.other_image.digest), "has another layer in its configuration"),
        ]:
            self.refused(lambda kit: kit.take_image(image), "mcp-ssh.tar", why)
        self.refused(lambda kit: kit.take_image(Image([("mcp-ssh", b"#!")])), "mcp-ssh", "is not the binary in the image")
        for digest in (b"", b"sha256:\n", self.image.digest.encode() * 2 + b"\n", b"\n" + self.image.digest.encode() + b"\n"):
            self.refused(lambda kit: kit.sign_anew("digest", digest), "digest", "digest")

    def test_the_image_that_docker_got_is_compared(self):
        config = "sha256:" + sha256(self.image.config)
        for image_id, status in [(self.image.digest, 0), (config, 0), (self.other_image.digest, 1)]:
            docker = self.scratch / "docker-bin" / "docker"
            docker.parent.mkdir(exist_ok=True)
            docker.write_text(f"#!/bin/sh\n[ $1 = load ] || echo {image_id}\n")
            docker.chmod(0o755)
            for route in ROUTES:
                with self.subTest(route=route, image_id=image_id):
                    path = f"{docker.parent}:{self.bare}:{os.environ['PATH']}"
                    end = self.verify(self.copy(), route, "--load", path=path)
                    self.assertEqual((end.returncode, image_id in end.stdout + end.stderr), (status, True), end.stderr)

    def test_a_wrong_call_is_an_error(self):
        for arguments in (["--with", "gpg"], ["--load=yes"]):
            end = self.verify(self.copy(), "openssl", *arguments)
            self.assertEqual((end.returncode, end.stdout), (2, ""))
        for fingerprint in ("abc", "x" * 64):
            self.assertEqual(self.verify(self.copy(), "openssl", fingerprint=fingerprint).returncode, 2)

    def test_nothing_is_signed_without_a_usable_key(self):
        (self.scratch / "file").write_text("x")
        for environment, why in [
            ({}, "COSIGN_KEY names no key"),
            ({"COSIGN_KEY": "/absent.key", "COSIGN_PASSWORD": "x"}, "there is no `/absent.key`"),
            ({"COSIGN_KEY": str(self.scratch / "this/key.key")}, "COSIGN_PASSWORD is not set"),
            ({"COSIGN_KEY": str(self.scratch / "this/key.key"), "COSIGN_PASSWORD": "wrong"}, "`cosign sign-blob` failed"),
        ]:
            with self.subTest(why=why):
                command = [ROOT / "cosign/sign.sh", self.scratch / "file"]
                end = subprocess.run(command, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True)
                self.assertEqual((end.returncode, (self.scratch / "file.sigstore.json").exists()), (1, False))
                self.assertIn(why, end.stderr)

    def test_no_private_key_is_in_a_kit(self):
        for path in self.kit.iterdir():
            self.assertNotIn(b"PRIVATE KEY", path.read_bytes(), path.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
