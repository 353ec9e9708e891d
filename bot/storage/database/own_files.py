"""Files that only their owner reads, whatever process makes them and whatever the umask is."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def own(path: Path) -> None:
    """Take the rights of others from a file, if it is there and is ours."""
    with suppress(FileNotFoundError, PermissionError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & OTHERS:
            path.chmod(mode & ~OTHERS)
