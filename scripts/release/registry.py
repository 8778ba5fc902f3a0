#!/usr/bin/env python3
"""registry.py OWNER/NAME COMMIT DIST: what registries are told of a release, into DIST.

    server.json             for the MCP registry
    docker-catalogue.yaml   for Docker's MCP catalogue, there as servers/mcp-ssh-orchestrator/server.yaml

Each is its template in deploy/registry with the repository, the version, the commit, the sums of the bundles in DIST and the
digest of the index that `image-digests` of DIST names, so that they are true of what is there. Refuses where one of these is
missing, and an image whose label is not the name in the registry: the registry would refuse it, too.
"""

import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LABEL = "io.modelcontextprotocol.server.name"


def die(why):
    raise SystemExit(f"registry.py: error: {why}")


def file_sum(path):
    if not path.is_file():
        die(f"there is no {path}")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def index_of(dist, version):
    """The digest of the index, as dist.sh noted it."""
    for line in (dist / "image-digests").read_text().splitlines():
        digest, _, name = line.partition("  ")
        if name == f"mcp-ssh-orchestrator:{version}" and re.fullmatch("[0-9a-f]{64}", digest):
            return f"sha256:{digest}"
    return die(f"image-digests has no index of {version}")


def check_labels(name):
    for file in ("Dockerfile", "Dockerfile.scratch"):
        found = re.findall(rf'^\s*(?:LABEL )?{re.escape(LABEL)}="(.*?)"', (ROOT / file).read_text(), re.M)
        if found != [name]:
            die(f"{file} labels the image {found}, and its name in the registry is {name}: the label {LABEL} has to be that")


def main():
    if len(sys.argv) != 4:
        raise SystemExit("usage: registry.py OWNER/NAME COMMIT DIST")
    repository, commit, dist = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]*/[0-9A-Za-z._-]+", repository):
        die(f"`{repository}` is no OWNER/NAME")
    if not re.fullmatch("[0-9a-f]{40}", commit):
        die(f"`{commit}` is no commit")
    version = subprocess.run([ROOT / "scripts/release/version.sh"], check=True, capture_output=True, text=True).stdout.strip()
    name = f"io.github.{repository}"
    check_labels(name)
    values = {"NAME": name, "REPOSITORY": repository, "VERSION": version, "COMMIT": commit, "INDEX": index_of(dist, version)}
    for arch in ("amd64", "arm64"):
        values[f"SUM_{arch.upper()}"] = file_sum(dist / f"mcp-ssh-{version}-linux-{arch}.mcpb")
    for file in ("server.json", "docker-catalogue.yaml"):
        text = (ROOT / "deploy/registry" / file).read_text()
        text = re.sub("@([A-Z_0-9]+)@", lambda found: values[found[1]], text)
        (dist / file).write_text(text)
    json.loads((dist / "server.json").read_text())


main()
