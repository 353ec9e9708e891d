"""The certificate that people read what residents wrote, and the path of one response."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from bot.storage.coding.evidence import EVIDENCE
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.coding.test_coding_pages import code, ids, theme, writer
from tests.staff.desk import Desk, audit, csrf_token


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, follow_redirects=True)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text))


def judge(client: FlaskClient, person: Respondent) -> None:
    path = f"/conversations/{person.reference}"
    form = {"judgement": "none", "up_to": "99", "csrf_token": csrf_token(client, path)}
    assert client.post(f"{path}/considered", data=form).status_code == 302


@pytest.fixture()
def read(desk: Desk) -> list[Respondent]:
    """Four responses: judged, coded with a new theme, both, none."""
    people = [writer(desk, words) for words in ("benches", "shade", "lamps", "swings")]
    first, second = desk.signed_in(Role.REVIEWER), desk.signed_in(Role.ANALYST)
    answers = ids(desk)
    judge(first, people[0])
    code(second, answers[2], theme(second, "Light"))
    judge(first, people[2])
    form = {"csrf_token": csrf_token(second, "/coding/views"), "name": "Shade"}
    second.post("/coding/views/themes", data={**form, "answer": answers[1]})
    return people


def test_the_certificate_says_who_read_what_and_that_the_audit_knows(
    desk: Desk, read: list[Respondent]
) -> None:
    client = desk.signed_in(Role.DATA_PROTECTION)
    told = page(client, "/certificate")
    assert "3 of 4 responses were read by a person; 1 by two." in told
    assert "It has an entry for each judgement and each code" in told
    assert "The audit is unbroken" in told
    assert f"Not read yet: 1 {read[3].reference}" in told
    rows = list(csv.reader(io.StringIO(client.get("/certificate.csv").text.lstrip("\ufeff"))))
    assert tuple(rows[0]) == EVIDENCE and len(rows) == 5
    by_reference = {row[0]: row for row in rows[1:]}
    assert by_reference[read[2].reference][-1] == "yes"
    assert by_reference[read[3].reference][1:3] == ["", ""]


def test_a_response_is_followed_without_its_words(desk: Desk, read: list[Respondent]) -> None:
    client = desk.signed_in(Role.HEAD)
    told = page(client, f"/certificate/one?reference={read[2].reference.lower()}")
    assert "Read by 2 people" in told and "1 of 1 open answer coded" in told
    assert "Judged: no action" in told and "Coded: Light" in told
    assert "No entry" not in told and "lamps" not in told
    assert audit(desk)[-1][1:] == ("response followed", read[2].reference)
    any_one = page(client, "/certificate/one")
    assert any(one.reference in any_one for one in read)
    assert "Not read to its end" in page(client, f"/certificate/{read[3].reference}")


def test_what_is_not_in_the_audit_is_told(desk: Desk, read: list[Respondent]) -> None:
    with desk.database.writing() as session:
        session.execute(text("UPDATE code SET staff = 'mallory@example.org'"))
    told = page(desk.signed_in(Role.ADMIN), "/certificate")
    assert "It lacks an entry for 2 responses" in told and read[1].reference in told
    assert "No entry" in page(desk.signed_in(Role.ADMIN), f"/certificate/{read[1].reference}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/certificate/HYS-0000-0000", 404),
        ("/certificate/nonsense", 404),
        ("/certificate/one?reference=nonsense", 302),
        ("/certificate/one", 302),
    ],
)
def test_a_reference_that_is_not_there(desk: Desk, path: str, status: int) -> None:
    assert desk.signed_in(Role.ADMIN).get(path).status_code == status
