#!/usr/bin/env python3
"""The promotion kit: what scripts/kit.sh makes verifies without a network, and every change to it is refused.

Needs cosign, openssl, jq, unshare and busybox. What an archive must be is in test_archive.py.
"""

import json
import os
import shutil
import subprocess
import unittest

from cases import COREUTILS, ROUTES, KitCase
from making import COMMIT, ROOT, Key, compact, run, sha256

SPDX, SLSA = "https://spdx.dev/Document", "https://slsa.dev/provenance/v1"


def odd_base64(bundle):
    """The same signature, from base64 whose unused last bits are not zero."""
    signature = json.loads(bundle)["messageSignature"]["signature"].encode()
    body = signature.rstrip(b"=")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return bundle.replace(signature, body[:-1] + alphabet[alphabet.index(body[-1]) + 1 :][:1] + signature[len(body) :])


def both(name):
    return name, f"{name}.sigstore.json"


def other_commit(kit):
    kit.write("provenance.json", kit.read("provenance.json").replace(COMMIT.encode(), COMMIT[::-1].encode()))
    kit.sum_up()


def signed_with_other_commit(kit):
    other_commit(kit)
    kit.attest_anew("provenance.json", kit.read("provenance.json"))


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


class TestKit(KitCase):
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
        self.refused(self.forge_hint, bundle, "is not this key's signature")

    def test_a_bundle_in_another_form_is_refused(self):
        """Though each has the right signature: what is not read could be taken otherwise by another program."""
        bundle, form = "SHA256SUMS.sigstore.json", "is not a bundle of the form"
        good = (self.kit / bundle).read_bytes()
        made, signed = json.loads(good), json.loads(good)["messageSignature"]
        fields = " ".join([self.key.hint, signed["messageDigest"]["digest"], signed["signature"]]).encode()
        in_hex = compact({**made, "messageSignature": {**signed, "messageDigest": {"algorithm": "SHA2_256", "digest": "00" * 32}}})
        for data in [
            b"",
            good + b"\r\n",
            good + b"\0" + good,
            fields + b" \0" + good,
            good[:-1] + b',"messageSignature":{}}',
            good.replace(b'"signature"', b'"Signature":"","signature"'),
            good.replace(b"bundle.v0.3+json", b"bundle.v0.1+json"),
            compact({**made, "verificationMaterial": {"certificate": {"rawBytes": self.key.hint}}}),
        ]:
            self.refused(lambda kit: kit.write(bundle, data), bundle, form)
        self.refused(lambda kit: kit.write(bundle, in_hex), bundle, "was not made for this `SHA256SUMS`")

    def test_a_statement_in_another_envelope_is_refused(self):
        bundle, form = "sbom.cdx.json.sigstore.json", "is not a bundle of the form"
        good = json.loads((self.kit / bundle).read_bytes())
        envelope = good["dsseEnvelope"]
        for change in [
            {**envelope, "payloadType": "application/json"},
            {**envelope, "signatures": envelope["signatures"] * 2},
            {**envelope, "signatures": []},
            {**envelope, "signatures": [{**envelope["signatures"][0], "keyid": "more"}]},
        ]:
            self.refused(lambda kit: (kit.write(bundle, compact({**good, "dsseEnvelope": change})), kit.sum_up()), bundle, form)
        self.refused(lambda kit: (kit.write(bundle, kit.read("digest.sigstore.json")), kit.sum_up()), bundle, form)

    def test_a_bundle_of_another_file_is_refused(self):
        for name, other in (("digest", "mcp-ssh"), ("mcp-ssh.tar", "digest"), ("mcp-ssh", "mcp-ssh.tar")):
            bundle = f"{name}.sigstore.json"
            self.refused(lambda kit: (kit.write(bundle, kit.read(f"{other}.sigstore.json")), kit.sum_up()), bundle, f"was not made for this `{name}`")
        name, other = "sbom.cdx.json.sigstore.json", "provenance.json.sigstore.json"
        self.refused(lambda kit: (kit.write(name, kit.read(other)), kit.sum_up()), "sbom.cdx.json.sigstore.json", "type https://cyclonedx.org/bom")

    def test_sums_in_another_form_are_refused_even_if_signed(self):
        good = (self.kit / "SHA256SUMS").read_bytes()
        lines = good.splitlines(keepends=True)
        first, has, more = lines[0].split()[1].decode(), "is not the file that SHA256SUMS has", "has more than the sums"
        for data, file, why in [
            (b"", "THIRD_PARTY.md", has),
            (good.replace(b"\n", b"\r\n"), "THIRD_PARTY.md", has),
            (good.replace(b"  ", b" *"), "THIRD_PARTY.md", has),
            (good.upper(), "THIRD_PARTY.md", has),
            (b"\\" + good, first, has),
            (b"".join(lines[1:]), first, has),
            (good + lines[0], "SHA256SUMS", more),
            (good + b"\n", "SHA256SUMS", more),
            (good + b"%s  more\n" % (b"0" * 64), "SHA256SUMS", more),
            (good[:-1] + b"\0more\n", "SHA256SUMS", more),
        ]:
            self.refused(lambda kit: kit.sign_sums(data), file, why)

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

    def test_more_than_the_key_in_its_file_is_refused(self):
        good, more = (self.kit / "cosign.pub").read_bytes(), "has more in it than the key"
        head = good.splitlines(keepends=True)[0]
        body = good.replace(b"\n", b"")[26:-24]
        for data, why in [
            (good + b"\n", more),
            (head + good, more),
            (good.replace(head, b""), more),
            (head + body + b"\n" + good.splitlines(keepends=True)[-1], more),
            (good + self.stranger.public, "is not a public key in PEM form"),
            (good.replace(b"\n", b"\r\n"), "is not a public key in PEM form"),
            (b"comment\n" + good, "is not a public key in PEM form"),
        ]:
            self.refused(lambda kit: kit.write("cosign.pub", data), "cosign.pub", why)

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
            if path.name not in ("cosign.pub", "SHA256SUMS"):
                self.refused(lambda kit: kit.write(path.name, b""), path.name, "is not")
        self.refused(lambda kit: kit.write("THIRD_PARTY.md", bytes((64 << 20) + 1)), "THIRD_PARTY.md", "is larger than")
        self.refused(lambda kit: kit.write("mcp-ssh-2", b""), "mcp-ssh-2", "is no part of a kit")
        self.refused(lambda kit: kit.write(".hidden", b""), ".hidden", "is no part of a kit")
        for name in ("..x", "-rf", "a b", "*", "verify.sh "):
            self.refused(lambda kit: kit.write(name, b""), name, "is no part of a kit")
        self.refused(lambda kit: kit.write("\x1b[2J\nverified: image", b""), "?[2J?verified: image", "is no part of a kit")
        self.refused(lambda kit: (kit.folder / "more").mkdir(), "more", "is no part of a kit")
        self.refused(lambda kit: (kit.folder / "more").symlink_to("absent"), "more", "is no part of a kit")
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
        self.refused(signed_with_other_commit, "provenance.json", "names another commit than the image does")
        self.refused(lambda kit: (kit.take(other, *both("provenance.json")), kit.sum_up()), "provenance.json", "of another image, binary or SBOM")
        self.refused(lambda kit: of_other_type(kit, "sbom.cdx.json", "https://cyclonedx.org/bom", SPDX), "sbom.cdx.json.sigstore.json", "type https://cyclonedx.org/bom")
        self.refused(lambda kit: of_other_type(kit, "provenance.json", SLSA, SPDX), "provenance.json.sigstore.json", f"type {SLSA}")

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

    def test_an_image_that_docker_does_not_take_is_refused(self):
        docker = self.scratch / "failing-docker" / "docker"
        docker.parent.mkdir()
        for script in ("exit 1", "[ $1 = load ]"):
            docker.write_text(f"#!/bin/sh\n{script}\n")
            docker.chmod(0o755)
            end = self.verify(self.copy(), "openssl", "--load", path=f"{docker.parent}:{self.bare}")
            self.assertEqual((end.returncode, "REFUSED: `mcp-ssh.tar`" in end.stderr), (1, True), end.stderr)
        self.assertEqual(self.verify(self.copy(), "openssl", "--load").returncode, 2)

    def test_a_wrong_call_is_an_error(self):
        for arguments in (["--with", "gpg"], ["--load=yes"], ["--with"], [""], [self.key.fingerprint, "more"]):
            end = self.verify(self.copy(), "openssl", *arguments)
            self.assertEqual((end.returncode, end.stdout), (2, ""))
        self.assertEqual(self.verify("", "openssl").returncode, 2)
        for path in (f":{self.bare}", f"{self.bare}:", f"{self.bare}::/bin", f".:{self.bare}", f"{self.bare}:bin"):
            self.assertEqual(self.verify(self.copy(), "openssl", path=path, shell=(self.bare / "sh",)).returncode, 2, path)
        full = self.verify(self.copy(), "openssl", environment={"TMPDIR": "/absent"})
        self.assertEqual((full.returncode, "set TMPDIR" in full.stderr), (2, True), full.stderr)

    def test_the_fingerprint_is_64_hex_digits(self):
        digits = self.key.fingerprint
        for fingerprint, status in [
            (digits, 0),
            (digits.upper(), 0),
            (f"sha256:{digits}", 0),
            (self.stranger.fingerprint, 1),
            (digits + "\n" + self.stranger.fingerprint, 1),
            (":".join(digits[at : at + 2] for at in range(0, 64, 2)), 2),
            (digits[:63], 2),
            (digits + "0", 2),
            (f" {digits}", 2),
            (f"0x{digits}", 2),
            (self.key.hint, 2),
            ("x" * 64, 2),
            (".*", 2),
        ]:
            with self.subTest(fingerprint=fingerprint):
                self.assertEqual(self.verify(self.copy(), "openssl", fingerprint=fingerprint).returncode, status)

    def test_the_environment_changes_nothing(self):
        far = self.scratch / ("far" * 40)
        far.mkdir()
        (self.scratch / "near").mkdir()
        for environment in [
            {"GREP_OPTIONS": "-v"},
            {"IFS": "s", "CDPATH": "/", "POSIXLY_CORRECT": "1", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
            {"OPENSSL_CONF": str(self.kit / "digest"), "OPENSSL_MODULES": "/absent"},
            {"COSIGN_KEY": "/absent", "COSIGN_CERTIFICATE_IDENTITY": "x", "COSIGN_BUNDLE": "/absent", "SIGSTORE_ROOT_FILE": "/absent"},
            {"TMPDIR": str(far)},
            {"TMPDIR": "near"},
        ]:
            for route in ROUTES:
                with self.subTest(environment=environment, route=route):
                    end = self.verify(self.copy(), route, environment=environment, cwd=self.scratch)
                    self.assertEqual((end.returncode, end.stderr), (0, ""))
            self.refused(lambda kit: kit.flip("mcp-ssh", 5), "mcp-ssh", "SHA256SUMS", environment=environment, cwd=self.scratch)
            self.refused(lambda kit: self.forge(kit, "digest"), "digest.sigstore.json", "signature", environment=environment, cwd=self.scratch)
        self.assertEqual((list(far.iterdir()), list((self.scratch / "near").iterdir())), ([], []), "a copy was left behind")

    def test_any_shell_will_do(self):
        busybox = self.scratch / "busybox"
        busybox.mkdir()
        (busybox / "openssl").symlink_to(shutil.which("openssl"))
        for tool in ["sh", "sed", "grep", *COREUTILS]:
            (busybox / tool).symlink_to(shutil.which("busybox"))
        for shell, path in [(("dash",), None), (("bash",), None), (("bash", "--posix"), None), (("busybox", "sh"), str(busybox))]:
            shell = (shutil.which(shell[0]), *shell[1:])
            with self.subTest(shell=shell):
                end = self.verify(self.copy(), "openssl", path=path, shell=shell)
                self.assertEqual((end.returncode, end.stderr), (0, ""))
            self.refused(lambda kit: kit.flip("mcp-ssh", 5), "mcp-ssh", "SHA256SUMS", ("openssl",), path=path, shell=shell)
            self.refused(self.forge_hint, "SHA256SUMS.sigstore.json", "signature", ("openssl",), path=path, shell=shell)

    def test_a_kit_that_cannot_be_written_verifies_where_it_is(self):
        """As on a medium: by its own script, from within it, and nothing is left anywhere."""
        kit, home = self.copy().folder, self.scratch / "home"
        home.mkdir()
        script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && ! touch new 2>/dev/null && exec sh ./verify.sh --with "$2" "$3"'
        for route in ROUTES:
            namespaces = ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
            command = [*namespaces, "sh", "-c", script, "sh", kit, route, self.key.fingerprint]
            environment = {"PATH": os.environ["PATH"], "HOME": home, "TMPDIR": home}
            end = subprocess.run(command, env=environment, capture_output=True, text=True)
            self.assertEqual((end.returncode, list(home.iterdir())), (0, []), end.stderr)

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
