"""Before anything starts: one clear line for what would stop a process later."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from pathlib import Path

from bot.consultation.file.read import find_consultation
from bot.processes.names import names_of
from bot.settings import Settings, SettingsError
from bot.storage.database.keys import load_keys
from bot.storage.database.migrate import migrate
from bot.storage.database.session import StorageError


def check(settings: Settings) -> None:
    """Look at folders, files and ports, and bring the database up to date. Raises SettingsError."""
    _check_writable(settings.var)
    load_keys(settings.secrets_dir)
    find_consultation(settings.consultations, settings.consultation)
    check_nothing_runs(settings)
    try:
        migrate(settings.database_url)
    except StorageError as error:
        raise SettingsError(
            f"DATABASE_URL: the database cannot be used: {error}. Is it running, and writable?"
        ) from error


def check_nothing_runs(settings: Settings) -> None:
    """Raise SettingsError when another program has one of the ports."""
    for name in names_of(settings):
        _check_port(name, _host(settings, name), _port(settings, name))


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
