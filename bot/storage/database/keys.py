"""Secrets outside the database: made on first use, readable by the owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from bot.settings import SettingsError
from bot.storage.database.own_files import own

RING = "address.keys"
SHORTEST = 32  # letters; an emptied file would otherwise let everybody in who shows nothing


@dataclass(frozen=True)
class Keys:
    """What finds and hides addresses and contact details. `hash_key` never leaves `SECRETS_DIR`.

    `ring` gives the keys that hide, as they are now: a process that has run for months must hide
    with the new key as soon as there is one (see rotation.py).
    """

    hash_key: bytes
    ring: Callable[[], MultiFernet]

    def hash_of(self, channel: str, address: str) -> str:
        """Return the keyed hash of a normalised address: hex, 64 letters."""
        message = f"{channel}|{address}".encode()
        return hmac.new(self.hash_key, message, hashlib.sha256).hexdigest()

    def hide(self, address: str) -> bytes:
        """Return an address as it is stored."""
        return self.ring().encrypt(address.encode())

    def reveal(self, hidden: bytes) -> str:
        """Return what `hide` was given; any key of the folder will do."""
        return self.ring().decrypt(hidden).decode()

    def rehide(self, hidden: bytes) -> bytes:
        """Return what is hidden, hidden with the newest key."""
        return self.ring().rotate(hidden)


def load_keys(folder: Path) -> Keys:
    """Read the keys, making them on the first run. Raises SettingsError."""
    secret(folder, RING, lambda: Fernet.generate_key().decode())
    ring = Ring(folder / RING)
    try:
        ring()
        hash_key = bytes.fromhex(secret(folder, "hash.key", lambda: secrets.token_hex(32)))
    except ValueError as error:
        raise _spoilt(folder) from error
    if len(hash_key) < 32:
        raise _spoilt(folder / "hash.key")
    return Keys(hash_key=hash_key, ring=ring)


class Ring:
    """The keys of a file, newest first, read again whenever the file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int], MultiFernet] | None = None

    def __call__(self) -> MultiFernet:
        now = self._path.stat()
        version = (now.st_mtime_ns, now.st_ino)
        if self._read is None or self._read[0] != version:
            keys = self._path.read_text(encoding="ascii").split()
            self._read = (version, MultiFernet([Fernet(key) for key in keys]))
        return self._read[1]


def secret(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return the text of one secret file; made with mode 0600 when missing, by one process only."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _create(path, make())
        own(path)
        value = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"SECRETS_DIR {folder} cannot be used ({error.strerror}); make it writable."
        ) from error
    except UnicodeDecodeError as error:
        raise _spoilt(path) from error
    if len(value) < SHORTEST:
        raise _spoilt(path)
    return value


def _spoilt(path: Path) -> SettingsError:
    return SettingsError(f"{path} does not hold a whole key; put it back from your backup.")


def _create(path: Path, value: str) -> None:
    """Write whole and then link into place: two processes that start together agree on one
    secret.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        draft.unlink()


def replace_file(path: Path, text: str) -> None:
    """Put a whole file in the place of the old one, so that no reader ever sees half of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def turn_secret(folder: Path) -> str:
    """Return what the gateway, Rasa and the actions show each other."""
    return secret(folder, "turn.secret", lambda: secrets.token_hex(32))
