"""The MCP bundles: the official packer takes them, they are true to the server, and what a client makes of one answers."""

import json
import os
import pathlib
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from mirror import REPOSITORY, ROOT, VERSION, run, tool
from release_parts import BINARIES, EPOCH, MODULES, NATIVE, binary, node

PACKER = "@anthropic-ai/mcpb/dist/cli/cli.js"
ASKED = [
    {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list"},
    {"id": 3, "method": "tools/call", "params": {"name": "ssh_list_hosts", "arguments": {}}},
]


def packed(arch, bundle, **variables):
    environment = {**os.environ, "MCP_SSH_RUNS": str(NATIVE), "SOURCE_DATE_EPOCH": EPOCH, **variables}
    command = [sys.executable, ROOT / "scripts/release/mcpb.py", REPOSITORY, binary(arch), bundle]
    subprocess.run(command, check=True, env=environment)
    return bundle


@pytest.fixture(scope="session", params=list(BINARIES))
def bundle(request, tmp_path_factory):
    return packed(request.param, tmp_path_factory.mktemp("bundle") / f"mcp-ssh-{VERSION}-linux-{request.param}.mcpb")


def manifest(bundle):
    return json.loads(zipfile.ZipFile(bundle).read("manifest.json"))


def answers(command, environment=None):
    asked = "".join(json.dumps({"jsonrpc": "2.0", **request}) + "\n" for request in ASKED)
    end = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, env=environment)
    said = [json.loads(line) for line in end.stdout.splitlines()]
    return {answer["id"]: answer["result"] for answer in said if "id" in answer}


def test_the_packer_takes_its_manifest(bundle, tmp_path):
    file = tmp_path / "manifest.json"
    file.write_bytes(zipfile.ZipFile(bundle).read("manifest.json"))
    (tmp_path / "icon.png").write_bytes(zipfile.ZipFile(bundle).read("icon.png"))
    said = run(*node(PACKER, "validate", file)).decode()
    assert said.startswith("Manifest schema validation passes!\n") and "Icon validation passed" in said, said
    # Its check can fail.
    file.write_text(file.read_text().replace('"binary"', '"elf"'))
    assert subprocess.run(node(PACKER, "validate", file), capture_output=True).returncode != 0


def test_it_is_of_the_schema_in_the_packers_package(bundle):
    import jsonschema

    made = manifest(bundle)
    schema = json.loads((MODULES / f"@anthropic-ai/mcpb/dist/mcpb-manifest-v{made['manifest_version']}.schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(made)


def test_the_packer_unpacks_what_went_in(bundle, tmp_path):
    run(*node(PACKER, "unpack", bundle, tmp_path / "tree"))
    files = sorted(str(path.relative_to(tmp_path / "tree")) for path in (tmp_path / "tree").rglob("*") if path.is_file())
    assert files == ["LICENSE", "icon.png", "manifest.json", "server/mcp-ssh"]
    arch = bundle.stem.rpartition("-")[2]
    assert (tmp_path / "tree/server/mcp-ssh").read_bytes() == binary(arch).read_bytes()
    assert (tmp_path / "tree/server/mcp-ssh").stat().st_mode & 0o777 == 0o755


def test_the_same_bytes_twice(bundle, tmp_path):
    arch = bundle.stem.rpartition("-")[2]
    again = packed(arch, tmp_path / "again.mcpb", TZ="Pacific/Auckland", HOME="/nowhere")
    assert again.read_bytes() == bundle.read_bytes()
    other = packed(arch, tmp_path / "other.mcpb", SOURCE_DATE_EPOCH="1700000000")
    assert other.read_bytes() != bundle.read_bytes()


def test_its_tools_are_those_that_the_server_lists(bundle, tmp_path):
    run(NATIVE, "init", tmp_path / "site")
    directories = [word for name in ("config", "keys", "secrets") for word in (f"--{name}", tmp_path / "site" / name)]
    listed = [(tool["name"], tool["description"]) for tool in answers([NATIVE, *directories])[2]["tools"]]
    assert len(listed) > 10
    assert [(tool["name"], tool["description"]) for tool in manifest(bundle)["tools"]] == listed


def test_what_a_client_makes_of_it_answers(tmp_path):
    """As a client does: unpack, put the user's directories into the command, start it."""
    bundle = packed("amd64", tmp_path / "x.mcpb")
    run(*node(PACKER, "unpack", bundle, tmp_path / "tree"))
    run(NATIVE, "init", tmp_path / "mcp-ssh")
    made = manifest(bundle)
    config = made["server"]["mcp_config"]
    values = {"${__dirname}": str(tmp_path / "tree")}
    for key, field in made["user_config"].items():
        assert field["type"] == "directory" and field["required"]
        values[f"${{user_config.{key}}}"] = field["default"].replace("${HOME}", str(tmp_path))
    command = [config["command"], *config["args"]]
    for name, value in values.items():
        command = [word.replace(name, value) for word in command]
    assert "${" not in " ".join(command)
    assert made["server"]["entry_point"] == "server/mcp-ssh" and command[0].endswith("/tree/server/mcp-ssh")
    results = answers(command, {"HOME": str(tmp_path)})
    assert results[1]["serverInfo"]["version"] == made["version"] == VERSION
    assert [host["alias"] for host in results[3]["structuredContent"]["hosts"]] != []


@pytest.mark.parametrize("words, why", [
    (["acme", NATIVE], "`acme` is no OWNER/NAME"),
    ([REPOSITORY, pathlib.Path("/nowhere")], "there is no /nowhere"),
])
def test_refused(tmp_path, words, why):
    end = subprocess.run([sys.executable, ROOT / "scripts/release/mcpb.py", *words, tmp_path / "x"], capture_output=True, text=True)
    assert end.returncode == 1 and end.stderr == f"mcpb.py: error: {why}\n"
    assert list(tmp_path.iterdir()) == []


def pixels(png):
    """Width, height and the bytes of a PNG with 8 bits of red, green, blue and alpha."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, data = 8, b""
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours, *_ = struct.unpack(">IIBBBBB", body)
            assert (depth, colours) == (8, 6)
        data += body if kind == b"IDAT" else b""
        place += length + 12
    raw, stride = zlib.decompress(data), width * 4
    before, rows = bytearray(stride), []
    for row in range(height):
        kind, line = raw[row * (stride + 1)], bytearray(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)])
        for at in range(stride):
            left, up, corner = (line[at - 4] if at > 3 else 0), before[at], (before[at - 4] if at > 3 else 0)
            paeth = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
            line[at] = (line[at] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        rows.append(bytes(line))
        before = line
    return width, height, b"".join(rows)


def test_the_icon_is_the_drawing(tmp_path):
    run(tool("rsvg-convert", "librsvg2-bin"), "-w", "512", "-h", "512", ROOT / "assets/icon.svg", "-o", tmp_path / "icon.png")
    kept, drawn = (pixels(path.read_bytes()) for path in (ROOT / "assets/icon.png", tmp_path / "icon.png"))
    assert kept[:2] == drawn[:2] == (512, 512)
    # Edges may differ by version, so a few pixels do.
    far = sum(abs(one - other) > 48 for one, other in zip(kept[2], drawn[2]))
    assert far < len(kept[2]) // 200
    # A clear corner, and a ground of its own: it shows on light and on dark.
    assert kept[2][3] == 0 and kept[2][(256 * 512 + 20) * 4 + 3] == 255


def test_the_drawing_is_small_and_runs_nothing():
    drawing = (ROOT / "assets/icon.svg").read_text()
    assert len(drawing) < 2000
    assert not any(word in drawing for word in ("<script", "href", "url(", "onload", "<foreignObject"))
