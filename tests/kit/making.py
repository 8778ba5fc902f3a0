"""What the tests of the kit make: images, throwaway keys, bundles written without cosign, kits and changed copies of them."""

import base64
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where scripts/sid.sh puts cosign.
os.environ["PATH"] += f":{ROOT}/target/sid/usr/bin"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LABELS = {
    "io.modelcontextprotocol.server.name": "io.github.samerfarida/mcp-ssh-orchestrator",
    "org.opencontainers.image.created": "2026-11-22T16:33:52Z",
    "org.opencontainers.image.description": "An MCP server, for tests",
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.revision": COMMIT,
    "org.opencontainers.image.title": "mcp-ssh-orchestrator",
    "org.opencontainers.image.version": "0.1.0",
}


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options).stdout


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def b64(data):
    return base64.b64encode(data).decode()


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def tar(entries, form=tarfile.USTAR_FORMAT, **attributes):
    """A tar archive of (name, bytes) pairs, or of folders where the bytes are None."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.mode = 0o755
            if data is None:
                info.type = tarfile.DIRTYPE
            info.size = len(data or b"")
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.addfile(info, io.BytesIO(data or b""))
    return out.getvalue()


def media(kind):
    return f"application/vnd.oci.image.{kind}"


class Image:
    """An image archive, as buildx writes it. Its configuration is the one of the layer unless given."""

    def __init__(self, files, layer=None, config=None, layers=1, name="mcp-ssh-orchestrator:0.1.0", architecture="amd64", said=None):
        self.layer = layer or tar(files)
        # `said` is what the configuration says, where that is something else.
        self.architecture, said = architecture, said or architecture
        layer = "sha256:" + sha256(self.layer)
        self.config = config(layer) if config else self.configuration(layer, said)
        described = {"mediaType": media("layer.v1.tar"), "digest": layer, "size": len(self.layer)}
        described["annotations"] = {"buildkit/rewritten-timestamp": "1795365232"}
        config = {"mediaType": media("config.v1+json"), "digest": "sha256:" + sha256(self.config), "size": len(self.config)}
        manifest = {"schemaVersion": 2, "mediaType": media("manifest.v1+json"), "config": config, "layers": [described] * layers}
        self.manifest = json.dumps(manifest, indent=2).encode()
        self.digest = "sha256:" + sha256(self.manifest)
        self.index = compact({"schemaVersion": 2, "mediaType": media("index.v1+json"), "manifests": [self.descriptor(name)]})
        blobs = {"Config": "blobs/sha256/" + sha256(self.config)}, {"Layers": ["blobs/sha256/" + sha256(self.layer)]}
        self.docker = compact([{**blobs[0], "RepoTags": [name], **blobs[1]}])

    @staticmethod
    def configuration(layer, architecture="amd64"):
        config = {"User": "10001:10001", "Labels": LABELS}
        history = [{"created_by": "HEALTHCHECK \\u0026{"}]
        rootfs = {"type": "layers", "diff_ids": [layer]}
        return compact({"architecture": architecture, "config": config, "history": history, "os": "linux", "rootfs": rootfs})

    def descriptor(self, name):
        named = {"io.containerd.image.name": f"docker.io/library/{name}", "org.opencontainers.image.created": "2026-11-22T16:33:52Z"}
        named["org.opencontainers.image.ref.name"] = name.partition(":")[2]
        described = {"mediaType": media("manifest.v1+json"), "digest": self.digest, "size": len(self.manifest)}
        return {**described, "annotations": named, "platform": {"architecture": self.architecture, "os": "linux"}}

    def entries(self):
        blobs = [("blobs/sha256/" + sha256(blob), blob) for blob in (self.layer, self.config, self.manifest)]
        documents = [("index.json", self.index), ("manifest.json", self.docker), ("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')]
        return [("blobs/", None), ("blobs/sha256/", None), *blobs, *documents]

    def archive(self):
        return tar(self.entries())


class Index:
    """The archive of an index, as scripts/index.py writes it. `platforms` are what it says of the images in turn."""

    def __init__(self, images, platforms=None, name="mcp-ssh-orchestrator:0.1.0", labels=LABELS):
        self.images = images
        manifests = [{"mediaType": media("manifest.v1+json"), "digest": one.digest, "size": len(one.manifest)} for one in images]
        for manifest, architecture in zip(manifests, platforms or [one.architecture for one in images]):
            manifest["platform"] = {"architecture": architecture, "os": "linux"}
        head = {"schemaVersion": 2, "mediaType": media("index.v1+json")}
        self.whole = compact({**head, "manifests": manifests, "annotations": labels})
        self.digest = "sha256:" + sha256(self.whole)
        named = images[0].descriptor(name)["annotations"]
        described = {"mediaType": media("index.v1+json"), "digest": self.digest, "size": len(self.whole), "annotations": named}
        self.index = compact({**head, "manifests": [described]})

    def entries(self):
        blobs = [blob for one in self.images for blob in (one.layer, one.config, one.manifest)]
        found = {"blobs/sha256/" + sha256(blob): blob for blob in [*blobs, self.whole]}
        found |= {"index.json": self.index, "oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        return [("blobs/", None), ("blobs/sha256/", None), *sorted(found.items())]

    def archive(self):
        return tar(self.entries())


class Key:
    """A throwaway key pair, in openssl's form and in cosign's."""

    def __init__(self, folder, name):
        self.private = folder / f"{name}.pem"
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.private)
        der = run("openssl", "ec", "-in", self.private, "-pubout", "-outform", "DER")
        self.public = run("openssl", "ec", "-in", self.private, "-pubout")
        self.fingerprint = sha256(der)
        self.hint = b64(hashlib.sha256(der).digest())

    def signature(self, data):
        return b64(run("openssl", "dgst", "-sha256", "-sign", self.private, input=data))

    def bundle(self, content):
        head = {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}
        return compact({**head, "verificationMaterial": {"publicKey": {"hint": self.hint}}, **content})

    def sign(self, data):
        digest = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(data).digest())}
        return self.bundle({"messageSignature": {"messageDigest": digest, "signature": self.signature(data)}})

    def attest(self, statement):
        kind = "application/vnd.in-toto+json"
        signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(statement), statement)
        envelope = {"payload": b64(statement), "payloadType": kind, "signatures": [{"sig": self.signature(signed)}]}
        return self.bundle({"dsseEnvelope": envelope})


def parts(folder, binary, image, toolchain):
    """What is built for one architecture."""
    for name, data in {
        "static/mcp-ssh": binary,
        "static/toolchain": toolchain,
        "image/mcp-ssh.tar": image.archive(),
        "image/digest": image.digest.encode() + b"\n",
        "sbom/sbom.cdx.json": b'{"bomFormat": "CycloneDX", "of": "%s"}\n' % sha256(binary).encode(),
        "sbom/THIRD_PARTY.md": b"# Third party\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def make_kit(folder, binary, key, arm64=None):
    """A kit from scripts/kit.sh, signed by cosign; with its image. With a binary for arm64, of an index of both images."""
    image = Image([("mcp-ssh", binary)])
    parts(folder, binary, image, b"rust: rustup (rustc 1.95.0)\ncc: gcc\n")
    if arm64:
        other = Image([("mcp-ssh", arm64)], architecture="arm64")
        parts(folder / "arm64/target", arm64, other, b"armcc: zig\n")
        run(ROOT / "scripts/index.py", "index", "image/mcp-ssh.tar", "arm64/target/image/mcp-ssh.tar", cwd=folder)
        image = [image, other]
    environment = {**os.environ, "COSIGN_PASSWORD": "throwaway", "COMMIT": COMMIT}
    run("cosign", "import-key-pair", "--key", key.private, "--output-key-prefix", folder / "key", env=environment)
    run(ROOT / "scripts/kit.sh", *(["--index"] if arm64 else []), ".", "kit", cwd=folder, env={**environment, "COSIGN_KEY": "key.key"})
    return folder / "kit", image


class Kit:
    """A copy of a kit, to be changed."""

    def __init__(self, folder, key, image):
        self.folder, self.key, self.image = folder, key, image

    def read(self, name):
        return (self.folder / name).read_bytes()

    def write(self, name, data):
        (self.folder / name).write_bytes(data)

    def flip(self, name, where):
        """One bit of the byte at `where`, a position or the first place of some bytes."""
        data = bytearray(self.read(name))
        data[data.index(where) if isinstance(where, bytes) else where] ^= 1
        self.write(name, data)

    def take(self, other, *names):
        for name in names:
            shutil.copy(other / name, self.folder / name)

    def sum_up(self, key=None):
        """SHA256SUMS over what is there now, signed."""
        names = sorted(path.name for path in self.folder.iterdir())
        names = [name for name in names if name not in ("SHA256SUMS", "SHA256SUMS.sigstore.json", "cosign.pub")]
        sums = "".join(f"{sha256(self.read(name))}  {name}\n" for name in names).encode()
        self.sign_sums(sums, key)

    def sign_sums(self, sums, key=None):
        self.write("SHA256SUMS", sums)
        self.write("SHA256SUMS.sigstore.json", (key or self.key).sign(sums))

    def sign_anew(self, name, data):
        """As the holder of the key would: the file, its signature and the sums."""
        self.write(name, data)
        self.write(f"{name}.sigstore.json", self.key.sign(data))
        self.sum_up()

    def replace_in_archive(self, entry, data):
        self.sign_anew("mcp-ssh.tar", tar([(name, data if name == entry else old) for name, old in self.image.entries()]))

    def take_image(self, image):
        self.write("digest", image.digest.encode() + b"\n")
        self.write("digest.sigstore.json", self.key.sign(self.read("digest")))
        self.sign_anew("mcp-ssh.tar", image.archive())

    def attest_anew(self, name, statement):
        self.write(f"{name}.sigstore.json", self.key.attest(statement))
        self.sum_up()

    def statement(self, name):
        return base64.b64decode(json.loads(self.read(f"{name}.sigstore.json"))["dsseEnvelope"]["payload"])
