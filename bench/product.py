"""Our product, for real: the processes of `make run` that a message passes, in a folder of its
own.
"""

from __future__ import annotations

from pathlib import Path

from processes import Processes, free_ports, run

PROCESSES = ("rasa", "gateway")


def settings(folder: Path) -> dict[str, str]:
    """Return the environment that keeps one run away from everything else on this machine."""
    gateway, rasa, staff = free_ports(3)
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'haveyoursay.db'}",
        "SECRETS_DIR": str(folder / "secrets"),
        "GATEWAY_PORT": str(gateway),
        "RASA_PORT": str(rasa),
        "STAFF_PORT": str(staff),
        "PUBLIC_BASE_URL": f"http://localhost:{gateway}",
        "CONSULTATION": "manchester-digital-strategy",
        "CONSULTATION_DATE": "2021-03-01",
        # All conversations come from one address here.
        "WEB_MESSAGES_PER_MINUTE": "1000000",
        "WEB_SESSIONS_PER_HOUR": "1000000",
        "LOG_LEVEL": "WARNING",
    }


def prepare(env: dict[str, str]) -> Path:
    """Make the database, train if needed, and return the model."""
    run(["-m", "bot", "migrate"], env)
    said = run(["-m", "bot", "train"], env).strip().splitlines()[-1]
    return Path(said.removeprefix("The model is ").removesuffix("."))


def start(processes: Processes, env: dict[str, str]) -> str:
    """Start what `make run` starts, without the staff pages; return the gateway's address."""
    for name in PROCESSES:
        processes.start(name, ["-m", "bot", "serve", name], env)
    gateway = f"http://127.0.0.1:{env['GATEWAY_PORT']}"
    processes.wait_for("gateway", f"{gateway}/ready")
    return gateway
