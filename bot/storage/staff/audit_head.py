"""What is remembered of the audit outside the database: its key, and how far it had come.

Both are in `SECRETS_DIR`: who can write to the database alone can neither make a hash that fits nor
make the remembered end forgotten. The head is `audit-….head`, one line of JSON; its name is made of
where the database is, because one folder of secrets may serve several. It may lag behind the table
by what was just written, and is never ahead of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from sqlalchemy.engine import URL

from bot.settings import SettingsError
from bot.storage.database.keys import load_keys, replace_file

AUDIT = "audit"  # where a session carries its AuditFolder


@dataclass(frozen=True)
class Head:
    """An entry that was the last one once; `id` is 0 when there was none. Entries up to the id
    `since` are from before there was a key, and all after it have a hash. 0: there are none.
    """

    since: int
    id: int
    hash: str

    def is_old(self, entry_id: int) -> bool:
        """Say whether an entry is from before there was a key."""
        return self.since > 0 and entry_id <= self.since


class AuditFolder:
    """The secrets that the audit needs. Nothing is read or made before the first use."""

    def __init__(self, secrets_dir: Path, url: URL) -> None:
        self._folder = secrets_dir
        self._head = secrets_dir / head_name(url)

    @cached_property
    def key(self) -> bytes:
        """Derived from the key that is never rotated, so that old entries can always be checked."""
        return bytes.fromhex(load_keys(self._folder).hash_of("audit", "chain"))

    def head(self) -> Head | None:
        """Return the head, or None when there is none. Raises SettingsError for a spoilt one."""
        try:
            said = json.loads(self._head.read_text(encoding="ascii"))
            return Head(int(said["since"]), int(said["id"]), str(said["hash"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f"{self._head} cannot be read; put it back from your backup."
            ) from error

    def remember(self, head: Head) -> None:
        """Put a head in the place of the old one. Raises OSError."""
        replace_file(self._head, json.dumps(asdict(head)) + "\n")


def head_name(url: URL) -> str:
    """Return the name of the file for the database at an address; user and password do not
    matter.
    """
    is_file = url.drivername.startswith("sqlite")
    where = (
        Path(url.database or "").resolve() if is_file else f"{url.host}:{url.port}/{url.database}"
    )
    return f"audit-{sha256(str(where).encode()).hexdigest()[:12]}.head"
