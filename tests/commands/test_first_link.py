"""The link that makes the first account: for a person at a terminal, never for a log."""

from __future__ import annotations

import sys

import pytest

from bot.processes.announce import show_first_link
from bot.settings import Settings
from bot.storage.database.session import Database


@pytest.mark.parametrize("terminal", [True, False])
def test_it_is_shown_on_a_terminal_only(
    settings: Settings,
    database: Database,
    terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    show_first_link(settings)
    told = capsys.readouterr().out
    assert ("/set-up/" in told) is terminal
    assert ("staff add" in told) is not terminal
