#!/usr/bin/env python3
"""A kit of an index: both architectures in one archive verify, and what is changed, swapped or missing in either is refused,
though the holder of the key has signed it. Needs what test_kit.py needs."""

import json
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

from cases import ROUTES, KitCase
from making import COMMIT, LABELS, ROOT, Image, Index, Kit, compact, make_kit, sha256, tar

BLOBS = "blobs/sha256/"
# Whatever the route, it is the shell that reads the archive.
ONE = ("openssl",)
INDEX = "mcp-ssh.oci.tar"
AMD64, ARM64 = b"\x7fELF of amd64", b"\x7fELF of arm64"


def flipped(data):
    return bytes([data[0] ^ 1]) + data[1:]


class IndexKit(Kit):
    def take_index(self, index, digest=None):
        self.write("digest-index", (digest or index.digest).encode() + b"\n")
        self.write("digest-index.sigstore.json", self.key.sign(self.read("digest-index")))
        self.sign_anew(INDEX, index.archive())

    def replace(self, entry, data):
        index = Index(self.image)
        self.sign_anew(INDEX, tar([(name, data if name == entry else old) for name, old in index.entries()]))


class TestIndex(KitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit, cls.images = make_kit(cls.scratch / "both", AMD64, cls.key, arm64=ARM64)
        cls.amd64, cls.arm64 = cls.images
        cls.index = Index(cls.images)

    def copy(self):
        kit = super().copy()
        return IndexKit(kit.folder, self.key, self.images)

    def index_refused(self, index, why, file=INDEX, **options):
        self.refused(lambda kit: kit.take_index(index, **options), file, why, ONE)

    def test_it_verifies_without_a_network_by_both_routes(self):
        expected = "".join(
            f"verified: image mcp-ssh-orchestrator:0.1.0 {image.digest}\nverified: binary sha256:{sha256(binary)}\n"
            for image, binary in zip(self.images, (AMD64, ARM64))
        )
        expected += f"verified: index mcp-ssh-orchestrator:0.1.0 {self.index.digest}\n"
        expected += f"verified: built from commit {COMMIT}, signed by key {self.key.fingerprint}\n"
        for route in ROUTES:
            with self.subTest(route=route):
                end = self.verify(self.copy(), route)
                self.assertEqual((end.returncode, end.stdout, end.stderr), (0, expected, ""))

    def test_the_kit_holds_what_index_py_wrote(self):
        with tarfile.open(self.kit / INDEX) as archive:
            found = {entry.name: archive.extractfile(entry).read() for entry in archive if entry.isreg()}
        self.assertEqual(found, {name: data for name, data in self.index.entries() if data is not None})
        self.assertEqual((self.kit / "digest-index").read_text(), self.index.digest + "\n")

    def test_the_provenance_is_of_both_and_of_the_index(self):
        statement = json.loads((self.kit / "provenance.json").read_bytes())
        expected = {
            "mcp-ssh": sha256(AMD64),
            "mcp-ssh-orchestrator": self.amd64.digest[7:],
            "mcp-ssh-arm64": sha256(ARM64),
            "mcp-ssh-orchestrator-arm64": self.arm64.digest[7:],
            "mcp-ssh-orchestrator-index": self.index.digest[7:],
        }
        for name in ("sbom.cdx.json", "sbom-arm64.cdx.json"):
            expected[name] = sha256((self.kit / name).read_bytes())
        self.assertEqual({one["name"]: one["digest"]["sha256"] for one in statement["subject"]}, expected)
        build = statement["predicate"]["buildDefinition"]["externalParameters"]
        self.assertEqual(build["target"], "x86_64-unknown-linux-musl aarch64-unknown-linux-musl")
        self.assertEqual(statement["predicate"]["runDetails"]["builder"]["version"]["armcc"], "zig")

    def test_a_changed_blob_of_either_architecture_is_refused(self):
        for image in self.images:
            for blob in (image.layer, image.config, image.manifest):
                name = BLOBS + sha256(blob)
                self.refused(lambda kit: kit.replace(name, flipped(blob)), INDEX, f"has a changed blob: {name}", ONE)
        name = BLOBS + sha256(self.index.whole)
        self.refused(lambda kit: kit.replace(name, flipped(self.index.whole)), INDEX, f"has a changed blob: {name}", ONE)

    def test_one_changed_byte_in_a_file_of_it_is_refused(self):
        for name in ("mcp-ssh.oci.tar", "mcp-ssh-arm64.tar", "mcp-ssh-arm64", "digest-index", "digest-arm64", "sbom-arm64.cdx.json"):
            self.refused(lambda kit: kit.flip(name, -2), name, "is not the file that SHA256SUMS has")

    def test_manifests_that_are_swapped_are_refused(self):
        swapped = "has other images in its index"
        self.index_refused(Index(self.images, platforms=["arm64", "amd64"]), swapped)
        self.index_refused(Index(self.images[::-1]), swapped)
        self.index_refused(Index(self.images[::-1], platforms=["amd64", "arm64"]), swapped)
        self.index_refused(Index([self.amd64, self.amd64], platforms=["amd64", "arm64"]), swapped)
        stranger = Image([("mcp-ssh", b"\x7fELF of a stranger")], architecture="arm64")
        self.index_refused(Index([self.amd64, stranger]), swapped)

    def test_a_platform_that_is_missing_or_too_many_is_refused(self):
        not_two = "has not two images in its index"
        self.index_refused(Index([self.amd64]), not_two)
        self.index_refused(Index([self.arm64]), not_two)
        self.index_refused(Index([*self.images, Image([("mcp-ssh", b"s390x")], architecture="s390x")]), not_two)
        self.index_refused(Index(self.images, platforms=["amd64", "s390x"]), "has other images in its index")

    def test_another_digest_is_refused(self):
        other = Index([self.amd64])
        self.index_refused(self.index, "has another index in its index.json", digest=other.digest)
        self.index_refused(self.index, "is not one sha256 digest", file="digest-index", digest="sha256:" + "A" * 64)
        for image, file in ((self.amd64, "digest-arm64"), (self.arm64, "digest")):
            archive = "mcp-ssh-arm64.tar" if file == "digest-arm64" else "mcp-ssh.tar"
            self.refused(lambda kit: kit.sign_anew(file, image.digest.encode() + b"\n"), archive, "has another image in its index.json", ONE)

    def test_another_document_is_refused(self):
        not_one, not_two = "has not one index in its index.json", "has not two images in its index"
        index = self.index.index
        for data, why in [
            (self.amd64.index, not_one),
            (index[:-1] + b',"manifests":[]}', not_one),
            (index.replace(b'"digest":', b'"Digest":"","digest":'), not_one),
            (index.replace(b"/mcp-ssh-orchestrator:", b"/alpine:"), not_one),
            (index.replace(b'ref.name":"0.1.0"', b'ref.name":"0.1.1"'), "has another name in its index.json"),
            (index.replace(b"0.1.0", b"0.2.0"), "has another name in its index.json"),
            (index + index, not_one),
            (b"", not_one),
        ]:
            self.refused(lambda kit: kit.replace("index.json", data), INDEX, why, ONE)
        self.refused(lambda kit: kit.replace("oci-layout", b"{}"), INDEX, "has another layout", ONE)
        self.index_refused(Index(self.images, labels={**LABELS, "more": 'a "quoted" word'}), not_two)
        self.index_refused(Index(self.images, labels={}), not_two)

    def test_entries_that_the_index_does_not_name_are_refused(self):
        entries, exactly = self.index.entries(), "has not exactly the entries"
        for changed in [
            [*entries, (BLOBS + sha256(b"more"), b"more")],
            [*entries, ("manifest.json", self.amd64.docker)],
            [entry for entry in entries if entry[0] != BLOBS + sha256(self.arm64.layer)],
            [entry for entry in entries if entry[0] != BLOBS + sha256(self.amd64.config)],
        ]:
            self.refused(lambda kit: kit.sign_anew(INDEX, tar(changed)), INDEX, exactly, ONE)

    def test_a_binary_that_is_not_the_one_in_its_image_is_refused(self):
        self.refused(lambda kit: kit.sign_anew("mcp-ssh-arm64", AMD64), "mcp-ssh-arm64", "is not the binary in the image", ONE)
        image = Image([("mcp-ssh", ARM64)], architecture="amd64")
        self.refused(lambda kit: self.take_arm64(kit, image), "mcp-ssh-arm64.tar", "is for amd64", ONE)
        image = Image([("mcp-ssh", ARM64)], architecture="arm64", said="amd64")
        self.refused(lambda kit: self.take_arm64(kit, image), "mcp-ssh-arm64.tar", "has a configuration for another architecture", ONE)
        image = Image([("mcp-ssh", ARM64)], architecture="arm64", name="mcp-ssh-orchestrator:0.2.0")
        self.refused(lambda kit: self.take_arm64(kit, image), "mcp-ssh-arm64.tar", "has another name than mcp-ssh.tar", ONE)

    def take_arm64(self, kit, image):
        kit.write("digest-arm64", image.digest.encode() + b"\n")
        kit.write("digest-arm64.sigstore.json", self.key.sign(kit.read("digest-arm64")))
        kit.sign_anew("mcp-ssh-arm64.tar", image.archive())

    def test_statements_of_the_other_architecture_are_refused(self):
        name = "sbom-arm64.cdx.json"
        self.refused(lambda kit: kit.attest_anew(name, kit.statement("sbom.cdx.json")), f"{name}.sigstore.json", "does not state this", ONE)
        self.refused(lambda kit: kit.attest_anew(name, kit.statement("sbom.cdx.json")), f"{name}.sigstore.json", "about this binary", ("cosign",))
        index = Index(self.images, labels={**LABELS, "org.opencontainers.image.title": "another"})
        self.index_refused(index, "is of another image, binary or SBOM", file="provenance.json")

    def test_a_file_that_is_missing_is_refused(self):
        for path in sorted(self.kit.iterdir()):
            self.refused(lambda kit: (kit.folder / path.name).unlink(), path.name, "is missing", ONE)

    def test_less_than_was_signed_is_refused(self):
        """The index and arm64 taken out, so that it looks like a kit of one image."""

        def without(kit):
            for path in kit.folder.iterdir():
                if "arm64" in path.name or "index" in path.name or "oci" in path.name:
                    path.unlink()

        self.refused(without, "SHA256SUMS", "has more than the sums")
        self.refused(lambda kit: (without(kit), kit.sum_up()), "provenance.json", "is of another image", ONE)

    def test_docker_gets_the_index_where_it_has_a_place_for_it(self):
        config = "sha256:" + sha256(self.arm64.config)
        contained = "x86_64 [[\"driver-type\",\"io.containerd.snapshotter.v1\"]]"
        for told, archive, image_id, status in [
            (contained, INDEX, self.index.digest, 0),
            (contained, INDEX, self.amd64.digest, 1),
            ("x86_64 [[]]", "mcp-ssh.tar", self.amd64.digest, 0),
            ("aarch64 [[]]", "mcp-ssh-arm64.tar", config, 0),
            ("aarch64 [[]]", "mcp-ssh-arm64.tar", self.amd64.digest, 1),
            ("s390x [[]]", "", "", 2),
        ]:
            with self.subTest(told=told, image_id=image_id):
                docker = self.scratch / "docker-bin" / "docker"
                docker.parent.mkdir(exist_ok=True)
                script = f"case $1 in info) echo '{told}' ;; load) echo \"$4\" >{docker}.loaded ;; *) echo {image_id} ;; esac"
                docker.write_text(f"#!/bin/sh\n{script}\n")
                docker.chmod(0o755)
                end = self.verify(self.copy(), "openssl", "--load", path=f"{docker.parent}:{self.bare}")
                self.assertEqual((end.returncode, image_id in end.stdout + end.stderr), (status, True), end.stderr)
                if archive:
                    self.assertEqual((docker.parent / "docker.loaded").read_text(), archive + "\n")


class TestWriter(unittest.TestCase):
    """scripts/index.py refuses what makes no index."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def made(self, *archives):
        for number, archive in enumerate(archives):
            (self.folder / str(number)).write_bytes(archive)
        names = [str(number) for number in range(len(archives))]
        return subprocess.run([ROOT / "scripts/index.py", "out", *names], cwd=self.folder, capture_output=True, text=True)

    def test_the_same_images_give_the_same_bytes_whichever_comes_first(self):
        images = [Image([("mcp-ssh", AMD64)]), Image([("mcp-ssh", ARM64)], architecture="arm64")]
        made = []
        for order in (images, images[::-1]):
            end = self.made(*(image.archive() for image in order))
            self.assertEqual(end.returncode, 0, end.stderr)
            made.append((self.folder / "out" / INDEX).read_bytes())
        self.assertEqual(made[0], made[1])
        with tarfile.open(self.folder / "out" / INDEX) as archive:
            self.assertEqual({(entry.mtime, entry.uid, entry.uname) for entry in archive}, {(1795365232, 0, "")})

    def test_what_makes_no_index_is_refused(self):
        amd64, arm64 = Image([("mcp-ssh", AMD64)]), Image([("mcp-ssh", ARM64)], architecture="arm64")
        entries = arm64.entries()
        said = Image([("mcp-ssh", ARM64)], architecture="arm64", said="amd64")
        of_other = self.labelled(**{"org.opencontainers.image.version": "0.2.0"})
        no_name = self.labelled(**{"io.modelcontextprotocol.server.name": ""})
        lost = [entry for entry in entries if entry[0] != BLOBS + sha256(arm64.layer)]
        changed = [(name, flipped(data) if data == arm64.layer else data) for name, data in entries]
        empty = [(name, compact({"manifests": []}) if name == "index.json" else data) for name, data in entries]
        for archive, why in [
            (amd64.archive(), "two images for one architecture"),
            (said.archive(), "its configuration {'architecture': 'amd64'"),
            (of_other.archive(), "another org.opencontainers.image.version"),
            (no_name.archive(), "its label io.modelcontextprotocol.server.name is missing"),
            (tar(lost), "no blob"),
            (tar(changed), "a changed blob"),
            (tar(empty), "not one manifest in index.json"),
            (tar([*entries, ("index.json", b"{}")]), "there twice"),
            (tar(entries, type=tarfile.SYMTYPE, linkname="x"), "no plain file"),
            (tar([]), "no index.json"),
            (b"no archive", "index.py: error"),
        ]:
            end = self.made(amd64.archive(), archive)
            self.assertEqual((end.returncode, why in end.stderr), (1, True), (why, end.stderr))
            self.assertNotIn("Traceback", end.stderr)
            self.assertFalse((self.folder / "out").exists())

    def labelled(self, **labels):
        def config(layer):
            whole = json.loads(Image.configuration(layer, "arm64"))
            whole["config"]["Labels"] |= labels
            return compact(whole)

        return Image([("mcp-ssh", ARM64)], architecture="arm64", config=config)


if __name__ == "__main__":
    unittest.main(verbosity=2)
