"""`python -m bot tell`: it says first, and sends only when all is ready and it is told to."""

from __future__ import annotations

from typing import Any

import pytest

from bot.consultation.model import Consultation
from bot.storage.database.session import open_database
from bot.storage.database.tables import HearingRow, OutboxRow
from bot.storage.publishing.outcomes import approve_outcome, save_outcome
from bot.storage.respondents.hearing import note_asked, note_wish
from tests.commands.test_cli import Run, run, url  # noqa: F401
from tests.support.people import NOON, People
from tests.turns.delivery.test_telling import TEXTS

ALL_DAY = {"QUIET_HOURS": "03:00-03:01"}  # no test runs at night only


def listen(url: str, consultation: Consultation, *, approve: bool) -> None:  # noqa: F811
    database = open_database(url)
    who = People(database, consultation).new(channel="sms")
    with database.writing() as session:
        put: Any = {"text": "Hear?", "version": "1", "channel": "sms", "now": NOON}
        note_asked(session, who.id, **put)
        note_wish(session, who.id, True, NOON)
        written: Any = {"question": None, "theme_id": None, "revision": 0, "now": NOON}
        home = consultation.id
        made = save_outcome(session, home, None, TEXTS, staff="a@example.org", **written)
        if approve:
            seen: Any = {"revision": 1, "now": NOON}
            approve_outcome(session, home, made, staff="b@example.org", **seen)
    database.close()


@pytest.mark.parametrize(
    ("approve", "day", "why"),
    [
        (False, "2021-05-01", "nothing is published yet"),
        (True, "2021-03-01", "the consultation is open until the end of Friday 26 March 2021"),
    ],
)
def test_it_refuses_to_send_before_everything_is_ready(
    run: Run,  # noqa: F811
    url: str,  # noqa: F811
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
    approve: bool,
    day: str,
    why: str,
) -> None:
    listen(url, consultation, approve=approve)
    monkeypatch.setenv("CONSULTATION_DATE", day)
    told = run("tell")
    assert told.exit_code == 0 and f"Not yet: {why}" in told.stdout
    refused = run("tell", "--send")
    assert refused.exit_code == 1 and f"Nobody was told: {why}" in refused.stderr


def test_it_says_whom_it_would_tell_and_does_nothing(
    run: Run,  # noqa: F811
    url: str,  # noqa: F811
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listen(url, consultation, approve=True)
    for name, value in {**ALL_DAY, "CONSULTATION_DATE": "2021-05-01"}.items():
        monkeypatch.setenv(name, value)
    told = run("tell")
    assert told.exit_code == 0, told.stderr
    assert "To be told: 0." in told.stdout and "Text messages: 0 parts" in told.stdout
    assert "Not told: 1: no address." in told.stdout  # the person of this test has none
    database = open_database(url)
    with database.reading() as session:
        assert session.query(OutboxRow).count() == 0
        assert [row.told_at for row in session.query(HearingRow)] == [None]
    database.close()
