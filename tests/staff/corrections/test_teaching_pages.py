"""Teaching the bot what was corrected, as an admin does it. The training is stood in for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from html import unescape

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from bot.staff.corrections import teaching_pages
from bot.staff.corrections.trainer import Trainer
from bot.storage.database.tables import CorrectionRow, InboxRow
from bot.storage.jobs import trainings
from bot.storage.review import corrections
from bot.storage.staff.rows import Role
from bot.understanding.personal_data import holds_personal
from tests.staff.browser import sign_in
from tests.staff.desk import CONSULTATION, START, Desk, audit, csrf_token
from tests.support.browser import axe_findings
from tests.support.live import staff_served

SETS = {"recall": [0.92, 0.915], "cries": [8, 9], "cries_of": 9, "changed": 3, "messages": 90}
FIGURES = {"sets": {"look": SETS}, "corrected": [0, 2]}
SAID = {"shall we leave that one": "skip_question", "ask Margaret Hollis": "ask_human"}
correct = partial(
    corrections.correct, staff="ann@example.org", is_personal=holds_personal, now=START
)


@dataclass
class Commands:
    """Starts nothing, and says what would have been started."""

    started: list[list[str]] = field(default_factory=list)
    ended: int | None = None

    def __call__(self, words: Sequence[str]) -> Commands:
        self.started.append(list(words))
        return self

    def poll(self) -> int | None:
        return self.ended


@pytest.fixture()
def commands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Commands:
    made = Commands()
    monkeypatch.setattr(teaching_pages, "_can_train", lambda: True)
    desk.app.extensions["trainer"] = Trainer(made)
    respondent = desk.respondent()
    for seq, (text, intent) in enumerate(SAID.items(), 1):
        desk.say(respondent, text, step=None, intent="give_answer")
        with desk.database.writing() as session:
            row = session.execute(select(InboxRow.seq).order_by(InboxRow.id.desc()).limit(1))
            assert correct(session, respondent.id, row.scalar_one(), intent=intent), seq
    return made


def _page(client: FlaskClient) -> str:
    text = re.sub("<[^>]*>", " ", client.get("/teaching").text)
    return re.sub(r"\s+", " ", unescape(text))


def _post(client: FlaskClient, **form: object) -> str:
    data = {"csrf_token": csrf_token(client, "/teaching"), **form}
    text = client.post("/teaching", data=data, follow_redirects=True).text
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", text)))


def _line(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.execute(select(CorrectionRow.inbox_id)).scalars().all()[0]


def _trained(desk: Desk, outcome: str) -> None:
    """Note a training as the command does."""
    with desk.database.writing() as session:
        begun = trainings.begin_training(
            session, CONSULTATION.id, staff="ann@example.org", lines=1, now=desk.clock()
        )
        assert begun is not None
        taught = {_line(desk): "skip_question"} if outcome == trainings.TAKEN else None
        trainings.end_training(
            session, begun, outcome, desk.clock(), figures=FIGURES, taught=taught
        )


def test_it_shows_what_it_would_learn_and_what_not(desk: Desk, commands: Commands) -> None:
    page = _page(desk.signed_in(Role.ADMIN))
    assert "Nothing is taught now" in page
    learnt, _, refused = page.partition("Not taught ")
    assert "shall we leave that one" in learnt and "Margaret" not in learnt
    assert "may name a person or a place: “Margaret Hollis”" in refused
    assert audit(desk)[-1][1] == "corrections to teach viewed"


@pytest.mark.parametrize("anyway", [False, True])
def test_training_learns_from_what_is_ticked(desk: Desk, commands: Commands, anyway: bool) -> None:
    client = desk.signed_in(Role.ADMIN)
    form = {"anyway": "yes"} if anyway else {}
    page = _post(client, action="train", line=str(_line(desk)), **form)
    (started,) = commands.started
    assert started[:2] == ["corrections", "train"] and started[2].startswith("--who=admin")
    assert started[3:] == ["--anyway"] * anyway + [f"--only={_line(desk)}"]
    assert "It is being trained." in page and "Train with these" not in page
    assert "training asked for" in [what for _, what, _ in audit(desk)]
    assert "Wait until that is done." in _post(client, action="undo")
    assert "Wait until that is done." in _post(client, action="train", line=str(_line(desk)))
    assert len(commands.started) == 1


@pytest.mark.parametrize("line", [[], ["x"], ["--anyway"]])
def test_without_a_line_nothing_begins(desk: Desk, commands: Commands, line: list[str]) -> None:
    page = _post(desk.signed_in(Role.ADMIN), action="train", line=line)
    assert "Tick the lines that the bot should learn." in page and not commands.started


def test_what_got_worse_is_said_and_what_was_before_stays(desk: Desk, commands: Commands) -> None:
    _trained(desk, trainings.LEFT)
    page = _page(desk.signed_in(Role.ADMIN))
    assert "0.920 before, 0.915 after" in page
    assert "Worse: read right in the first set of test messages." in page
    assert "The model is not taken" in page and "Nothing is taught now" in page


def test_it_is_undone(desk: Desk, commands: Commands) -> None:
    _trained(desk, trainings.TAKEN)
    client, commands.ended = desk.signed_in(Role.ADMIN), 0
    assert "1 line is taught now" in _page(client)
    page = _post(client, action="undo")
    assert "1 line is taught no more." in page and "Nothing is taught now" in page
    assert commands.started == [["train"]], "it deletes the models that learnt any"
    assert "training undone" in [what for _, what, _ in audit(desk)]


def test_a_command_that_could_not_begin_is_no_silence(desk: Desk, commands: Commands) -> None:
    client = desk.signed_in(Role.ADMIN)
    _post(client, action="train", line=str(_line(desk)))
    commands.ended = 1
    assert "That did not work." in _page(client)


def test_where_no_model_can_be_added_it_says_so(
    desk: Desk, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching_pages, "_can_train", lambda: False)
    page = _post(desk.signed_in(Role.ADMIN), action="train", line=str(_line(desk)))
    assert "cannot be taught in this installation" in page and "Train with these" not in page
    assert not commands.started


def test_it_can_be_read_on_every_screen(desk: Desk, commands: Commands, browser: Browser) -> None:
    _trained(desk, trainings.TAKEN)
    with desk.database.writing() as session:
        session.execute(update(InboxRow).where(InboxRow.seq == 1).values(confidence=0.4))
    with staff_served(desk.app, browser) as address:
        page = browser.new_context(base_url=address).new_page()
        sign_in(page, desk.person(Role.ADMIN))
        page.goto("/unsure")
        page.get_by_role("link", name="Teach the bot").click()
        expect(page.get_by_label("shall we leave that one")).to_be_checked()
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert axe_findings(page) == []
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), width
        page.get_by_role("button", name="Train with these").click()
        expect(page.get_by_text("It is being trained.")).to_be_visible()
        assert axe_findings(page) == []
    assert len(commands.started) == 1
