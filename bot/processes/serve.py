"""`python -m bot serve PROCESS`: one process in the foreground."""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import suppress
from dataclasses import replace

from bot.logs import configure_logging
from bot.settings import Settings, load_settings
from bot.storage.database.keys import turn_secret
from bot.storage.database.session import StorageError
from bot.storage.privacy.after_restore import begin_records
from bot.training import QUIET

PAGE_SECONDS = 5

# Numpy's threads wait for each other in a busy loop, and a turn's small sums gain nothing by them.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Loading the model takes and frees much. With this bound fixed, glibc gives it back: 23 MB.
GIVE_BACK = {"MALLOC_TRIM_THRESHOLD_": "131072"}


def serve(process: str) -> None:
    """Run one process in the foreground. Raises SettingsError."""
    settings = load_settings()
    configure_logging(settings.log_level, process)
    if process in ("gateway", "worker", "staff"):
        _catch_up(settings)
    if process != "gateway":
        _let_the_page_come_first(settings)
    {
        "gateway": _serve_gateway,
        "worker": _serve_worker,
        "staff": _serve_staff,
        "actions": _serve_actions,
        "rasa": _serve_rasa,
    }[process](settings)


def _catch_up(settings: Settings) -> None:
    """Who starts one process alone serves no older copy of the database either. Raises
    SettingsError. A database that is away is waited for later.
    """
    with suppress(StorageError):
        begin_records(settings)


def _let_the_page_come_first(settings: Settings) -> None:
    """Loading Rasa takes every core for a while; the page needs only two seconds before that."""
    until = time.monotonic() + PAGE_SECONDS
    while time.monotonic() < until:
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", settings.gateway_port), timeout=1),
        ):
            return
        time.sleep(0.05)


def _serve_gateway(settings: Settings) -> None:
    from bot.gateway.serve import serve as serve_gateway

    serve_gateway(settings)


def _serve_worker(settings: Settings) -> None:
    from bot.gateway.worker_process import serve as serve_worker

    serve_worker(replace(settings, workers_apart=True))


def _serve_staff(settings: Settings) -> None:
    from bot.staff.shell.serve import serve as serve_staff

    serve_staff(settings)


def _serve_actions(settings: Settings) -> None:
    os.execv(sys.executable, [sys.executable, "-m", "actions"])


def _serve_rasa(settings: Settings) -> None:
    """Train if needed, then become `rasa run`: loopback only, and never with its HTTP API."""
    from bot.processes.teaching import current_model

    model = current_model(settings)
    os.environ.update(
        QUIET,
        **ONE_THREAD,
        **GIVE_BACK,
        TURN_SECRET=turn_secret(settings.secrets_dir),
        ACTIONS_PORT=str(settings.actions_port),
        SANIC_WORKERS="1",
    )
    command = [sys.executable, "-m", "bot.rasa.rasa", "run", "--quiet"]
    command += ["--interface", "127.0.0.1", "--port", str(settings.rasa_port)]
    command += ["--model", str(model), "--endpoints", "endpoints.yml"]
    os.chdir(settings.root)
    os.execv(sys.executable, [*command, "--credentials", "credentials.yml"])
