"""The Containerfile and the compose file: linted, and true to the product."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT, load_settings
from tests.support.deployed import (
    DEPLOY,
    after_bot,
    check_command,
    copied,
    documents,
    instructions,
    settings_listed,
)

HADOLINT = Path(sys.executable).with_name("hadolint")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
# What the image sets besides the product's settings.
OF_THE_SYSTEM = {"PATH", "HOME", "PYTHONUNBUFFERED", "MPLCONFIGDIR"}
COMPOSE = documents(DEPLOY / "compose.yaml")[0]
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if name != "database"}


def of(word: str) -> list[str]:
    return [rest for said, rest in instructions() if said == word]


def test_hadolint_finds_nothing() -> None:
    command = [str(HADOLINT), str(DEPLOY / "Containerfile")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_is_there_and_nothing_else_is_let_in() -> None:
    named = set(copied())
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert IGNORED[0].startswith("#") and IGNORED[1] == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == named
    assert not named & {"var", ".env", "tests", "deploy"}


def test_it_starts_a_process_of_the_product_as_nobody_special() -> None:
    (entry,), (default,) = of("ENTRYPOINT"), of("CMD")
    assert json.loads(entry) == ["python", "-m", "bot"]
    check_command(json.loads(default))
    (user,) = of("USER")
    assert user == "10001:10001"


def test_its_settings_and_ports_are_those_of_the_product(tmp_path: Path) -> None:
    given = dict(pair.split("=", 1) for line in of("ENV") for pair in line.split())
    assert set(given) - OF_THE_SYSTEM <= settings_listed()
    settings = load_settings(given, root=tmp_path)
    roles = ("gateway", "staff", "worker")
    assert {getattr(settings, f"{role}_host") for role in roles} == {"0.0.0.0"}
    (ports,) = of("EXPOSE")
    assert {int(port) for port in ports.split()} == {
        getattr(settings, f"{role}_port") for role in roles
    }


@pytest.mark.parametrize("name", OURS)
def test_compose_runs_commands_of_the_product_with_few_rights(name: str) -> None:
    service = OURS[name]
    check_command(service["command"])
    if "healthcheck" in service:
        how, *words = service["healthcheck"]["test"]
        assert how == "CMD"
        check_command(after_bot(words))
        assert words[4:] == [service["command"][1]]
    assert service["read_only"] and service["tmpfs"] == ["/tmp"]
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])


def test_compose_asks_each_process_that_stays_how_it_is() -> None:
    stay = {name for name, one in OURS.items() if one["command"][0] == "serve"}
    assert stay == {name for name, one in OURS.items() if "healthcheck" in one}
    assert stay == {"gateway", "worker", "rasa", "staff"}


def test_compose_names_only_what_is_there(tmp_path: Path) -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        if "network_mode" in service:
            assert service["network_mode"].removeprefix("service:") in SERVICES
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    for service in OURS.values():
        assert set(service["environment"]) <= settings_listed()
        assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).exists()
    settings = load_settings({}, root=tmp_path)
    for role in ("gateway", "staff"):
        port = getattr(settings, f"{role}_port")
        assert OURS[role]["ports"] == [f"127.0.0.1:{port}:{port}"]  # the proxy is on this machine
