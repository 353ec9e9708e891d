"""How the residents' page opens on a slow line: bytes over the wire, and when Start can be pressed.

.venv/bin/python bench/first_load.py http://127.0.0.1:8080   # of `make run`
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.support.browser import chromium_path, launched

SLOW_LINE = {
    "offline": False,
    "latency": 400,  # ms
    "downloadThroughput": 400_000 / 8,  # 400 kbit/s
    "uploadThroughput": 400_000 / 8,
}


def first_load(browser: Browser, address: str) -> tuple[int, int, float]:
    """Return (bytes over the wire, requests, ms until Start is there) of an empty browser."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_LINE)
    loaded: list[float] = []
    network.on("Network.loadingFinished", lambda end: loaded.append(end["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#first button")
    ready: Any = page.evaluate("performance.now()")
    page.wait_for_timeout(1000)
    context.close()
    return int(sum(loaded)), len(loaded), float(ready)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    address = parser.parse_args().address
    executable = chromium_path()
    if executable is None:
        raise SystemExit("Chromium is not installed (set CHROMIUM to its path).")
    with launched(executable) as browser:
        runs = [first_load(browser, address) for _ in range(5)]
    sizes, requests, ready = zip(*runs, strict=True)
    sys.stdout.write(
        f"{max(sizes) / 1000:.1f} KB in {max(requests)} requests; Start can be pressed after"
        f" {statistics.median(ready) / 1000:.2f} s (median of 5;"
        f" slowest {max(ready) / 1000:.2f} s)\n"
    )


if __name__ == "__main__":
    main()
