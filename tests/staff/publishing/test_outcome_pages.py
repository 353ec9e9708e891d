"""You said, we did: written by one person, approved by another, and public only then."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.storage.coding import codebook
from bot.storage.coding.scope import Scope
from bot.storage.publishing.outcomes import Outcome, outcomes_of, published_outcomes
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token

VIEWS = Scope(CONSULTATION.id, "views")
TEXTS = {
    "title": "More benches",
    "said": "Many of you cannot walk far without a rest.",
    "decision": "changed",
    "did": "There will be a bench every 200 metres.",
    "before": "Benches where there is room.",
    "after": "A bench every 200 metres.",
    "brief": "There will be more benches.",
}


def sent(client: FlaskClient, outcome_id: int = 0, then: str = "", **form: Any) -> TestResponse:
    page = f"/outcomes/{outcome_id or 'new'}"
    form = {"csrf_token": csrf_token(client, page), **form}
    path = page + then if outcome_id else "/outcomes"
    return client.post(path, data=form, follow_redirects=True)


def saved(client: FlaskClient, outcome_id: int = 0, revision: int = 0, **form: Any) -> TestResponse:
    return sent(client, outcome_id, revision=revision, action="save", **{**TEXTS, **form})


def approved(client: FlaskClient, outcome_id: int = 1, revision: int = 1) -> TestResponse:
    return sent(client, outcome_id, "/approve", revision=revision)


def every(desk: Desk) -> list[Outcome]:
    with desk.database.reading() as session:
        return outcomes_of(session, CONSULTATION.id)


def public(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return [one.title for one in published_outcomes(session, CONSULTATION.id)]


def theme(desk: Desk, name: str) -> int:
    with desk.database.writing() as session:
        who: Any = {"staff": "x@example.org", "now": desk.clock()}
        codebook.begin_codebook(session, VIEWS, **who)
        return codebook.add_theme(session, VIEWS, name, **who)


def test_it_is_public_only_when_a_second_person_approves_it(desk: Desk) -> None:
    writer, colleague = desk.signed_in(Role.PUBLISHER), desk.signed_in(Role.PUBLISHER)
    assert "Draft" in saved(writer).text
    assert public(desk) == []
    refused = approved(writer)
    assert refused.status_code == 400 and "A colleague has to approve it" in refused.text
    assert "Public" in approved(colleague).text
    assert public(desk) == ["More benches"]
    assert "Public, with a change to approve" in saved(writer, 1, 1, title="Benches").text
    assert public(desk) == ["More benches"]
    old = approved(colleague)  # it has changed since that page was opened
    assert old.status_code == 400 and "changed this version" in old.text
    approved(colleague, revision=2)
    assert public(desk) == ["Benches"]
    sent(writer, 1, action="take back")
    assert public(desk) == []
    assert {what for _, what, about in audit(desk) if about == "1"} == {
        "outcome viewed", "outcome saved", "outcome approved", "outcome taken off the page",
    }  # fmt: skip


def test_a_change_is_thrown_away_and_the_page_never_had_it(desk: Desk) -> None:
    writer, colleague = desk.signed_in(Role.PUBLISHER), desk.signed_in(Role.PUBLISHER)
    saved(writer)
    assert sent(writer, 1, action="put back").status_code == 400  # nothing is public yet
    approved(colleague)
    saved(writer, 1, 1, title="Chairs", did="No benches.", decision="not")
    assert sent(writer, 1, action="remove").status_code == 400
    sent(writer, 1, action="put back")
    one = every(desk)[0]
    assert (one.title, one.did, one.decision) == ("More benches", TEXTS["did"], "changed")
    assert one.is_approved and public(desk) == ["More benches"]


def test_who_counts_may_write_but_not_approve(desk: Desk) -> None:
    saved(desk.signed_in(Role.PUBLISHER))
    analyst = desk.signed_in(Role.ANALYST)
    page = analyst.get("/outcomes/1").text
    assert "Save as a draft" in page and "make it public" not in page
    assert approved(analyst).status_code == 403


WRONG: list[tuple[dict[str, str], str]] = [
    ({"title": " "}, "Enter a heading"),
    ({"did": "", "brief": ""}, "Enter what was decided and the line for messages"),
    ({"decision": ""}, "Choose what was decided"),
    ({"decision": "perhaps"}, "Choose what was decided"),
    ({"said": "Ring me on 07700 900123"}, "Take out the number"),
    ({"about": "theme-99"}, "That theme is not there any more"),
    ({"about": "theme-x"}, "That theme is not there any more"),
    ({"about": "question-nothing"}, "Choose what it is about"),
]


@pytest.mark.parametrize(("form", "problem"), WRONG)
def test_what_is_wrong_is_said_and_nothing_that_was_typed_is_lost(
    desk: Desk, form: dict[str, str], problem: str
) -> None:
    answer = saved(desk.signed_in(Role.PUBLISHER), **form)
    assert answer.status_code == 400 and problem in answer.text
    assert TEXTS["after"] in answer.text and every(desk) == []


def test_it_is_about_a_theme_a_question_or_the_whole(desk: Desk) -> None:
    client, benches = desk.signed_in(Role.PUBLISHER), theme(desk, "Benches")
    for about in (f"theme-{benches}", "question-role", ""):
        saved(client, about=about)
    assert [(one.question, one.theme) for one in every(desk)] == [
        ("views", "Benches"), ("role", None), (None, None),
    ]  # fmt: skip
    page = client.get("/outcomes").text
    for about in ("About: Benches", "About: Who are you?", "About: The whole consultation"):
        assert about in page
    assert f'value="theme-{benches}" selected' in client.get("/outcomes/1").text


def test_it_goes_with_its_theme_where_that_is_merged_or_removed(desk: Desk) -> None:
    client = desk.signed_in(Role.PUBLISHER)
    benches, seats, shade = (theme(desk, name) for name in ("Benches", "Seats", "Shade"))
    saved(client, about=f"theme-{benches}")
    saved(client, about=f"theme-{shade}")
    who: Any = {"staff": "x@example.org", "now": desk.clock()}
    with desk.database.writing() as session:
        codebook.merge_themes(session, VIEWS, benches, seats, **who)
        codebook.remove_theme(session, VIEWS, shade, **who)
    assert [(one.question, one.theme) for one in every(desk)] == [
        ("views", "Seats"), ("views", None),
    ]  # fmt: skip


def test_drafts_are_moved_and_thrown_away_and_what_is_public_is_not(desk: Desk) -> None:
    client, colleague = desk.signed_in(Role.PUBLISHER), desk.signed_in(Role.ADMIN)
    for title in ("A", "B", "C"):
        saved(client, title=title)
    sent(client, 3, action="up")
    assert [one.title for one in every(desk)] == ["A", "C", "B"]
    sent(client, 1, action="down")
    assert [one.title for one in every(desk)] == ["C", "A", "B"]
    approved(colleague, 2)
    assert sent(client, 2, action="remove").status_code == 400
    sent(client, 1, action="remove")
    assert [one.title for one in every(desk)] == ["C", "B"]
    assert client.get("/outcomes/1").status_code == 404
