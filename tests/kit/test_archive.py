#!/usr/bin/env python3
"""The image archive of a kit: verify.sh refuses what does not hold together, or what two readers could take
differently, even where the holder of the key has signed it. Needs what test_kit.py needs."""

import gzip
import tarfile
import unittest

from cases import KitCase
from making import Image, compact, sha256, tar

BLOBS = "blobs/sha256/"
# Whatever the route, it is the shell that reads the archive.
ONE = ("openssl",)


def flipped(data):
    return bytes([data[0] ^ 1]) + data[1:]


def renamed(archive, old, new):
    """An archive where one header has another name, and the checksum that goes with it."""
    at = next(at for at in range(0, len(archive), 512) if archive[at : at + 100].rstrip(b"\0") == old)
    header = bytearray(archive[at : at + 512])
    header[:100] = new.ljust(100, b"\0")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return archive[:at] + bytes(header) + archive[at + 512 :]


def end_of(archive):
    """Where the two blocks of zeros begin."""
    return len(archive.rstrip(b"\0")) // 512 * 512 + 512


class TestArchive(KitCase):
    def binary(self):
        return (self.kit / "mcp-ssh").read_bytes()

    def archive_refused(self, archive, why):
        self.refused(lambda kit: kit.sign_anew("mcp-ssh.tar", archive), "mcp-ssh.tar", why, ONE)

    def image_refused(self, image, why, file="mcp-ssh.tar"):
        self.refused(lambda kit: kit.take_image(image), file, why, ONE)

    def entry_refused(self, entry, data, why):
        self.refused(lambda kit: kit.replace_in_archive(entry, data), "mcp-ssh.tar", why, ONE)

    def test_a_changed_blob_is_refused(self):
        for blob in (self.image.layer, self.image.config, self.image.manifest):
            name = BLOBS + sha256(blob)
            self.entry_refused(name, flipped(blob), f"has a changed blob: {name}")

    def test_another_image_in_a_document_is_refused(self):
        image, other = self.image, self.other_image
        one, more = image.descriptor("mcp-ssh-orchestrator:0.1.0"), other.descriptor("mcp-ssh-orchestrator:0.2.0")
        index = image.index[: image.index.index(b"[")]
        digest = b'"digest":"%s"' % image.digest.encode()
        evil = b'"%s":"' + other.digest.encode() + b'"'
        not_one, named = "has not one image in its index.json", image.index.replace(b"mcp-ssh-orchestrator:", b"alpine:")
        for data, why in [
            (other.index, "has another image in its index.json"),
            (index + compact([one, more]) + b"}", not_one),
            (index + b"[]}", not_one),
            (index + compact([one]) + b',"manifests":' + compact([more]) + b"}", not_one),
            *[(image.index.replace(digest, digest + b"," + evil % key), not_one) for key in (b"digest", b"DIGEST", b"d\\u0069gest")],
            (image.index.replace(digest, digest.replace(b"sha256:", b"sha256:sha256:")), not_one),
            (image.index.replace(digest, digest.upper().replace(b"DIGEST", b"digest")), not_one),
            (named, not_one),
            (image.index.replace(b'ref.name":"0.1.0"', b'ref.name":"0.1.1"'), "has two names in its index.json"),
            (image.index + b"\0" + other.index, not_one),
            (image.index + other.index, not_one),
            (b"", not_one),
        ]:
            self.entry_refused("index.json", data, why)

    def test_another_image_for_older_docker_is_refused(self):
        image, other = self.image, self.other_image
        not_one, another = "has not one image in its manifest.json", "has another image in its manifest.json"
        layer = b'"blobs/sha256/%s"' % sha256(image.layer).encode()
        for data, why in [
            (other.docker, another),
            (image.docker.replace(b"mcp-ssh-orchestrator", b"docker"), not_one),
            (image.docker.replace(b":0.1.0", b":0.2.0"), another),
            (image.docker[:-1] + b"," + other.docker[1:], not_one),
            (image.docker.replace(layer, layer + b"," + layer), not_one),
            (image.docker[:-2] + b',"Layers":[]}]', not_one),
            (image.docker[:-2] + b',"layers":[]}]', not_one),
            (image.docker + b"\0", not_one),
            (b"", not_one),
        ]:
            self.entry_refused("manifest.json", data, why)
        self.entry_refused("oci-layout", b'{"imageLayoutVersion":"2.0.0"}', "has another layout")

    def test_entries_that_the_image_does_not_name_are_refused(self):
        entries = self.image.entries()
        exactly, plain = "has not exactly the entries", "is not a tar archive of plain files"
        for more, why in [
            ((BLOBS + sha256(b"more"), b"more"), exactly),
            (("mcp-ssh", b"more"), "has a changed blob"),
            (("index.json", self.image.index), "has an entry twice: index.json"),
            (("blobs/", None), "has an entry twice: blobs/"),
            (("./index.json", self.other_image.index), plain),
            (("blobs/../index.json", self.other_image.index), plain),
            (("../index.json", b""), plain),
            (("/etc/passwd", b""), plain),
            (("repositories", b"{}"), plain),
            (("x/" * 60 + "index.json", b""), plain),
        ]:
            self.archive_refused(tar([*entries, more]), why)
        self.archive_refused(tar(entries[:-1]), "another layout in its oci-layout")
        self.archive_refused(tar([entry for entry in entries if entry[0] != "index.json"]), "has not one image in its index.json")
        self.archive_refused(tar([("index.json", None), *entries[:5], *entries[6:]]), plain)

    def test_what_readers_of_tar_take_differently_is_refused(self):
        archive, plain = self.image.archive(), "is not a tar archive of plain files"
        end, other = end_of(archive), self.other_image.archive()
        last = tar([("index.json", self.other_image.index)])
        pax = tar(self.image.entries()[:1], form=tarfile.PAX_FORMAT, pax_headers={"path": "oci-layout"})
        shifted = archive.replace(b"ustar\x0000", b"ustar  \0", 1)
        for changed, why in [
            (pax + archive, plain),
            (pax.replace(b"x\0", b"g\0", 1) + archive, plain),
            (archive[:end] + b"\0" * 512 + last, "does not end as a tar archive does"),
            (archive + other, "does not end as a tar archive does"),
            (archive + b"more", "does not end as a tar archive does"),
            (archive[:end], "does not end as a tar archive does"),
            (archive[: archive.index(self.image.layer) + 600], "ends within"),
            (shifted, plain),
            (renamed(archive, b"index.json", b"index.json\0/more"), plain),
            (renamed(archive, b"index.json", b"|index.json"), plain),
            (renamed(archive, b"index.json", b"\nindex.json"), plain),
            (gzip.compress(archive), plain),
            (b"no archive", plain),
            (b"", "does not end as a tar archive does"),
        ]:
            self.archive_refused(changed, why)
        for kind in (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CONTTYPE, tarfile.FIFOTYPE):
            linked = tar([("oci-layout", b"")], type=kind, linkname="index.json")
            self.archive_refused(linked[:512] + archive, plain)

    def test_an_image_of_more_than_the_binary_is_refused(self):
        binary = self.binary()
        files, more = [("mcp-ssh", binary)], "has more than the binary in its layer"
        plain = "is not a tar archive of plain files"
        capability = {"SCHILY.xattr.security.capability": "\x01"}
        for layer, why in [
            (tar([*files, ("index.json", b"#!")]), more),
            (tar([*files, ("sh", b"#!")]), plain),
            (tar([*files, *files]), "has an entry twice: mcp-ssh"),
            (tar(files, mode=0o4755), plain),
            (tar(files, mode=0o777), more),
            (tar(files, uid=10001), plain),
            (tar(files, uname="mcp"), plain),
            (tar(files, form=tarfile.PAX_FORMAT, pax_headers=capability), plain),
            (tar(files, type=tarfile.SYMTYPE, linkname="/bin/sh"), plain),
            (renamed(tar(files), b"mcp-ssh", b"./mcp-ssh"), plain),
            (renamed(tar(files), b"mcp-ssh", b"\nmcp-ssh"), plain),
            (gzip.compress(tar(files)), plain),
        ]:
            self.image_refused(Image(files, layer=layer), why)
        self.image_refused(Image([("mcp-ssh", b"#!")]), "is not the binary in the image", "mcp-ssh")
        for layers in (0, 2):
            self.image_refused(Image(files, layers=layers), "has not one configuration and one layer")

    def test_another_layer_in_the_configuration_is_refused(self):
        stranger = self.other_image.digest.encode()
        known = Image.configuration
        for config in [
            lambda layer: known(self.other_image.digest),
            lambda layer: known(layer)[:-1] + b',"rootfs":{"type":"layers","diff_ids":["%s"]}}' % stranger,
            lambda layer: known(layer)[:-1] + b',"RootFS":{"type":"layers","DIFF_IDS":["%s"]}}' % stranger,
            lambda layer: known(layer)[:-1] + b',"\\u0072ootfs":{"type":"layers","\\u0064iff_ids":["%s"]}}' % stranger,
            lambda layer: known(layer)[:-1] + ',"rootf\u017f":{"type":"layers","diff_id\u017f":[]}}'.encode(),
            lambda layer: b'{"other":' + known(layer) + b',"os":"linux"}\0',
            lambda layer: b"",
        ]:
            self.image_refused(Image([("mcp-ssh", self.binary())], config=config), "has another layer in its configuration")

    def test_an_image_for_another_architecture_than_it_is_said_to_be_is_refused(self):
        files = [("mcp-ssh", self.binary())]
        self.image_refused(Image(files, said="arm64"), "has a configuration for another architecture")
        self.image_refused(Image(files, architecture="arm64", said="amd64"), "has a configuration for another architecture")
        twice = lambda layer: Image.configuration(layer)[:-1] + b',"Architecture":"arm64"}'
        self.image_refused(Image(files, config=twice), "has another layer in its configuration")

    def test_an_image_under_another_name_is_refused(self):
        self.image_refused(Image([("mcp-ssh", self.binary())], name="alpine:3"), "has not one image in its index.json")

    def test_a_digest_that_is_not_one_is_refused(self):
        digest = self.image.digest.encode()
        for text in (b"", b"sha256:\n", digest, digest * 2 + b"\n", b"\n" + digest + b"\n", digest[7:] + b"\n", digest + b"\n\n"):
            self.refused(lambda kit: kit.sign_anew("digest", text), "digest", "is not one sha256 digest", ONE)
        for text in (b"sha256:" + digest[7:].upper() + b"\n", digest + b"\r\n", b"\0" + digest + b"\n"):
            self.refused(lambda kit: kit.sign_anew("digest", text), "digest", "is not one sha256 digest", ONE)


if __name__ == "__main__":
    unittest.main(verbosity=2)
