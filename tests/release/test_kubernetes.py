"""deploy/kubernetes against the official schemas of three releases, and against the restricted pod security standard.

The schemas are those of the package kubernetes-validate, which takes them from Kubernetes' own OpenAPI. The standard is
https://kubernetes.io/docs/concepts/security/pod-security-standards, by its fields.
"""

import kubernetes_validate
import pytest
import yaml

from artefacts import ROOT

RELEASES = ["1.29", "1.33", "1.37"]
# Volumes that the standard admits.
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
FILES = sorted((ROOT / "deploy/kubernetes").glob("*.yml"))


def objects():
    for path in FILES:
        for found in yaml.safe_load_all(path.read_text()):
            yield f"{path.name}:{found['kind']}/{found['metadata']['name']}", found


OBJECTS = dict(objects())


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", OBJECTS)
def test_each_object_is_of_its_schema_and_has_no_unknown_field(name, release):
    kubernetes_validate.validate(OBJECTS[name], release, strict=True)


def test_a_wrong_object_is_refused():
    wrong = {**OBJECTS["mcp-ssh.yml:Deployment/mcp-ssh"], "spec": {"replicaz": 1}}
    for release in RELEASES:
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, release, strict=True)


def violations(pod):
    """What the restricted standard refuses of a pod's spec."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(field):
            yield field
    for volume in pod.get("volumes", []):
        if not set(volume) - {"name"} <= VOLUMES:
            yield f"volume {volume['name']}"
    whole = pod.get("securityContext", {})
    for key in ("containers", "initContainers", "ephemeralContainers"):
        for container in pod.get(key, []):
            own = {**whole, **container.get("securityContext", {})}
            name = container["name"]
            if own.get("privileged") or own.get("allowPrivilegeEscalation") is not False:
                yield f"{name}: privileges"
            if own.get("runAsNonRoot") is not True or own.get("runAsUser") == 0:
                yield f"{name}: root"
            if own.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
                yield f"{name}: seccomp"
            granted = own.get("capabilities", {})
            if "ALL" not in granted.get("drop", []) or not set(granted.get("add", [])) <= {"NET_BIND_SERVICE"}:
                yield f"{name}: capabilities"
            if own.get("procMount", "Default") != "Default" or own.get("seLinuxOptions") or own.get("sysctls"):
                yield f"{name}: kernel"
            if any("hostPort" in port for port in container.get("ports", [])):
                yield f"{name}: host port"


def pods():
    for name, found in OBJECTS.items():
        spec = found.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield name, template["spec"]
        elif found["kind"] == "Pod":
            yield name, spec


def test_every_pod_keeps_to_the_restricted_standard_that_its_namespace_enforces():
    found = dict(pods())
    assert found
    for name, pod in found.items():
        assert list(violations(pod)) == [], name
        assert OBJECTS[name]["metadata"]["namespace"] == "mcp-ssh"
    labels = OBJECTS["mcp-ssh.yml:Namespace/mcp-ssh"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize(
    "change",
    [
        {"hostNetwork": True},
        {"volumes": [{"name": "x", "hostPath": {"path": "/"}}]},
        {"securityContext": {}},
    ],
)
def test_a_pod_that_breaks_the_standard_is_seen(change):
    (_, pod), *_ = pods()
    assert list(violations({**pod, **change}))
