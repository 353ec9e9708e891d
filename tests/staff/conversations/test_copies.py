"""Copies of a conversation: on paper and as files, with notes and without, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from bot.storage.respondents.respondents import Respondent
from bot.storage.review.notes import add_note, add_tag
from tests.staff.desk import Desk, audit

FORMULAS = ["=HYPERLINK(1)", "+1+1", "-2", "@x", "\t=1", "\r=1", "＝1"]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def _conversation(desk: Desk) -> Respondent:
    respondent = desk.respondent()
    for text in ("hello", *FORMULAS, SCRIPT, "javascript:alert(1)", "\u202eمرحبا café"):
        desk.say(respondent, text, step=None)
    with desk.database.writing() as session:
        for seq, text in ((0, "=NOTE()"), (1, "On one")):
            add_note(
                session, respondent.id, seq=seq, staff="a@example.org", text=text, now=desk.clock()
            )
        add_tag(
            session, respondent.id, seq=1, name="parks", staff="a@example.org", now=desk.clock()
        )
    return respondent


def _download(desk: Desk, respondent: Respondent, query: str) -> bytes:
    response = desk.signed_in().get(f"/conversations/{respondent.reference}/download?{query}")
    assert response.status_code == 200
    kind = query.split("format=")[1].split("&")[0]
    named = f'attachment; filename="{respondent.reference}.{kind}"'
    assert response.headers["Content-Disposition"] == named
    return response.data


def test_c37_a_spreadsheet_runs_nothing_and_loses_nothing(desk: Desk) -> None:
    respondent = _conversation(desk)
    data = _download(desk, respondent, "format=csv&notes=yes")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    said = [row["text"] for row in rows]
    for text in FORMULAS:
        assert "'" + text in said and text not in said
    for text in (SCRIPT, "javascript:alert(1)", "\u202eمرحبا café"):
        assert text in said
    assert rows[0]["tags"] == "parks" and rows[0]["notes"] == "a@example.org: On one"
    assert rows[-1]["notes"] == "a@example.org: =NOTE()" and rows[-1]["message"] == ""


def test_json_lines_have_the_very_words(desk: Desk) -> None:
    respondent = _conversation(desk)
    rows = [json.loads(line) for line in _download(desk, respondent, "format=jsonl").splitlines()]
    assert [row["text"] for row in rows][1 : len(FORMULAS) + 1] == FORMULAS
    assert "notes" not in rows[0] and "On one" not in str(rows)


@pytest.mark.parametrize("notes", [False, True])
def test_c36_a_page_is_whole_and_inert(desk: Desk, notes: bool) -> None:
    respondent = _conversation(desk)
    page = _download(desk, respondent, f"format=html{'&notes=yes' * notes}").decode()
    paper = (
        desk.signed_in()
        .get(f"/conversations/{respondent.reference}/print{'?notes=yes' * notes}")
        .text
    )
    for shown in (page, paper):
        assert not re.search(r"<script|<img|<nav|<form|<a ", shown)
        assert ("On one" in shown) is ("=NOTE()" in shown) is notes
        assert '<bdi dir="rtl">\u202eمرحبا café</bdi>' in shown
    assert "<style>" in page and "<style" not in paper and "style=" not in paper
    assert "/assets/" not in page


def test_every_copy_is_recorded(desk: Desk) -> None:
    respondent = _conversation(desk)
    _download(desk, respondent, "format=csv&notes=yes")
    what = "conversation exported: csv, with notes"
    assert audit(desk)[-1][1:] == (what, respondent.reference)


def test_the_answers_can_be_printed_alone(desk: Desk) -> None:
    respondent, client = desk.respondent(), desk.signed_in()
    for text in ("hello", "a shop", "More benches"):
        desk.say(respondent, text)
    page = client.get(f"/conversations/{respondent.reference}/print?only=answers").text
    assert "More benches" in page and "hello" not in page
    assert audit(desk)[-1][1:] == ("answers printed, without notes", respondent.reference)


@pytest.mark.parametrize("kind", ["exe", "../csv", "%2e%2e%2fcsv", "csv%7F"])
def test_other_kinds_of_files_are_not_there(desk: Desk, kind: str) -> None:
    path = f"/conversations/{_conversation(desk).reference}/download?format={kind}"
    assert desk.signed_in().get(path).status_code == 404
