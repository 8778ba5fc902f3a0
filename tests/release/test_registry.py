"""What registries are told: server.json by the rules of the MCP registry, the entry of Docker's catalogue by Docker's own,
and every sum, digest and name in them true of the files beside them.

The rules were read in the registries' public documentation; the schema beside this is ours (its head says from what).
"""

import copy
import hashlib
import json
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

from mirror import ROOT, VERSION, run
from release_parts import node

REPOSITORY = "samerfarida/mcp-ssh-orchestrator"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
INDEX = hashlib.sha256(b"index").hexdigest()
LABEL = "io.modelcontextprotocol.server.name"
SCHEMA = json.loads((ROOT / "tests/release/schemas/server.json-2025-12-11.schema.json").read_text())


def told(dist, *, repository=REPOSITORY, commit=COMMIT):
    command = [sys.executable, ROOT / "scripts/release/registry.py", repository, commit, dist]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def dist(tmp_path):
    for arch in ("amd64", "arm64"):
        (tmp_path / f"mcp-ssh-{VERSION}-linux-{arch}.mcpb").write_bytes(arch.encode())
    (tmp_path / "image-digests").write_text(f"{'0' * 64}  mcp-ssh-orchestrator:{VERSION}-amd64\n{INDEX}  mcp-ssh-orchestrator:{VERSION}\n")
    return tmp_path


@pytest.fixture
def server(dist):
    end = told(dist)
    assert end.returncode == 0, end.stderr
    return json.loads((dist / "server.json").read_text())


@pytest.fixture
def entry(dist):
    assert told(dist).returncode == 0
    return yaml.safe_load((dist / "docker-catalogue.yaml").read_text())


def faults(document):
    return list(jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).iter_errors(document))


def test_server_json_is_what_the_registry_takes(server):
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert faults(server) == []


@pytest.mark.parametrize("change", [
    lambda made: made.pop("name"),
    lambda made: made.update(name="mcp-ssh-orchestrator"),
    lambda made: made.update(description="x" * 101),
    lambda made: made.update(description=""),
    lambda made: made.update(version="^0.1.0"),
    lambda made: made.update(licence="Apache-2.0"),
    lambda made: made["repository"].pop("source"),
    lambda made: made["icons"][0].update(src="http://example.com/icon.svg"),
    lambda made: made["icons"][0].update(mimeType="image/gif"),
    lambda made: made["icons"][0].update(sizes=["large"]),
    lambda made: made["packages"][0].update(version="0.1.0"),
    lambda made: made["packages"][0].update(fileSha256="0" * 64),
    lambda made: made["packages"][0].update(identifier="example.com/a/b:1"),
    lambda made: made["packages"][0].pop("transport"),
    lambda made: made["packages"][0]["runtimeArguments"][0].pop("name"),
    lambda made: made["packages"][1].pop("fileSha256"),
    lambda made: made["packages"][1].update(fileSha256="F" * 64),
    lambda made: made["packages"][1].update(identifier="https://example.com/mcp.mcpb"),
    lambda made: made["packages"][1].update(identifier="https://github.com/a/b/raw/main/mcp.mcpb"),
    lambda made: made["packages"][1].update(transport={"type": "http"}),
])
def test_the_schema_refuses(server, change):
    changed = copy.deepcopy(server)
    change(changed)
    assert faults(changed) != []


def test_its_sums_and_names_are_those_of_the_files(server, dist):
    oci, *bundles = server["packages"]
    assert oci["identifier"] == f"ghcr.io/{REPOSITORY}:{VERSION}@sha256:{INDEX}"
    for bundle, arch in zip(bundles, ("amd64", "arm64"), strict=True):
        file = dist / f"mcp-ssh-{VERSION}-linux-{arch}.mcpb"
        assert bundle["identifier"] == f"https://github.com/{REPOSITORY}/releases/download/v{VERSION}/{file.name}"
        assert bundle["fileSha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert "@" not in re.sub(r"@sha256:", "", json.dumps(server))


def test_every_variable_of_its_arguments_is_asked_for(server):
    for argument in server["packages"][0]["runtimeArguments"]:
        named = re.findall(r"\{(\w+)\}", argument.get("value", ""))
        assert named == list(argument.get("variables", {}))
        assert all(variable["isRequired"] for variable in argument.get("variables", {}).values())


def test_its_docker_arguments_are_those_of_docker_run(server):
    words = [word for argument in server["packages"][0]["runtimeArguments"] for word in (argument["name"], argument.get("value"))]
    guide = (ROOT / "docs/DEPLOYMENT.md").read_text()
    for word in ("--read-only", "--cap-drop", "--security-opt"):
        assert word in words and word in guide
    assert [word.partition(",dst=")[2] for word in words if word and ",dst=" in word] == [
        f"/app/{name},readonly" for name in ("config", "keys", "secrets")]


@pytest.mark.parametrize("file", ["Dockerfile", "Dockerfile.scratch"])
def test_the_label_of_the_image_is_the_name_in_the_registry(server, file):
    assert f'{LABEL}="{server["name"]}"' in (ROOT / file).read_text()


def test_its_icons_are_files_of_the_repository(server, entry):
    for address in [*(icon["src"] for icon in server["icons"]), entry["about"]["icon"]]:
        place = address.removeprefix(f"https://raw.githubusercontent.com/{REPOSITORY}/v{VERSION}/")
        assert (ROOT / place).is_file() and (ROOT / place).stat().st_size < 2 * 1024 * 1024


# --- Docker's catalogue

KEYS = {"name", "image", "type", "meta", "about", "source", "run", "config"}


def catalogue_faults(entry):
    """What Docker's check of a catalogue entry would say of it, as far as it needs no network."""
    if not re.fullmatch("[a-z0-9-]+", entry["name"]):
        yield "name"
    title = entry["about"]["title"]
    if "MCP" in title or "Server" in title or any(word[0] != word[0].upper() and word not in ("and", "for") for word in title.split()):
        yield "title"
    if entry["type"] != "server" or not re.fullmatch("[a-f0-9]{40}", entry["source"].get("commit", "")):
        yield "commit"
    if not entry["source"]["project"].startswith("https://github.com/"):
        yield "project"
    if not entry["meta"].get("category") or not entry["meta"].get("tags") or not entry["about"].get("description"):
        yield "meta"
    parameters = entry["config"]["parameters"]
    named = [re.fullmatch(r"\{\{([a-z0-9-]+)\.(\w+)\}\}:(/.*)", volume) for volume in entry["run"]["volumes"]]
    if not all(named) or {found[1] for found in named if found} != {entry["name"]}:
        yield "volumes"
    elif [found[2] for found in named] != parameters["required"] or set(parameters["required"]) != set(parameters["properties"]):
        yield "parameters"
    if set(entry) - KEYS:
        yield "keys"


def test_dockers_catalogue_takes_the_entry(entry, dist):
    assert list(catalogue_faults(entry)) == []
    assert entry["image"] == f"ghcr.io/{REPOSITORY}:{VERSION}@sha256:{INDEX}"
    assert entry["source"] == {"project": f"https://github.com/{REPOSITORY}", "commit": COMMIT}
    assert [volume.partition(":")[2] for volume in entry["run"]["volumes"]] == ["/app/config", "/app/keys", "/app/secrets"]
    run(*node("prettier/bin/prettier.cjs", "--check", dist / "docker-catalogue.yaml"))


@pytest.mark.parametrize("change, fault", [
    (lambda entry: entry.update(name="MCP_SSH"), "name"),
    (lambda entry: entry["about"].update(title="SSH MCP Server"), "title"),
    (lambda entry: entry["about"].update(title="SSH orchestrator"), "title"),
    (lambda entry: entry["source"].update(commit="v0.1.0"), "commit"),
    (lambda entry: entry["run"]["volumes"].append("/:/host"), "volumes"),
    (lambda entry: entry["config"]["parameters"]["required"].pop(), "parameters"),
    (lambda entry: entry.update(secret="x"), "keys"),
])
def test_the_check_of_the_entry_refuses(entry, change, fault):
    change(entry)
    assert fault in list(catalogue_faults(entry))


# --- refusals


@pytest.mark.parametrize("how, why", [
    ({"repository": "acme"}, "`acme` is no OWNER/NAME"),
    ({"repository": "acme/mcp-ssh-orchestrator"}, "Dockerfile labels the image ['io.github.samerfarida/mcp-ssh-orchestrator'], and its name"),
    ({"commit": "main"}, "`main` is no commit"),
])
def test_refused(dist, how, why):
    end = told(dist, **how)
    assert end.returncode == 1 and why in end.stderr
    assert not (dist / "server.json").exists()


@pytest.mark.parametrize("name, why", [("image-digests", "image-digests has no index of "), (f"mcp-ssh-{VERSION}-linux-arm64.mcpb", "there is no ")])
def test_a_part_that_is_missing(dist, name, why):
    (dist / name).write_text("") if name == "image-digests" else (dist / name).unlink()
    end = told(dist)
    assert end.returncode == 1 and why in end.stderr
    assert not (dist / "server.json").exists()
