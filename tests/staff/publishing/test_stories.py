"""Public versions: made by one person, approved by another, and nothing else leaves the house."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from bot.consultation.question import Consent
from bot.storage.database.tables import AnswerRow, QuoteRow, RequestRow
from bot.storage.privacy.erasure import erase
from bot.storage.publishing.public_versions import versions_of
from bot.storage.requests.requests import withdraw_request
from bot.storage.respondents.consents import withdraw_consent
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit
from tests.staff.publishing.desk import chosen, page_of, send, told_story
from tests.staff.requests.desk import TAKES_REQUESTS, take_requests


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    take_requests(desk)
    return desk.signed_in(Role.PUBLISHER)


def file_of(client: FlaskClient, kind: str) -> list[dict[str, str]]:
    text = client.get(f"/stories/{kind}.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def approved(desk: Desk, client: FlaskClient, key: str, **texts: str) -> FlaskClient:
    """Save a version, and let a colleague approve it; return the colleague."""
    colleague = desk.signed_in(Role.PUBLISHER)
    assert send(client, key, action="save", **texts).status_code == 200
    assert "Approved by" in send(colleague, key, action="approve").text
    return colleague


def test_a_quote_leaves_as_its_approved_public_version_and_not_before(
    desk: Desk, client: FlaskClient
) -> None:
    key, person = chosen(desk)
    assert "To prepare <span" in client.get("/stories").text
    assert file_of(client, "quotes") == []
    page = client.get(page_of(key)).text
    assert "ring [number hidden]" in page and "900123" not in page
    assert person.reference not in page
    for suggested in ("name:Jane Doe", "place:3 Oak Road"):
        assert f'value="{suggested}"' in client.get(page_of(key)).text
        page = send(client, key, suggested=suggested).text
    assert "More trees, says [name removed] of [place removed], ring [number hidden]" in page
    assert "Taken out so far: a person&#39;s name, a street or a home." in page
    assert file_of(client, "quotes") == []
    colleague = desk.signed_in(Role.CASEWORKER)
    send(colleague, key, action="approve")
    (row,) = file_of(client, "quotes")
    assert row == {
        "question": "What would make parks better?",
        "chosen": "2021-03-01",
        "quote": "More trees, says [name removed] of [place removed], ring [number hidden]",
    }
    whats = [what for _, what, about in audit(desk) if about == person.reference]
    assert [what for what in whats if what != "public version viewed"] == [
        "words taken out of a public version: name",
        "words taken out of a public version: place",
        "public version approved",
    ]


def test_a_story_leaves_as_its_approved_public_version(desk: Desk, client: FlaskClient) -> None:
    key, _ = told_story(desk, "=The big garden of Mrs Patel, ask 07700 900123")
    other, _ = told_story(desk, "Not approved")
    page = client.get(page_of(key)).text
    assert "What is it called?" in page and 'value="contact:12345678"' not in page
    send(client, key, action="take out", words="of Mrs Patel", reason="name")
    approved(desk, client, key)
    (row,) = file_of(client, "story")
    assert list(row) == ["reference", "received", "title", "link"]
    assert row["reference"] == key and row["link"] == "https://example.org/12345678"
    assert row["title"] == "'=The big garden [name removed], ask [number hidden]"
    assert audit(desk)[-1][1:] == ("stories exported", "story")
    assert other in client.get("/stories").text


def test_who_made_a_version_does_not_approve_it(desk: Desk, client: FlaskClient) -> None:
    key, _ = chosen(desk, "More trees")
    send(client, key, action="save")
    assert "Approve as it was saved" not in client.get(page_of(key)).text
    refused = send(client, key, action="approve")
    assert refused.status_code == 400 and "A colleague has to approve it" in refused.text
    colleague = desk.signed_in(Role.ADMIN)
    changed = send(colleague, key, action="approve", **{"text-views": "Fewer trees"})
    assert changed.status_code == 400 and "Save what you changed" in changed.text
    assert file_of(client, "quotes") == []


def test_a_change_has_to_be_approved_again_and_approval_can_be_taken_back(
    desk: Desk, client: FlaskClient
) -> None:
    key, _ = chosen(desk, "More trees")
    colleague = approved(desk, client, key)
    send(client, key, action="save", **{"text-views": "Trees"})
    assert file_of(client, "quotes") == []
    send(colleague, key, action="approve")
    assert [row["quote"] for row in file_of(client, "quotes")] == ["Trees"]
    send(client, key, action="take back")
    assert file_of(client, "quotes") == []


def test_nobody_writes_over_or_approves_what_they_have_not_seen(
    desk: Desk, client: FlaskClient
) -> None:
    key, _ = chosen(desk, "More trees")
    send(client, key, action="save")
    colleague = desk.signed_in(Role.ADMIN)
    for action in ("save", "approve"):
        late = send(colleague, key, action=action, revision=0)
        assert late.status_code == 400 and "A colleague changed this version" in late.text


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"action": "take out", "words": "", "reason": "name"}, "Select or type the words"),
        ({"action": "take out", "words": "zebra", "reason": "name"}, "are not in the public"),
        ({"action": "take out", "words": "trees", "reason": "x"}, "Choose a reason"),
        ({"action": "take back"}, "is not approved"),
        ({"action": "approve"}, "A colleague changed this version"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    desk: Desk, client: FlaskClient, form: dict[str, str], problem: str
) -> None:
    key, _ = chosen(desk, "More trees")
    typed = {} if form["action"] == "approve" else {"text-views": "Many more trees"}
    refused = send(client, key, **form, **typed)
    assert refused.status_code == 400 and problem in refused.text
    assert ("Many more trees" in refused.text) is bool(typed)


def test_a_number_that_was_written_in_is_not_approved(desk: Desk, client: FlaskClient) -> None:
    key, _ = chosen(desk, "More trees")
    send(client, key, action="save", **{"text-views": "Ring 07700 900123"})
    refused = send(desk.signed_in(Role.ADMIN), key, action="approve")
    assert refused.status_code == 400 and "Take out the number" in refused.text


def test_what_no_longer_stands_leaves_the_lists(desk: Desk, client: FlaskClient) -> None:
    unquoted, _ = chosen(desk, "Unquoted words")
    replaced, _ = chosen(desk, "Replaced words")
    taken_back, asker = told_story(desk, "Taken back words")
    revoked, teller = told_story(desk, "Revoked words")
    declined, _ = told_story(desk, "Declined words")
    for key in (unquoted, replaced, taken_back, revoked, declined):
        approved(desk, client, key)
    assert len(file_of(client, "quotes")) == 2 and len(file_of(client, "story")) == 3
    now = desk.clock()
    with desk.database.writing() as session:
        answer = int(unquoted.rpartition("-")[2])
        session.execute(delete(QuoteRow).where(QuoteRow.answer_id == answer))
        answer = int(replaced.rpartition("-")[2])
        session.execute(update(AnswerRow).where(AnswerRow.id == answer).values(status="replaced"))
        withdraw_request(session, taken_back, now)
        about = (session, desk.app.extensions["context"].keys, TAKES_REQUESTS, teller.id)
        withdraw_consent(*about, {Consent.PUBLISH}, now)
        session.execute(
            update(RequestRow).where(RequestRow.reference == declined).values(status="declined")
        )
        left = versions_of(session, CONSULTATION.id)
    assert file_of(client, "quotes") == file_of(client, "story") == []
    assert not {taken_back, revoked} & left.keys()  # what the resident took back is deleted
    assert "words" not in client.get("/stories").text.partition("Approved to publish")[2]


def test_erasing_a_person_deletes_their_public_versions(desk: Desk, client: FlaskClient) -> None:
    key, person = chosen(desk, "More wombats")
    story, teller = told_story(desk, "A story of wombats")
    for one in (key, story):
        approved(desk, client, one, **{"text-views": "Wombats, please"})
    keys = desk.app.extensions["context"].keys
    with desk.database.writing() as session:
        for who in (person.id, teller.id):
            erase(session, keys, who, last_words=False)
    with desk.database.reading() as session:
        assert versions_of(session, CONSULTATION.id) == {}
    desk.database.close()
    kept = b"".join(path.read_bytes() for path in desk_files(desk))
    assert b"ombats" not in kept


def desk_files(desk: Desk) -> list[Path]:
    path = Path(str(desk.database.engine.url.database))
    return sorted(path.parent.glob(f"{path.name}*"))
