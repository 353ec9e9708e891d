"""The page of the audit: filters, paging, and a CSV that no spreadsheet runs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from flask.testing import FlaskClient

from bot.storage.staff.audit import record
from bot.storage.staff.rows import Role
from tests.staff.desk import Desk

NOON = datetime(2021, 3, 1, 12, 0, tzinfo=timezone.utc)
SUMMER = datetime(2021, 6, 1, 23, 30, tzinfo=timezone.utc)  # 2 June in London


@pytest.fixture()
def admin(desk: Desk) -> FlaskClient:
    client = desk.signed_in(Role.ADMIN)
    with desk.database.writing() as session:
        for number in range(60):
            at = NOON + timedelta(days=number)
            record(session, who="a@example.gov.uk", what="looked", about=f"n{number:02}", now=at)
        record(
            session,
            who="b@example.gov.uk",
            what="erased a person",
            about="summer",
            reason="=HYPERLINK(1) <b>",
            now=SUMMER,
        )
    return client


FILTERS = [
    ("what=erased+a+person", ["summer"], ["n59"]),
    ("who=B@example.gov.uk", ["summer"], ["n59"]),
    ("who=b", ["No entries"], ["summer"]),
    ("about=n07", ["n07"], ["n08", "summer"]),
    ("since=2021-06-02&until=2021-06-02", ["summer"], ["n59"]),
    ("until=2021-03-02", ["n00", "n01"], ["n02", "summer"]),
    ("since=yesterday", ["Enter a date like 2021-03-01"], []),
    ("since=9999-12-31&until=0001-01-01", ["Enter a date like 2021-03-01"], []),
    ("before=x&what=nothing", ["No entries"], []),
]


@pytest.mark.parametrize(("query", "there", "not_there"), FILTERS)
def test_entries_are_narrowed_by_the_address(
    admin: FlaskClient, query: str, there: list[str], not_there: list[str]
) -> None:
    response = admin.get(f"/audit?{query}")
    assert response.status_code == 200
    for words in there:
        assert words in response.text
    table = response.text.partition("<table")[2]
    for words in not_there:
        assert words not in table


def test_older_entries_are_a_page_further_and_keep_the_filter(admin: FlaskClient) -> None:
    first = admin.get("/audit?what=looked").text
    assert "n59" in first and "n10<" in first and "n09" not in first
    older = first.rpartition('">Older entries')[0].rpartition('href="')[2].replace("&amp;", "&")
    page = admin.get(older).text
    assert "n09" in page and "n10<" not in page
    assert "Older entries" not in page and "Newest entries" in page


def test_the_csv_has_all_that_is_sought_and_runs_nothing(admin: FlaskClient) -> None:
    response = admin.get("/audit.csv?what=erased+a+person")
    assert response.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    assert response.data.startswith(b'\xef\xbb\xbf"at","who","what","about","reason"\r\n')
    line = (
        '"2021-06-02T00:30:00+01:00","b@example.gov.uk","erased a person","summer",'
        '"\'=HYPERLINK(1) <b>"'
    )
    assert response.data.decode("utf-8-sig").splitlines()[1:] == [line]
    assert len(admin.get("/audit.csv?what=looked").data.splitlines()) == 61


def test_a_look_at_the_audit_is_in_it(desk: Desk, admin: FlaskClient) -> None:
    admin.get("/audit")
    admin.get("/audit.csv")
    page = admin.get("/audit?about=&what=audit+exported").text
    assert page.count("admin1@example.gov.uk") >= 1
    assert "Audit viewed" in admin.get("/audit").text


def test_a_reason_is_shown_as_it_was_written(admin: FlaskClient) -> None:
    assert "=HYPERLINK(1) &lt;b&gt;" in admin.get("/audit").text
