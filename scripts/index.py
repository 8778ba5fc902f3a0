#!/usr/bin/env python3
"""index.py OUTPUT ARCHIVE ARCHIVE: one OCI archive of several images, each for another architecture, under one index.

ARCHIVE is what image.sh makes: one image, its blobs and its configuration. OUTPUT is a folder that gets mcp-ssh.oci.tar
and `digest`, the digest of the index, by which a registry calls it. The same images give the same bytes: entries are
sorted, belong to root, and have the time of the commit, which the images' label tells.

Refuses an archive that does not hold together, two images for one architecture, images of two commits or versions, and one
without the name that the MCP registry looks for. What is in an image is not its subject: cosign/verify.sh looks at that.
"""

import calendar
import hashlib
import io
import json
import pathlib
import re
import sys
import tarfile
import time

OCI = "application/vnd.oci.image."
NAME = "mcp-ssh-orchestrator"
LABEL = "org.opencontainers.image."
# The MCP registry takes an image only under the name that is in this label.
SERVER = "io.modelcontextprotocol.server.name"
LABELS = [SERVER, *(LABEL + name for name in ("created", "description", "licenses", "revision", "title", "version"))]
# As index.json and the index spell it; cosign/verify.sh knows no other.
PLAIN = re.compile(r'[ !#-\[\]-~]+')
# Many times what an image measures.
MAX_BYTES = 64 << 20
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ImageError(Exception):
    """What is wrong with an archive."""


class Image:
    """One image, from its archive: the descriptor of its manifest, its blobs by digest, its labels."""

    def __init__(self, archive):
        self.archive = archive
        self.files = self.read()
        manifest = self.only(self.document("index.json").get("manifests"), "manifest in index.json")
        described = self.document(self.blob(manifest), "manifest")
        self.only(described.get("layers"), "layer")
        config = self.document(self.blob(described.get("config", {})), "configuration")
        self.architecture = config.get("architecture")
        self.labels = config.get("config", {}).get("Labels") or {}
        used = [manifest, described["config"], *described["layers"]]
        self.blobs = {self.blob(one): self.files[self.blob(one)] for one in used}
        platform = {"architecture": self.architecture, "os": config.get("os")}
        if platform["os"] != "linux" or manifest.get("platform") != platform:
            raise ImageError(f"{archive}: its index says {manifest.get('platform')}, its configuration {platform}")
        media = OCI + "manifest.v1+json"
        self.descriptor = {"mediaType": media, "digest": manifest["digest"], "size": manifest["size"], "platform": platform}
        self.check_labels()

    def read(self):
        """The plain files of the archive; a blob's bytes are those of its name."""
        files = {}
        with tarfile.open(self.archive) as archive:
            for entry in archive:
                if entry.isdir():
                    continue
                if not entry.isreg() or entry.size > MAX_BYTES or entry.name in files:
                    raise ImageError(f"{self.archive}: {entry.name} is no plain file, too large, or there twice")
                files[entry.name] = archive.extractfile(entry).read()
        for name, data in files.items():
            if name.startswith("blobs/") and name != "blobs/sha256/" + hashlib.sha256(data).hexdigest():
                raise ImageError(f"{self.archive}: a changed blob: {name}")
        return files

    def document(self, name, what=None):
        try:
            document = json.loads(self.files[name])
        except (KeyError, ValueError) as error:
            raise ImageError(f"{self.archive}: no {what or name}: {error!r}") from error
        if not isinstance(document, dict):
            raise ImageError(f"{self.archive}: {what or name} is no object")
        return document

    def blob(self, descriptor):
        """The name of a blob that is there, with the size that is said."""
        digest = descriptor.get("digest", "")
        name = "blobs/" + digest.replace(":", "/")
        if not DIGEST.fullmatch(digest) or len(self.files.get(name, "")) != descriptor.get("size"):
            raise ImageError(f"{self.archive}: no blob {digest} of {descriptor.get('size')} bytes")
        return name

    def only(self, values, what):
        if not isinstance(values, list) or len(values) != 1:
            raise ImageError(f"{self.archive}: not one {what}")
        return values[0]

    def check_labels(self):
        for name in LABELS:
            if not PLAIN.fullmatch(self.labels.get(name, "")):
                raise ImageError(f"{self.archive}: its label {name} is missing or has a character that is not plain")


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def index(images):
    """The index, and the files of the archive with it."""
    first = images[0]
    for other in images[1:]:
        different = [name for name in LABELS if other.labels[name] != first.labels[name]]
        if different:
            raise ImageError(f"{other.archive}: another {different[0]} than {first.archive}")
    architectures = [image.architecture for image in images]
    if len(set(architectures)) != len(architectures):
        raise ImageError(f"two images for one architecture: {', '.join(architectures)}")
    manifests = [image.descriptor for image in sorted(images, key=lambda image: image.architecture)]
    labels = {name: first.labels[name] for name in LABELS}
    media = OCI + "index.v1+json"
    return compact({"schemaVersion": 2, "mediaType": media, "manifests": manifests, "annotations": labels})


def files(images, whole):
    """What the archive holds, by name."""
    labels, digest = images[0].labels, hashlib.sha256(whole).hexdigest()
    version, created = labels[LABEL + "version"], labels[LABEL + "created"]
    named = {"io.containerd.image.name": f"docker.io/library/{NAME}:{version}"}
    named |= {LABEL + "created": created, LABEL + "ref.name": version}
    media = OCI + "index.v1+json"
    described = {"mediaType": media, "digest": f"sha256:{digest}", "size": len(whole), "annotations": named}
    found = {"index.json": compact({"schemaVersion": 2, "mediaType": media, "manifests": [described]})}
    found["oci-layout"] = compact({"imageLayoutVersion": "1.0.0"})
    found[f"blobs/sha256/{digest}"] = whole
    for image in images:
        found |= image.blobs
    return found


def archive(found, created):
    """A tar archive of plain files of root, sorted, all of one time."""
    seconds = calendar.timegm(time.strptime(created, "%Y-%m-%dT%H:%M:%SZ"))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name in ("blobs/", "blobs/sha256/", *sorted(found)):
            entry = tarfile.TarInfo(name)
            entry.mtime = seconds
            if name.endswith("/"):
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            else:
                entry.size = len(found[name])
            made.addfile(entry, io.BytesIO(found.get(name, b"")))
    return out.getvalue()


def main(arguments):
    if len(arguments) < 3:
        sys.exit(__doc__)
    output = pathlib.Path(arguments[0])
    try:
        images = [Image(path) for path in arguments[1:]]
        whole = index(images)
        data = archive(files(images, whole), images[0].labels[LABEL + "created"])
    except (ImageError, OSError, ValueError, AttributeError, TypeError, tarfile.TarError) as error:
        sys.exit(f"index.py: error: {error}")
    output.mkdir(parents=True, exist_ok=True)
    (output / "mcp-ssh.oci.tar").write_bytes(data)
    digest = "sha256:" + hashlib.sha256(whole).hexdigest()
    (output / "digest").write_text(digest + "\n")
    platforms = ", ".join(sorted(image.architecture for image in images))
    print(f"index.py: made {output}/mcp-ssh.oci.tar for {platforms}: {len(data)} bytes, {digest}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
