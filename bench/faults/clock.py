"""A clock of the product's own that can be moved, where libfaketime is installed (`faketime` in
Debian): every process of it reads how far off it is from a file, each time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

USUAL = "usr/lib/*/faketime/libfaketimeMT.so.1"


class Clock:
    """How far the product's clock is from the machine's, in seconds. Only the time of day moves:
    what waits for a number of seconds still does.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._off = file, 0
        self.moved(0)

    def moved(self, seconds: int) -> None:
        """Move the clock by so many seconds from where it is."""
        self._off += seconds
        new = self._file.with_suffix(".new")
        new.write_text(f"{self._off:+d}")
        new.chmod(0o644)
        new.replace(self._file)

    def environment(self) -> Mapping[str, str]:
        """Return what the processes are given, so that they have this clock."""
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def library() -> Path | None:
    """Return libfaketime, as LIBFAKETIME says or where Debian has it; None without it."""
    if given := os.environ.get("LIBFAKETIME"):
        return Path(given)
    return next(Path("/").glob(USUAL), None)
