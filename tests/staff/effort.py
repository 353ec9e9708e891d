"""What a job on the staff pages takes: presses of the mouse, fields, keys, pages and seconds."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

TABLE = os.environ.get("EFFORT")  # a file that a row for each job is added to: docs/staff.md
BOXES = "select, textarea, input:not([type=checkbox]):not([type=radio])"
COUNTS = f"""
for (const kind of ["click", "keydown", "change"]) addEventListener(kind, (event) => {{
  if (kind === "change" ? event.target.matches?.({BOXES!r}) : event.isTrusted) counted(kind);
}}, true);
"""


@contextmanager
def effort(page: Page, job: str, *, at_most: int) -> Iterator[Counter[str]]:
    """Count what is done on a page: it may take so many clicks, fields and keys, and no more."""
    done: Counter[str] = Counter()
    page.expose_function("counted", lambda kind: done.update([kind]))
    page.add_init_script(COUNTS)
    page.evaluate(COUNTS)
    page.on("framenavigated", lambda _: done.update(["page"]))
    began = time.perf_counter()
    yield done
    took = time.perf_counter() - began
    page.wait_for_timeout(0)  # what was counted last has come in
    if TABLE:
        with Path(TABLE).open("a", encoding="utf-8") as file:
            cells = [str(done[kind]) for kind in ("click", "change", "keydown", "page")]
            file.write(f"| {job} | {' | '.join(cells)} | {took:.1f} |\n")
    acts = done["click"] + done["change"] + done["keydown"]
    assert 0 < acts <= at_most, f"{job}: {dict(done)}"
