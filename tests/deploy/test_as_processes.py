"""No container engine runs here. So what the image holds is copied, and the containers of the
manifests are run from it as plain processes: their commands, their settings, their probes.

Rasa is left out: loading it takes as long as all of this (`tests/end_to_end` has it).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.settings import ROOT
from tests.conftest import missing
from tests.deploy.test_manifests import BY_NAME, SETTINGS
from tests.support.deployed import after_bot, copied
from tests.support.postgres import free_port
from tests.support.processes import until

STOPPED_SECONDS = 30  # as the manifests allow


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Containerfile copies, in a folder of its own."""
    folder = tmp_path_factory.mktemp("image") / "app"
    folder.mkdir()
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


@pytest.fixture()
def environment(tmp_path: Path) -> dict[str, str]:
    """The settings of the base, and what a Secret and the image would add."""
    (settings,) = [data for (_, name), data in SETTINGS.items() if name == "settings"]
    ports = {f"{name}_PORT": str(free_port()) for name in ("GATEWAY", "WORKER", "STAFF", "RASA")}
    return {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        **settings,
        "TWILIO_NUMBER": "",  # the rest of these is in the Secret
        "SMTP_HOST": "",
        "SMTP_FROM": "",
        "ALERT_TO": "",
        "DATABASE_URL": f"sqlite:///{tmp_path}/data.db",
        "SECRETS_DIR": str(tmp_path / "secrets"),
        **ports,
    }


def run(words: list[str], image: Path, environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=image, env=environment, timeout=120, check=False).returncode


@contextmanager
def served(
    name: str, image: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bot", *BY_NAME[name]["args"]]
    process = subprocess.Popen(command, cwd=image, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def probed(name: str, probe: str, environment: dict[str, str]) -> int | None:
    """Ask as the engine would; None while nothing listens."""
    path = BY_NAME[name][probe]["httpGet"]["path"]
    try:
        url = f"http://127.0.0.1:{environment[f'{name.upper()}_PORT']}{path}"
        return httpx.get(url, timeout=5, trust_env=False).status_code
    except httpx.TransportError:
        return None


@pytest.mark.slow
def test_the_containers_run_as_processes(image: Path, environment: dict[str, str]) -> None:
    if not (ROOT / "node_modules" / "govuk-frontend").is_dir():
        missing("govuk-frontend (`make install` brings it)")
    before = sorted(image.rglob("*"))
    assert run(BY_NAME["migrate"]["args"], image, environment) == 0
    with ExitStack() as stack:
        names = ("gateway", "worker", "staff")
        started = {name: stack.enter_context(served(name, image, environment)) for name in names}

        def up(name: str) -> bool:
            assert started[name].poll() is None, f"{name} ended"
            return probed(name, "startupProbe", environment) == 200

        for name in names:
            until(partial(up, name))
            assert probed(name, "livenessProbe", environment) == 200
        ready = {name: probed(name, "readinessProbe", environment) for name in names}
        assert ready == {"gateway": 200, "worker": 503, "staff": 200}  # there is no Rasa
        asked = BY_NAME["rasa"]["livenessProbe"]["exec"]["command"]
        assert run(after_bot(asked), image, environment) == 1
        assert run(["probe", "gateway", "--ready"], image, environment) == 0
        assert run(["probe", "worker"], image, environment) == 0
        for name in ("retention", "audit"):
            assert run(BY_NAME[name]["args"], image, environment) == 0
        for process in started.values():
            process.send_signal(signal.SIGTERM)
        for process in started.values():
            process.wait(timeout=STOPPED_SECONDS)
    assert sorted(image.rglob("*")) == before  # a read-only root would have done
