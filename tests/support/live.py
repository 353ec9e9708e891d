"""The gateway and the staff pages on real ports of this process, for browsers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from flask import Flask
from playwright.sync_api import Browser
from starlette.applications import Starlette

from bot.staff.shell.serve import make_server


@contextmanager
def served(app: Starlette, port: int) -> Iterator[str]:
    """Serve an app from a thread; yield its address."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the gateway of the tests did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def staff_served(app: Flask, browser: Browser | None = None) -> Iterator[str]:
    """Serve the staff pages from a thread; yield their address. The server ends when nobody is
    connected any more, so what the browser has open is closed first.
    """
    server = make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    for context in browser.contexts if browser else ():
        context.close()
    server.close()
    thread.join(timeout=5)
    assert not thread.is_alive(), "a connection is open still"
