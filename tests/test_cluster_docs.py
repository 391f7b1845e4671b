"""The manifests of clusters that the documents hold are what KubeRay and Ray's launcher read.

Fields are those of RayCluster v1 (ray-project/kuberay, ray-operator/apis/ray/v1/raycluster_types.go), of
Kubernetes' pods as far as they are used here, and of Ray's launcher.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCS = Path(__file__).parent.parent / "docs"

SPEC = {
    "headGroupSpec": dict, "workerGroupSpecs": list, "rayVersion": str, "enableInTreeAutoscaling": bool,
    "autoscalerOptions": dict, "headServiceAnnotations": dict, "suspend": bool,
}  # fmt: skip
HEAD = {
    "serviceType": str, "headService": dict, "enableIngress": bool, "rayStartParams": dict, "template": dict,
}  # fmt: skip
WORKERS = {
    "groupName": str, "replicas": int, "minReplicas": int, "maxReplicas": int, "numOfHosts": int,
    "rayStartParams": dict, "template": dict, "scaleStrategy": dict,
}  # fmt: skip
AUTOSCALER = {
    "resources": dict, "image": str, "imagePullPolicy": str, "env": list, "envFrom": list,
    "volumeMounts": list, "securityContext": dict, "idleTimeoutSeconds": int, "upscalingMode": str,
}  # fmt: skip
CONTAINER = {
    "name": str, "image": str, "ports": list, "env": list, "volumeMounts": list, "resources": dict,
    "args": list, "command": list, "lifecycle": dict, "imagePullPolicy": str,
}  # fmt: skip
QUANTITY = re.compile(r"\d+(\.\d+)?(m|[kKMGT]i?)?")


def require(value: dict[str, Any], fields: dict[str, type], *needed: str) -> None:
    unknown = value.keys() - fields.keys()
    assert not unknown, f"no such field: {unknown}"
    for name, content in value.items():
        assert isinstance(content, fields[name]), f"{name} is {content!r}"
    assert not (lacking := set(needed) - value.keys()), f"required: {lacking}"


def require_pod(template: dict[str, Any]) -> None:
    assert template.keys() <= {"metadata", "spec"}
    pod = template["spec"]
    assert pod.keys() <= {"containers", "volumes", "nodeSelector", "tolerations", "serviceAccountName"}
    volumes = {volume["name"] for volume in pod.get("volumes", ())}
    for container in pod["containers"]:
        require(container, CONTAINER, "name", "image", "resources")
        assert {mount["name"] for mount in container.get("volumeMounts", ())} <= volumes
        for bound in ("requests", "limits"):
            assert all(QUANTITY.fullmatch(str(q)) for q in container["resources"][bound].values())
        for variable in container.get("env", ()):
            assert variable.keys() == {"name", "value"} and isinstance(variable["value"], str)


def manifest_of_kuberay() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DOCS / "kuberay.yaml").read_text(encoding="utf-8"))
    return content


def launchers_file() -> dict[str, Any]:
    text = (DOCS / "cluster.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    content: dict[str, Any] = yaml.safe_load(block)
    return content


def test_the_manifest_of_kuberay_has_the_fields_of_a_ray_cluster() -> None:
    manifest = manifest_of_kuberay()
    assert (manifest["apiVersion"], manifest["kind"]) == ("ray.io/v1", "RayCluster")
    assert manifest.keys() == {"apiVersion", "kind", "metadata", "spec"}
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", manifest["metadata"]["name"])
    spec = manifest["spec"]
    require(spec, SPEC, "headGroupSpec")
    require(spec["autoscalerOptions"], AUTOSCALER)
    assert spec["autoscalerOptions"]["upscalingMode"] in ("Default", "Aggressive", "Conservative")
    require(spec["headGroupSpec"], HEAD, "rayStartParams", "template")
    groups = spec["workerGroupSpecs"]
    for group in groups:
        require(group, WORKERS, "groupName", "minReplicas", "maxReplicas", "rayStartParams", "template")
        assert group["minReplicas"] <= group["replicas"] <= group["maxReplicas"]
    for place in (spec["headGroupSpec"], *groups):
        assert all(isinstance(value, str) for value in place["rayStartParams"].values())
        require_pod(place["template"])
    ports = {p["containerPort"] for p in spec["headGroupSpec"]["template"]["spec"]["containers"][0]["ports"]}
    assert {6379, 10001} <= ports  # where workers and ray:// connect


def test_the_launchers_file_has_what_ray_up_needs() -> None:
    settings = launchers_file()
    assert settings.keys() <= {
        "cluster_name", "provider", "auth", "min_workers", "max_workers", "setup_commands",
        "head_start_ray_commands", "worker_start_ray_commands", "idle_timeout_minutes",
    }  # fmt: skip
    assert settings["provider"].keys() == {"type", "head_ip", "worker_ips"}
    assert settings["min_workers"] <= settings["max_workers"] == len(settings["provider"]["worker_ips"])
    assert any("journeyman[ray]" in command for command in settings["setup_commands"])
    assert any("--head" in command for command in settings["head_start_ray_commands"])
    assert all("--head" not in command for command in settings["worker_start_ray_commands"])


def test_rays_own_autoscaler_reads_the_manifest_as_it_is_meant() -> None:
    of_ray = pytest.importorskip(
        "ray.autoscaler._private.kuberay.autoscaling_config", reason="needs the extra 'ray'"
    )
    manifest = manifest_of_kuberay()
    manifest["metadata"]["namespace"] = "default"  # which Kubernetes fills in
    read = of_ray._derive_autoscaling_config_from_ray_cr(manifest)
    head, players = read["available_node_types"]["headgroup"], read["available_node_types"]["players"]
    assert (head["resources"]["CPU"], players["resources"]["CPU"]) == (0, 4)
    assert (players["min_workers"], players["max_workers"]) == (0, 16)
    assert read["idle_timeout_minutes"] == 5


def test_rays_own_launcher_accepts_its_file() -> None:
    of_ray = pytest.importorskip("ray.autoscaler._private.util", reason="needs the extra 'ray'")
    settings = of_ray.prepare_config(launchers_file())
    of_ray.validate_config(settings)
    (nodes,) = settings["available_node_types"].values()
    assert nodes["max_workers"] == len(launchers_file()["provider"]["worker_ips"])


def test_the_manifest_starts_the_ray_that_is_tested_with() -> None:
    constraints = (DOCS.parent / "constraints.txt").read_text(encoding="utf-8")
    assert f"ray=={manifest_of_kuberay()['spec']['rayVersion']}\n" in constraints
