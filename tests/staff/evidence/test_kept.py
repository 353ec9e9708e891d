"""Figures that are counted beside the pages when there are very many responses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from bot.staff.evidence.kept import FRESH, Counted, Kept
from bot.staff.shell.moments import moment
from bot.storage.staff.rows import Role
from tests.staff.coding.test_coding_pages import writer
from tests.staff.desk import Clock, Desk, audit
from tests.staff.evidence.test_certificate import page

NOON = datetime(2021, 3, 1, 12, tzinfo=timezone.utc)
Work = list[Callable[[], None]]


def test_they_are_counted_again_when_they_are_not_fresh_and_by_one_at_a_time() -> None:
    clock, work, numbers = Clock(NOON), Work(), iter(range(9))
    kept = Kept(clock, work.append)

    def get() -> Counted[int] | None:
        return kept.get("n", lambda: next(numbers))

    assert get() is None and get() is None and len(work) == 1
    work.pop()()
    assert get() == Counted(0, NOON, kept=True)
    clock.now += FRESH
    assert get() == Counted(0, NOON, kept=True) and not work
    clock.now += timedelta(seconds=1)
    assert get() == get() == Counted(0, NOON, kept=True) and len(work) == 1
    work.pop()()
    assert get() == Counted(1, clock.now, kept=True)


def test_what_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    work = Work()
    kept = Kept(Clock(NOON), work.append)
    assert kept.get("n", lambda: 1 // 0) is None
    work.pop()()
    assert kept.get("n", lambda: 7) is None
    work.pop()()
    assert kept.get("n", lambda: 8) == Counted(7, NOON, kept=True)
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture()
def work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Work:
    """What waits to be counted, at a desk that has very many responses."""
    monkeypatch.setattr("bot.staff.evidence.kept.takes_long", lambda session: True)
    waits = Work()
    desk.app.extensions["kept"] = Kept(desk.clock, waits.append)
    return waits


@pytest.mark.parametrize(
    ("path", "shown", "recorded"),
    [
        ("/certificate", "0 of 1 responses were read", "certificate viewed"),
        ("/report", "1 person took part", "report viewed"),
    ],
)
def test_a_page_waits_for_its_figures_and_says_of_when_they_are(
    desk: Desk, work: Work, path: str, shown: str, recorded: str
) -> None:
    client = desk.signed_in(Role.ADMIN)
    writer(desk, "benches")
    first = client.get(path)
    assert "are being counted" in first.text and first.headers["Refresh"]
    assert shown not in page(client, path)
    work.pop()()
    then = desk.clock.now
    desk.clock.move(minutes=5)
    writer(desk, "shade")
    told = page(client, path)
    assert shown in told and moment(then) in told
    assert audit(desk)[-1][1] == recorded
    work.pop()()
    assert shown not in page(client, path)


def test_the_path_of_a_response_is_shown_before_the_audit_was_checked(
    desk: Desk, work: Work
) -> None:
    client, person = desk.signed_in(Role.ADMIN), writer(desk, "benches")
    path = f"/certificate/{person.reference}"
    assert "The audit is being checked" in page(client, path)
    work.pop()()
    told = page(client, path)
    assert "The audit is unbroken" in told and "It was checked at 1 March 2021" in told
