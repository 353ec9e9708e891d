"""Tell the terminal which addresses answer by now."""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import datetime, timezone

from bot.settings import ROOT, Settings, load_settings
from bot.storage.database.session import open_database

# How Python is called here, from this folder: ".venv/bin/python" where it is in it.
PYTHON = sys.executable.removeprefix(f"{ROOT}/")


def announce() -> None:
    """Print the addresses as they begin to answer."""
    settings = load_settings()
    gateway = f"http://127.0.0.1:{settings.gateway_port}"
    _wait_for(f"{gateway}/live")
    say(f"Residents: {settings.public_base_url}")
    _wait_for(f"http://127.0.0.1:{settings.staff_port}/live")
    say(f"Staff:     {settings.staff_base_url}")
    say("The dialogue model is loading. Messages are saved meanwhile.")
    _wait_for(f"{gateway}/ready")
    say("Everything answers. Ctrl-C stops it.")


def show_first_link(settings: Settings) -> None:
    """While there is no account, show the link that makes one: to a person at a terminal only. In a
    log others could read it.
    """
    if not sys.stdout.isatty():
        say(f"Staff accounts are made with `{PYTHON} -m bot staff add EMAIL --role admin`.")
    elif link := first_account_link(settings):
        say(f"Nobody can sign in yet. Set up the first account here, once staff answers: {link}")


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


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
