"""Commands that run things: what is done at night, now, and how it ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

from bot.gateway import nightly
from bot.gateway.nightly import JobFailed
from tests.commands.test_cli import run, url  # noqa: F401

Run = Callable[..., Result]


def test_a_job_is_done_now_and_how_it_ended_is_kept(run: Run) -> None:  # noqa: F811
    done = run("jobs", "run", "retention")
    assert (done.exit_code, done.stdout) == (0, "retention: 0 removed.\n")
    (line,) = run("jobs", "list").stdout.splitlines()
    assert line.endswith("Z retention done: 0 removed")


def test_one_that_fails_says_why(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    def work(_: object) -> str:
        raise JobFailed("still in the files of inbox")

    monkeypatch.setattr(nightly, "WORK", {"retention": work})
    failed = run("jobs", "run", "retention")
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert failed.stderr == "retention: still in the files of inbox.\n"
    assert " failed: still in" in run("jobs", "list").stdout


def test_one_that_is_not_there_is_one_line(run: Run) -> None:  # noqa: F811
    failed = run("jobs", "run", "tidying")
    assert failed.exit_code == 1
    assert failed.stderr == "There is no job tidying; there are retention and audit.\n"
