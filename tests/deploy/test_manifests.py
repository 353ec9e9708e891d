"""The Kubernetes manifests: valid, safe, and true to the product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from bot.gateway import health
from bot.metrics import BACKLOG, PREFIX
from bot.settings import load_settings
from tests.staff.desk import Desk
from tests.support.deployed import (
    BASE,
    EXAMPLE,
    Object,
    after_bot,
    check_command,
    documents,
    example,
    objects_in,
    pods_of,
    problems_of,
    settings_listed,
)

WHOLE = example()
PODS = list(pods_of(WHOLE))
CONTAINERS = [one for _, pod in PODS for one in pod["spec"]["containers"]]
NAMES = [one["name"] for one in CONTAINERS]
BY_NAME = {one["name"]: one for one in CONTAINERS}
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
# What a deployment keeps in its Secret. None of it may stand in a manifest.
SECRETS = {
    "DATABASE_URL": "postgresql://u:p@database.example/say",
    "METRICS_TOKEN": "0123456789abcdef",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "SMTP_PASSWORD": "p",
    "SMTP_USER": "u",
    "TELEGRAM_BOT_TOKEN": "700900:token",
    "TELEGRAM_WEBHOOK_SECRET": "secret",
}
SETTINGS = {
    key: one["data"] for key, one in {**objects_in(BASE, "resources"), **WHOLE}.items()
    if one["kind"] == "ConfigMap"
}  # fmt: skip


def process_of(pod: Object) -> str:
    return str(pod["metadata"]["labels"]["process"])


@pytest.mark.parametrize("key", sorted(WHOLE), ids="/".join)
def test_kubernetes_would_take_it(key: tuple[str, str]) -> None:
    assert problems_of(WHOLE[key]) == []


@pytest.mark.parametrize(
    "wrong",
    [{"specs": {}}, {"spec": {"replicas": "two"}}, {"spec": {"template": {"spec": {"x": 1}}}}],
    ids=["a name", "a type", "far inside"],
)
def test_what_it_would_refuse_is_noticed(wrong: dict[str, Any]) -> None:
    assert problems_of({**WHOLE["Deployment", "staff"], **wrong})


@pytest.mark.parametrize("folder", [BASE, EXAMPLE], ids=lambda folder: folder.name)
def test_every_file_is_used(folder: Path) -> None:
    said = documents(folder / "kustomization.yaml")[0]
    named = [*said["resources"], *(patch["path"] for patch in said.get("patches", []))]
    files = {path.name for path in folder.iterdir()} - {"kustomization.yaml"}
    assert {name for name in named if name.endswith(".yaml")} == files
    assert all((folder / name).exists() for name in named)
    assert set(objects_in(folder, "patches")) <= set(objects_in(BASE, "resources"))


@pytest.mark.parametrize("name", NAMES)
def test_its_command_is_one_of_the_product(name: str) -> None:
    check_command(BY_NAME[name]["args"])
    for probe in PROBES:
        if "exec" in BY_NAME[name].get(probe, {}):
            check_command(after_bot(BY_NAME[name][probe]["exec"]["command"]))


@pytest.mark.parametrize("words", [["serves", "gateway"], ["serve", "gate"], ["migrate", "--now"]])
def test_a_command_that_is_not_there_is_noticed(words: list[str]) -> None:
    with pytest.raises(click.UsageError):
        check_command(words)


ALL_THE_TIME = ("gateway", "worker", "rasa", "staff")


@pytest.mark.parametrize("name", ALL_THE_TIME)
def test_it_is_asked_whether_it_lives(name: str) -> None:
    served = BY_NAME[name]
    assert served["args"] == ["serve", name]
    assert {"startupProbe", "livenessProbe"} <= set(served)
    assert ("readinessProbe" in served) == (name != "rasa")  # the worker beside it tells


@pytest.mark.parametrize("name", [name for name in NAMES if "ports" in BY_NAME[name]])
def test_it_is_asked_where_it_answers(name: str, desk: Desk, tmp_path: Path) -> None:
    (port,) = BY_NAME[name]["ports"]
    default = getattr(load_settings({}, root=tmp_path), f"{name}_port")
    assert port == {"name": name, "containerPort": default}
    of_staff = {str(rule) for rule in desk.app.url_map.iter_rules()}
    paths = of_staff if name == "staff" else {route.path for route in health.routes()}
    asked = [BY_NAME[name][probe]["httpGet"] for probe in PROBES]
    assert [one for one in asked if one["path"] not in paths or one["port"] != name] == []


@pytest.mark.parametrize("data", SETTINGS.values(), ids=["/".join(key) for key in SETTINGS])
def test_its_settings_are_the_products_and_no_secrets(data: dict[str, str], tmp_path: Path) -> None:
    assert set(data) <= settings_listed()
    assert not set(data) & set(SECRETS) and set(SECRETS) <= settings_listed()
    settings = load_settings({**data, **SECRETS}, root=tmp_path)
    assert settings.workers_apart and settings.public_base_url.startswith("https://")


@pytest.mark.parametrize(("kind", "pod"), PODS, ids=[process_of(pod) for _, pod in PODS])
def test_it_runs_with_as_few_rights_as_it_needs(kind: str, pod: Object) -> None:
    spec = pod["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert kind == "Deployment" or spec["restartPolicy"] == "Never"
    for one in spec["containers"]:
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(one["resources"]["requests"])
        assert "memory" in one["resources"]["limits"]
        assert one["envFrom"] == [
            {"configMapRef": {"name": "settings"}},
            {"secretRef": {"name": "have-your-say"}},
        ]
        assert "env" not in one  # each setting stands in one place
        mounts = {mount["name"]: mount["mountPath"] for mount in one["volumeMounts"]}
        assert mounts == {"secrets-dir": "/app/var/secrets", "tmp": "/tmp"}


def selected(one: Any) -> Iterator[str]:
    """Yield the processes that selectors anywhere in an object name."""
    if isinstance(one, dict):
        for key, value in one.items():
            if key == "process":
                yield value
            elif key == "matchExpressions":
                yield from (name for e in value if e["key"] == "process" for name in e["values"])
            else:
                yield from selected(value)
    elif isinstance(one, list):
        for value in one:
            yield from selected(value)


def test_what_is_selected_and_scaled_is_there() -> None:
    processes = {process_of(pod) for _, pod in PODS}
    assert {name for one in WHOLE.values() for name in selected(one)} == processes
    deployed = {name for kind, name in WHOLE if kind == "Deployment"}
    scaled = {name for kind, name in WHOLE if kind == "HorizontalPodAutoscaler"}
    budgets = {name for kind, name in WHOLE if kind == "PodDisruptionBudget"}
    assert budgets == deployed and scaled == {"gateway", "worker"}
    for name in scaled:
        target = WHOLE["HorizontalPodAutoscaler", name]["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) == ("Deployment", name)


def test_workers_are_added_by_a_figure_that_there_is() -> None:
    metrics = WHOLE["HorizontalPodAutoscaler", "worker"]["spec"]["metrics"]
    external = [one["external"]["metric"]["name"] for one in metrics if one["type"] == "External"]
    assert external == [f"{PREFIX}_oldest_waiting_seconds"]
    assert external[0].removeprefix(f"{PREFIX}_") in BACKLOG


def test_what_the_first_step_needs_is_in_it() -> None:
    """`kubectl apply -l rollout=first`: the migration, and what it is given."""
    first = {
        key for key, one in WHOLE.items()
        if one["metadata"].get("labels", {}).get("rollout") == "first"
    }  # fmt: skip
    kinds = ("Namespace", "ConfigMap", "PersistentVolumeClaim", "NetworkPolicy", "Job")
    assert first == {key for key in WHOLE if key[0] in kinds}
