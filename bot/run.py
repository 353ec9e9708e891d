"""`python -m bot run`: look before starting, then hand the four processes to supervisord."""

from __future__ import annotations

import errno
import os
import shlex
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path

from bot.consultation.file.read import find_consultation
from bot.logs import configure_logging
from bot.settings import Settings, SettingsError, load_settings
from bot.storage.database.checkpoints import DEMONSTRATION, clear_mark, set_mark
from bot.storage.database.keys import load_keys, turn_secret
from bot.storage.database.migrate import migrate
from bot.storage.database.session import StorageError, open_database
from bot.training import QUIET, trained_model

PROCESSES = ("gateway", "staff", "actions", "rasa")
PAGE_SECONDS = 5
STOP_SECONDS = 7  # then a process is killed; all of them together stay under ten


def run(demo_date: str) -> None:
    """Check everything, migrate, and become supervisord. Raises SettingsError before anything
    starts.
    """
    if demo_date and load_settings().consultation_date is None:
        os.environ["CONSULTATION_DATE"] = demo_date
    settings = load_settings()
    os.umask(0o077)  # what residents wrote is for this user's eyes only
    _check(settings)
    begin_audit(settings)
    _note_demonstration(settings)
    # Named by its port: several deployments may run from one folder.
    configuration = settings.var / "run" / f"supervisord-{settings.gateway_port}.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(supervisord_conf(settings), encoding="utf-8")
    _say("Starting. The first start trains the dialogue model, which takes two minutes.")
    os.environ.update(QUIET)
    os.chdir(settings.root)
    python = sys.executable
    os.execv(
        python,
        [python, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(configuration)],
    )


def _check(settings: Settings) -> None:
    """Find out now, in one clear line, what would stop a process later. Raises SettingsError."""
    _check_writable(settings.var)
    load_keys(settings.secrets_dir)
    find_consultation(settings.consultations, settings.consultation)
    for name in PROCESSES:
        _check_port(name, _host(settings, name), _port(settings, name))
    try:
        migrate(settings.database_url)
    except StorageError as error:
        raise SettingsError(
            f"DATABASE_URL: the database cannot be used: {error}. Is it running, and writable?"
        ) from error


def begin_audit(settings: Settings) -> None:
    """Remember how far the audit has come, the first time: later it accepts no entry without a
    key.
    """
    from bot.storage.staff.audit import begin

    database = open_database(settings.database_url, settings.secrets_dir)
    with closing(database), database.writing() as session:
        begin(session)


def _note_demonstration(settings: Settings) -> None:
    """Commands beside this one must take the same day as today."""
    day = settings.consultation_date
    database = open_database(settings.database_url)
    with closing(database), database.writing() as session:
        if day is None:
            clear_mark(session, DEMONSTRATION)
        else:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc)
            set_mark(session, DEMONSTRATION, noon)


def _check_writable(folder: Path) -> None:
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be written to ({error.strerror}). Make it writable."
        ) from error


def _port(settings: Settings, process: str) -> int:
    port: int = getattr(settings, f"{process}_port")
    return port


def _host(settings: Settings, process: str) -> str:
    host: str = getattr(settings, f"{process}_host", "127.0.0.1")
    return host


def _check_port(process: str, host: str, port: int) -> None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"{process.upper()}_HOST is {host!r}, which is no address of this machine."
        ) from error
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise SettingsError(
                    f"{process.upper()}_HOST is {host!r}, which is no address of this machine."
                ) from error
            raise SettingsError(
                f"Port {port} is in use. Stop the other program, or set {process.upper()}_PORT"
                " to another."
            ) from error


def supervisord_conf(settings: Settings) -> str:
    """Return the configuration: all in one group, so that all stop at the same time."""
    programs = "\n".join(_program(name) for name in PROCESSES)
    user = "user=root\n" if os.geteuid() == 0 else ""
    return (
        "[supervisord]\n"
        f"nodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\nloglevel=warn\n{user}"
        f"pidfile={_quoted(settings.var / 'run' / f'supervisord-{settings.gateway_port}.pid')}\n\n"
        f"[group:bot]\nprograms={','.join((*PROCESSES, 'announce'))}\n\n"
        f"{programs}\n"
        "[program:announce]\n"
        f"command={_command('announce')}\n"
        "autorestart=false\nstartsecs=0\nstdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0\n"
        "redirect_stderr=true\n"
    )


def _program(name: str) -> str:
    return (
        f"[program:{name}]\n"
        f"command={_command('serve', name)}\n"
        "autorestart=true\nstartsecs=1\nstartretries=100000\n"
        f"stopsignal=TERM\nstopwaitsecs={STOP_SECONDS}\nstopasgroup=true\nkillasgroup=true\n"
        "stdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0\nredirect_stderr=true\n"
    )


def _command(*words: str) -> str:
    return _quoted(" ".join([shlex.quote(sys.executable), "-m", "bot", *words]))


def _quoted(value: object) -> str:
    return str(value).replace("%", "%%")  # supervisord expands %(name)s


def serve(process: str) -> None:
    """Run one process in the foreground. Raises SettingsError."""
    settings = load_settings()
    configure_logging(settings.log_level, process)
    if process != "gateway":
        _let_the_page_come_first(settings)
    {
        "gateway": _serve_gateway,
        "staff": _serve_staff,
        "actions": _serve_actions,
        "rasa": _serve_rasa,
    }[process](settings)


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


def _serve_staff(settings: Settings) -> None:
    from bot.staff.shell.serve import serve as serve_staff

    serve_staff(settings)


def _serve_actions(settings: Settings) -> None:
    os.execv(sys.executable, [sys.executable, "-m", "actions"])


def _serve_rasa(settings: Settings) -> None:
    """Train if needed, then become `rasa run`: loopback only, and never with its HTTP API."""
    model = trained_model(settings)
    os.environ.update(
        QUIET,
        TURN_SECRET=turn_secret(settings.secrets_dir),
        ACTIONS_PORT=str(settings.actions_port),
        SANIC_WORKERS="1",
    )
    command = [sys.executable, "-m", "bot.rasa.rasa", "run", "--quiet"]
    command += ["--interface", "127.0.0.1", "--port", str(settings.rasa_port)]
    command += ["--model", str(model), "--endpoints", "endpoints.yml"]
    os.chdir(settings.root)
    os.execv(sys.executable, [*command, "--credentials", "credentials.yml"])


def announce() -> None:
    """Print the addresses as they begin to answer."""
    settings = load_settings()
    gateway = f"http://127.0.0.1:{settings.gateway_port}"
    _wait_for(f"{gateway}/live")
    _say(f"Residents: {settings.public_base_url}")
    _wait_for(f"http://127.0.0.1:{settings.staff_port}/live")
    _say(f"Staff:     {settings.staff_base_url}")
    if link := first_account_link(settings):
        _say(f"           Nobody can sign in yet. Set up the first account here, once: {link}")
    _say("The dialogue model is loading. Messages are saved meanwhile.")
    _wait_for(f"{gateway}/ready")
    _say("Everything answers. Ctrl-C stops it.")


def first_account_link(settings: Settings) -> str | None:
    """Return a fresh one-time link while there is no staff account."""
    from bot.storage.staff.one_time_links import setup_token_if_empty

    database = open_database(settings.database_url)
    with closing(database), database.writing() as session:
        token = setup_token_if_empty(session, datetime.now(timezone.utc))
    return set_up_link(settings, token) if token else None


def set_up_link(settings: Settings, token: str) -> str:
    """Return the address where a one-time token is used."""
    return f"{settings.staff_base_url}/set-up/{token}"


def _wait_for(url: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
