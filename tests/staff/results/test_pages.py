"""Results: what the pages show to whom, tags, and downloads that are safe to open."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from bot.channels.registry import CHANNELS
from bot.consultation.model import Consultation, Purpose, Section
from bot.consultation.question import Kind
from bot.conversation.moving import skip
from bot.staff.results.charts import bar_chart, column_chart, share
from bot.staff.shell.context import AppContext
from bot.storage.respondents.equality import count_and_forget, keep_for_now
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token, question

PLACE = {"north": "North", "south": "South", "none": "Prefer not to say"}
WITH_EQUALITY = replace(
    CONSULTATION,
    sections=(
        *CONSULTATION.sections,
        Section("her", "About you", Purpose.EQUALITY,
                (question("town.side", Kind.CHOICE, "Which side?", PLACE),)),
    ),
)  # fmt: skip


def use(desk: Desk, consultation: Consultation) -> None:
    here: AppContext = desk.app.extensions["context"]
    desk.app.extensions["context"] = replace(here, consultation=consultation)


def someone(desk: Desk, *texts: str, channel: str = "webchat") -> Respondent:
    person = desk.respondent(channel)
    desk.say(person, "hello")
    for text in texts:
        desk.say(person, text, **({"step": skip} if text == "skip" else {}))
    return person


def told(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def tag(client: FlaskClient, path: str, **form: str) -> int:
    token = csrf_token(client, path)
    return client.post(
        "/results/questions/views/tags", data={"csrf_token": token, **form}
    ).status_code


def test_the_first_page_says_how_far_people_came(desk: Desk) -> None:
    someone(desk, "resident", "more trees", "1")
    someone(desk, "shop", channel="sms")
    page = told(desk.signed_in(Role.ANALYST), "/results")
    assert "2 people" in page
    assert "Finished 1 50%" in page and "In progress 1 50%" in page
    assert "Web page 1 1 100%" in page and "Text message 1 0 0%" in page
    assert "The parks: What would make parks better? 1 100%" in page
    assert audit(desk)[-1][1:] == ("results viewed", None)


def test_without_anybody_the_page_says_so(desk: Desk) -> None:
    assert "Nobody has taken part yet" in told(desk.signed_in(Role.ANALYST), "/results")


def by_channel(day: str, *more: int, **began: int) -> str:
    """Return a row of the table of days as text: what began in each channel there is, then more."""
    numbers = [*(began.get(channel.name, 0) for channel in CHANNELS), *more]
    return " ".join([day, *map(str, numbers)])


def test_many_days_are_shown_by_month_and_downloaded_by_day(desk: Desk) -> None:
    someone(desk, "resident")
    desk.clock.move(days=91)
    someone(desk, "shop")
    client = desk.signed_in(Role.ANALYST)
    page = told(client, "/results")
    assert "Most in one day: 1" in page and by_channel("31 May 2021", 1, 0, webchat=1) in page
    desk.clock.move(days=1)
    someone(desk, "shop", channel="sms")
    client = desk.signed_in(Role.ANALYST)
    page = told(client, "/results")
    assert "People who began, by month" in page and "Most in one month: 1" in page
    months = (
        by_channel("March 2021", 1, 0, webchat=1),
        by_channel("April 2021", 0, 0),
        by_channel("May 2021", 1, 0, webchat=1),
        by_channel("June 2021", 1, 0, sms=1),
    )
    assert [month for month in months if month not in page] == [] and "2 March 2021" not in page
    rows = read_csv(client, "/results/downloads/overview.csv?table=days")
    assert (rows[0][0], len(rows)) == ("Day", 1 + 93)


def test_a_question_with_options_shows_counts_and_who_is_in_none(desk: Desk) -> None:
    someone(desk, "resident", "more trees", "1 and 2")
    someone(desk, "resident", "more trees", "1", channel="sms")
    someone(desk, "shop", "skip", "skip")
    page = told(desk.signed_in(Role.REVIEWER), "/results/questions/first")
    assert "2 people answered, 1 skipped it" in page
    assert "More trees 2 100% Open toilets 1 50% Lights 0 0%" in page
    filtered = told(
        desk.signed_in(Role.REVIEWER), "/results/questions/first?channel=sms&role=local"
    )
    assert "1 person answered, 0 skipped it" in filtered


ODD = [
    "channel=fax",
    "role=nobody",
    "since=yesterday",
    "until=1999-01-01",
    "since=2021-03-05&until=2021-03-01",
]


@pytest.mark.parametrize("query", ODD)
def test_a_filter_that_makes_no_sense_narrows_nothing_and_says_so(desk: Desk, query: str) -> None:
    desk.clock.move(days=20)
    someone(desk, "resident", "skip", "1")
    response = desk.signed_in(Role.ANALYST).get(f"/results/questions/first?{query}")
    assert "govuk-error-message" in response.text
    assert "<strong>1 person</strong> answered" in response.text


@pytest.mark.parametrize("path", ["nothing", "role.follow_up", "town.side", "../..", "%2e%2e"])
def test_only_the_consultations_own_questions_have_results(desk: Desk, path: str) -> None:
    use(desk, WITH_EQUALITY)
    client = desk.signed_in(Role.ADMIN)
    assert client.get(f"/results/questions/{path}").status_code == 404
    assert client.get(f"/results/downloads/question.csv?question={path}").status_code == 404


HOSTILE = "<script>alert(1)</script> ring 07700 900123 or me@mail.example"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER])
def test_open_answers_are_escaped_and_hide_personal_details(desk: Desk, role: Role) -> None:
    person = someone(desk, "resident", HOSTILE)
    response = desk.signed_in(role).get("/results/questions/views")
    assert "&lt;script&gt;alert(1)" in response.text and "<script>alert" not in response.text
    assert "900123" not in response.text and "mail.example" not in response.text
    link = f'href="/conversations/{person.reference}#message-'
    assert (link in response.text) == (role is Role.REVIEWER)


def test_an_answer_is_tagged_found_by_its_tag_and_untagged(desk: Desk) -> None:
    person, other = someone(desk, "resident", "more trees"), someone(desk, "shop", "benches")
    client, path = desk.signed_in(Role.ANALYST), "/results/questions/views"
    seq = re.search(rf'value="{person.reference}">\s*<input[^>]*name="seq" value="(\d+)"',
                    client.get(path).text)[1]  # fmt: skip
    about = {"reference": person.reference, "seq": seq}
    assert tag(client, path, **about, name="  Green  Space ") == 302
    assert "green space (1)" in told(client, path).replace("( 1 )", "(1)")
    found = told(client, f"{path}?tag=green+space")
    assert person.reference in found and other.reference not in found
    assert ("tag added", person.reference) in [entry[1:] for entry in audit(desk)]
    assert tag(client, path, **about, name="green space", what="remove") == 302
    assert "green space (1)" not in told(client, path)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"seq": "1"}, 404),  # not an answer to this question
        ({"seq": "999"}, 404),
        ({"seq": "x"}, 400),
        ({"seq": "3", "reference": "HYS-0000-0000"}, 404),
    ],
)
def test_nothing_but_an_answer_to_the_question_can_be_tagged(
    desk: Desk, form: dict[str, str], status: int
) -> None:
    person = someone(desk, "resident", "more trees")
    client = desk.signed_in(Role.ANALYST)
    given = {"reference": person.reference, "name": "x", **form}
    assert tag(client, "/results/questions/views", **given) == status


def test_many_open_answers_come_in_pages(desk: Desk) -> None:
    for number in range(23):
        someone(desk, "resident", f"answer number {number}")
    client = desk.signed_in(Role.ANALYST)
    first = client.get("/results/questions/views?channel=webchat")
    assert "answer number 22" in first.text and "answer number 2<" not in first.text
    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert "channel=webchat" in older
    second = client.get(older)
    assert "answer number 2<" in second.text and "answer number 22" not in second.text


def tell(desk: Desk, value: str, times: int) -> None:
    for _ in range(times):
        person = desk.respondent()
        with desk.database.writing() as session:
            keep_for_now(session, person.id, "town.side", value)
            count_and_forget(session, WITH_EQUALITY.id, person.id)


def test_equality_totals_hide_small_figures_on_the_page_and_in_downloads(desk: Desk) -> None:
    use(desk, WITH_EQUALITY)
    tell(desk, "north", 13)
    tell(desk, "south", 4)
    client = desk.signed_in(Role.ANALYST)
    page = told(client, "/results/equality")
    assert "North 10 100% South fewer than 5 Prefer not to say fewer than 5" in page
    tell(desk, "south", 9)
    assert "South fewer than 5" in told(client, "/results/equality")
    rows = read_csv(client, "/results/downloads/equality.csv?table=side")
    assert rows[1:] == [["North", "10", "100%"], ["South", "fewer than 5", ""],
                        ["Prefer not to say", "fewer than 5", ""]]  # fmt: skip
    book = load_workbook(io.BytesIO(client.get("/results/downloads/equality.xlsx").data))
    assert [cell.value for cell in book.worksheets[0]["B"]] == [
        "People, at least", 10, "fewer than 5", "fewer than 5",
    ]  # fmt: skip
    tell(desk, "south", 1)
    assert "South 10" in told(client, "/results/equality")


def test_equality_totals_are_not_for_reviewers(desk: Desk) -> None:
    use(desk, WITH_EQUALITY)
    client = desk.signed_in(Role.REVIEWER)
    for path in ("equality", "downloads/equality.csv?table=side", "downloads/equality.xlsx"):
        assert client.get(f"/results/{path}").status_code in (403, 404)
    assert "/results/equality" not in client.get("/results").text


def read_csv(client: FlaskClient, path: str) -> list[list[str]]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=cmd|"/c calc"!A1']


def test_c37_what_residents_wrote_is_never_a_formula_in_a_download(desk: Desk) -> None:
    for text in FORMULAS:
        someone(desk, "resident", text)
    client, query = desk.signed_in(Role.ANALYST), "question=views"
    rows = read_csv(client, f"/results/downloads/question.csv?{query}&table=answers")
    assert [row[3] for row in rows[1:]] == ["'" + text for text in reversed(FORMULAS)]
    response = client.get(f"/results/downloads/question.xlsx?{query}")
    sheet = load_workbook(io.BytesIO(response.data)).worksheets[0]
    assert [cell.value for cell in sheet["D"]][1:] == list(reversed(FORMULAS))
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "inlineStr", "n"}
    assert b"<f>" not in response.data
    assert audit(desk)[-1][1:] == ("results exported", "question.xlsx")


def test_downloads_hold_what_the_page_shows_and_no_contact_details(desk: Desk) -> None:
    someone(desk, "resident", HOSTILE, "1", channel="sms")
    someone(desk, "shop", "benches", "2")
    client = desk.signed_in(Role.ANALYST)
    rows = read_csv(
        client, "/results/downloads/question.csv?question=first&table=answers&channel=sms"
    )
    assert rows[1][:2] == ["More trees", "1"] and rows[4][:2] == ["All who answered", "1"]
    words = read_csv(client, "/results/downloads/question.csv?question=views&table=answers")
    assert len(words) == 3 and not re.search(r"900123|mail\.example", str(words))
    book = load_workbook(io.BytesIO(client.get("/results/downloads/overview.xlsx").data))
    assert len(book.worksheets) == 5
    assert [cell.value for cell in book.worksheets[0][2]] == ["Finished", 2, "100%"]


@pytest.mark.parametrize(
    "path", ["overview.csv", "overview.csv?table=x", "overview.pdf", "people.csv", "..%2fx.csv"]
)
def test_there_is_no_other_download(desk: Desk, path: str) -> None:
    assert desk.signed_in(Role.ADMIN).get(f"/results/downloads/{path}").status_code == 404


def test_charts_say_in_words_what_they_draw() -> None:
    chart = bar_chart("c", "Answers", [("Agree", 30, "30 (75%)"), ("Not", 0, "0 (0%)")])
    assert chart.description == "Agree: 30 (75%). Not: 0 (0%)."
    assert [bar.width for bar in chart.bars] == [70.0, 0.0]
    days = column_chart("d", "Days", [("1 March", 2), ("2 March", 8)])
    assert days is not None and "8 on 2 March" in days.description
    assert [column.height for column in days.columns] == [40.0, 160.0]
    months = column_chart("m", "Months", [("March 2021", 2), ("April 2021", 8)], unit="month")
    assert months is not None and "8 in April 2021" in months.description
    assert column_chart("d", "Days", [("1 March", 0)]) is None


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, "–"),
        (0, 9, "0%"),
        (1, 1000, "<1%"),
        (1, 2, "50%"),
        (999, 1000, "99%"),
        (5, 5, "100%"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_everybody(
    part: int, whole: int, told: str
) -> None:
    assert share(part, whole) == told


def test_one_row_is_a_person_and_one_column_a_question(desk: Desk) -> None:
    someone(desk, "resident", "Benches, ring 07700 900123", "1", channel="sms")
    someone(desk, "shop", "lights")
    client = desk.signed_in(Role.ANALYST)
    head, first, second = read_csv(client, "/results/downloads/people.csv?table=people")
    assert head[5:] == ["Who are you?", "What would make parks better?", "What comes first?"]
    assert first[5:] == ["A resident", "Benches, ring [number hidden]", "More trees"]
    assert second[5:] == ["A shop", "lights", ""]
    assert re.fullmatch(r"2021-03-01T14:\d\d:\d\d\+00:00", first[3])
    only = read_csv(client, "/results/downloads/people.csv?table=people&channel=sms")
    assert [row[0] for row in only[1:]] == [first[0]]


NAMES = [
    ("overview.csv?table=days", "overview-days-2021-03-01.csv"),
    ("question.xlsx?question=views&channel=sms", "question-views-channel-sms-2021-03-01.xlsx"),
    ("question.csv?question=first&table=answers&since=2021-03-01",
     "question-answers-first-since-2021-03-01-2021-03-01.csv"),
    ("people.xlsx?role=../x", "people-2021-03-01.xlsx"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name"), NAMES)
def test_a_file_is_named_by_question_filter_and_day(desk: Desk, path: str, name: str) -> None:
    response = desk.signed_in(Role.ANALYST).get(f"/results/downloads/{path}")
    assert response.headers["Content-Disposition"].endswith(f"filename={name}")
