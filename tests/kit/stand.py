"""A stand for keyless signatures: a certificate authority in Fulcio's place, keys with a workflow's certificate, a cosign that
knows both, and crane's registry in a network namespace of its own. No log has the signatures, and cosign is told so.

Needs cosign, crane, openssl, unshare and ip.
"""

import base64
import os
import shutil
import subprocess

from making import Key, compact, run

TOOLS = ("cosign", "crane", "openssl", "unshare", "ip")
# Whose workflow it is in the seed's guide.
REPOSITORY = "samerfarida/mcp-ssh-orchestrator"
WORKFLOW = f"https://github.com/{REPOSITORY}/.github/workflows/release.yml@refs/tags/v0.1.0"
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
# What stands for cosign: to sign without a key of its own, it uses the key that has the workflow's certificate.
COSIGN = """\
#!/usr/bin/env bash
set -euo pipefail
case $1 in
verify*)
    # verify.sh of a kit says itself whom it trusts.
    case " $* " in *' --trusted-root '*) ;; *)
        set -- "$@" --trusted-root {folder}/root.json --insecure-ignore-tlog --insecure-ignore-sct
        ;;
    esac
    ;;
sign | attest | sign-blob)
    case " $* " in *' --key '*) ;; *)
        set -- "$@" --key {folder}/${{SIGNER:-leaf}}.key --certificate {folder}/${{SIGNER:-leaf}}.crt \
            --certificate-chain {folder}/ca.crt --signing-config {folder}/signing.json --trusted-root {folder}/root.json
        export COSIGN_PASSWORD=
        ;;
    esac
    ;;
esac
exec {cosign} "$@"
"""
# Brings the registry up and runs the commands in $1.
SCRIPT = """\
set -euo pipefail
ip link set lo up
exec 3< <(crane registry serve --address "$REGISTRY" 2>&1)
read -r -u 3
cat <&3 >/dev/null &
eval "$1"
"""


class Stand:
    def __init__(self, folder):
        for tool in TOOLS:
            if not shutil.which(tool):
                raise FileNotFoundError(f"no `{tool}`; run: make test-kit, which brings it")
        self.folder = folder
        self.environment = {**os.environ, "HOME": str(folder), "COSIGN_PASSWORD": "", "REGISTRY": REGISTRY}
        run("cosign", "signing-config", "create", "--out", "signing.json", cwd=folder, env=self.environment)
        self.authority()
        self.certified("leaf")
        (folder / "bin").mkdir()
        (folder / "bin/cosign").write_text(COSIGN.format(folder=folder, cosign=shutil.which("cosign")))
        (folder / "bin/cosign").chmod(0o755)
        self.environment["PATH"] = f"{folder}/bin:{self.environment['PATH']}"

    def authority(self):
        folder = self.folder
        Key(folder, "ca")
        usage = ["-addext", "keyUsage=critical,keyCertSign", "-subj", "/CN=test/O=test", "-days", "2"]
        run("openssl", "req", "-x509", "-new", "-key", "ca.pem", "-out", "ca.crt", *usage, cwd=folder)
        der = base64.b64encode(run("openssl", "x509", "-in", "ca.crt", "-outform", "DER", cwd=folder)).decode()
        authority = {"subject": {"organization": "test", "commonName": "test"}, "uri": "https://fulcio.example"}
        authority |= {"certChain": {"certificates": [{"rawBytes": der}]}, "validFor": {"start": "2020-01-01T00:00:00Z"}}
        root = {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "certificateAuthorities": [authority]}
        (folder / "root.json").write_bytes(compact(root))

    def certified(self, name, identity=WORKFLOW, issuer=ISSUER):
        """A key for cosign, and a certificate that says whose it is."""
        Key(self.folder, name)
        (self.folder / "extensions").write_text(EXTENSIONS.format(identity, issuer.encode().hex(":")))
        run("openssl", "req", "-new", "-key", f"{name}.pem", "-subj", "/", "-out", f"{name}.csr", cwd=self.folder)
        authority = ["-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "1", "-extfile", "extensions"]
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.crt", *authority, cwd=self.folder)
        run("cosign", "import-key-pair", "--key", f"{name}.pem", "--output-key-prefix", name, cwd=self.folder, env=self.environment)

    def ends(self, commands, **environment):
        """How these end, beside the registry; with their first process all of them end."""
        namespace = ["unshare", "--net", "--pid", "--fork", "--kill-child", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        command = [*namespace, "bash", "-c", SCRIPT, "bash", commands]
        environment = {**self.environment, **environment}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
