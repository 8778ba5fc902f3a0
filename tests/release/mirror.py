"""A release on a local HTTP server, with faults on demand, and the machine that install.sh runs on."""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
REPOSITORY = "acme/mcp-ssh-orchestrator"
ISSUER = "https://token.actions.githubusercontent.com"
BINARY = f"mcp-ssh-{VERSION}-linux-amd64"
# What stands for the binary: install.sh asks it for its version only.
PROGRAM = "#!/bin/sh\n[ \"$*\" = --version ] && echo 'mcp-ssh {}'\n"
# All that install.sh calls, besides one of the downloaders.
COMMANDS = "cat chmod cut dirname grep id ls mkdir mktemp mv rm rmdir sed sha256sum sleep uname".split()
SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}
# 1.3.6.1.4.1.57264.1.1 is where Fulcio puts the issuer.
EXTENSIONS = """\
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=codeSigning
subjectAltName=critical,URI:{}
1.3.6.1.4.1.57264.1.1=DER:{}
"""


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options).stdout


def tool(name, package):
    """The path of a program that the tests need."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin:{ROOT}/target/sid/usr/bin")
    if found is None:
        raise FileNotFoundError(f"no `{name}`; run: make test-release, which brings {package}")
    return found


def workflow(repository=REPOSITORY, version=VERSION):
    return f"https://github.com/{repository}/.github/workflows/release.yml@refs/tags/v{version}"


class Mirror(http.server.ThreadingHTTPServer):
    """A folder over HTTP. `cut` is the name of a file of which half is sent, `held` of one that never ends."""

    daemon_threads = True

    def __init__(self, folder):
        self.folder, self.cut, self.held, self.asked = folder, None, None, []
        self.reached, self.over = threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def close(self):
        self.over.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        file = self.server.folder / name
        if "/" in name or not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        whole = name not in (self.server.cut, self.server.held)
        self.wfile.write(data if whole else data[: len(data) // 2])
        self.wfile.flush()
        if name == self.server.held:
            self.server.reached.set()
            self.server.over.wait(60)

    def log_message(self, *_):
        pass


class Authority:
    """A certificate authority in Fulcio's place, and a workflow's signature by it."""

    def __init__(self, folder):
        self.folder = folder
        self.key("ca")
        usage = ["-addext", "keyUsage=critical,keyCertSign", "-subj", "/CN=test/O=test", "-days", "2"]
        run("openssl", "req", "-x509", "-new", "-key", "ca.pem", "-out", "ca.crt", *usage, cwd=folder)
        authority = {"subject": {"organization": "test", "commonName": "test"}, "uri": "https://fulcio.example"}
        authority |= {"certChain": {"certificates": [{"rawBytes": self.der("ca")}]}, "validFor": {"start": "2020-01-01T00:00:00Z"}}
        kind = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
        self.root = folder / "root.json"
        self.root.write_text(json.dumps({"mediaType": kind, "certificateAuthorities": [authority]}))

    def key(self, name):
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.pem", cwd=self.folder)

    def der(self, name):
        return base64.b64encode(run("openssl", "x509", "-in", f"{name}.crt", "-outform", "DER", cwd=self.folder)).decode()

    def signed(self, data, identity, issuer=ISSUER):
        """A bundle in which that identity signs the bytes."""
        self.key("leaf")
        (self.folder / "extensions").write_text(EXTENSIONS.format(identity, issuer.encode().hex(":")))
        run("openssl", "req", "-new", "-key", "leaf.pem", "-subj", "/", "-out", "leaf.csr", cwd=self.folder)
        by = ["-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "1", "-extfile", "extensions"]
        run("openssl", "x509", "-req", "-in", "leaf.csr", "-out", "leaf.crt", *by, cwd=self.folder)
        signature = run("openssl", "dgst", "-sha256", "-sign", "leaf.pem", input=data, cwd=self.folder)
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        message = {"messageDigest": {"algorithm": "SHA2_256", "digest": digest}}
        message["signature"] = base64.b64encode(signature).decode()
        material = {"certificate": {"rawBytes": self.der("leaf")}}
        kind = "application/vnd.dev.sigstore.bundle.v0.3+json"
        return json.dumps({"mediaType": kind, "verificationMaterial": material, "messageSignature": message})


class Machine:
    """A home, and a PATH with no more than install.sh needs. Where there is a root, cosign is there and knows it."""

    def __init__(self, folder, downloader, root=None):
        self.home, self.bin, self.tmp = folder / "home", folder / "bin", folder / "tmp"
        for made in (self.home, self.bin, self.tmp):
            made.mkdir()
        for name in COMMANDS:
            (self.bin / name).symlink_to(tool(name, name))
        if downloader == "busybox wget":
            self.program("wget", f'exec {tool("busybox", "busybox")} wget "$@"')
        else:
            (self.bin / downloader).symlink_to(tool(downloader, downloader))
        if root:
            cosign = tool("cosign", "cosign")
            self.program("cosign", f'exec {cosign} "$@" --trusted-root {root} --insecure-ignore-tlog --insecure-ignore-sct')

    def program(self, name, line):
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(f"#!/bin/sh\n{line}\n")
        (self.bin / name).chmod(0o755)

    def environment(self, **variables):
        own = {"HOME": str(self.home), "TMPDIR": str(self.tmp), "PATH": str(self.bin)}
        return {name: str(value) for name, value in (own | variables).items() if value is not None}

    def left(self):
        """Every file and folder that is there besides what was."""
        return sorted(str(path.relative_to(folder)) for folder in (self.home, self.tmp) for path in folder.rglob("*"))
