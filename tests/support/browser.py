"""Debian's Chromium through playwright (which cannot fetch its own), and axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path() -> str | None:
    """Return the browser to use: CHROMIUM from the environment, or the machine's own."""
    return (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def axe_findings(page: Page) -> list[str]:
    """Return every violation that axe finds on the page as it is now."""
    if not page.evaluate("() => Boolean(window.axe)"):
        # The page's policy allows no script of others; the tests' own goes in by the debugger.
        page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    result: Any = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {', '.join(str(n['target']) for n in v['nodes'])}"
        for v in result["violations"]
    ]
