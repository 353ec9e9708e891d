"""The coding workbench, the codebook and the tables, as pages."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import text as sql

from bot.storage.coding.coded_parts import parts_of
from bot.storage.coding.codes import texts_of
from bot.storage.coding.scope import Scope
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token

VIEWS = Scope(CONSULTATION.id, "views")
PAGE, BOOK = "/coding/views", "/coding/views/codebook"


def writer(desk: Desk, text: str, role: str = "resident", channel: str = "webchat") -> Respondent:
    person = desk.respondent(channel)
    for said in ("hello", role, text):
        desk.say(person, said)
    return person


def ids(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return [answer_id for answer_id, _, _ in texts_of(session, VIEWS)]


def post(client: FlaskClient, path: str, page: str = BOOK, **form: object) -> str:
    """Send a form and return the page that it leads to."""
    data = {"csrf_token": csrf_token(client, page), **form}
    response = client.post(path, data=data, follow_redirects=True)
    assert response.status_code == 200, path
    return response.text


def theme(client: FlaskClient, name: str) -> int:
    """Add a theme and return its id."""
    post(client, BOOK, what="add", name=name)
    found = re.search(rf'value="(\d+)">\s*(?:<kbd[^>]*>\d</kbd>)?\s*<span>{name}<', shown(client))
    assert found, name
    return int(found[1])


def shown(client: FlaskClient, path: str = PAGE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.text)


def code(client: FlaskClient, answer_id: int, *themes: int, **more: str) -> str:
    return post(client, f"{PAGE}/answers/{answer_id}", PAGE, theme=list(themes), **more)


def test_an_answer_is_coded_and_the_next_one_comes(desk: Desk) -> None:
    writer(desk, "more benches, call 0161 496 0000")
    writer(desk, "shade")
    client = desk.signed_in(Role.ANALYST)
    first, second = ids(desk)
    assert "0 of 2 coded" in re.sub(r"<[^>]+>", "", shown(client))
    assert "more benches" in shown(client) and "496 0000" not in shown(client)
    assert "A resident" in shown(client)
    benches = theme(client, "Benches")
    assert "shade" in code(client, first, benches, quoted="yes")
    again = shown(client, f"{PAGE}?answer={first}")
    assert (
        f'value="{benches}" checked' in again
        and 'name="quoted" value="yes" data-key="q" checked' in again
    )
    code(client, first)  # all taken off again
    assert "more benches" in code(client, second, benches)
    assert "All 2 answers are coded" in code(client, first, benches)
    assert sum("answer coded" in row for row in audit(desk)) == 4


def test_what_was_not_acknowledged_may_be_sent_again(desk: Desk) -> None:
    writer(desk, "more benches")
    client = desk.signed_in(Role.REVIEWER)
    [answer], benches = ids(desk), theme(client, "Benches")
    for _ in range(2):
        response = client.post(
            f"{PAGE}/answers/{answer}",
            data={"csrf_token": csrf_token(client, PAGE), "theme": benches},
            headers={"X-Piece": "yes"},
        )
        assert (response.status_code, response.data) == (204, b"")
    assert "1 answer" in shown(client, BOOK)
    piece = shown(client, f"{PAGE}/next")
    assert "<html" not in piece and "All 1 answers are coded" in piece


def test_a_theme_of_another_question_is_no_theme_here(desk: Desk) -> None:
    writer(desk, "more benches")
    client = desk.signed_in(Role.ANALYST)
    [answer] = ids(desk)
    assert "more benches" in code(client, answer, 999_999)  # it waits still
    for path in ("/coding/role", "/coding/none", "/coding/first/codebook"):
        assert client.get(path).status_code == 404


def test_a_new_theme_is_added_to_the_answer_in_focus(desk: Desk) -> None:
    writer(desk, "more benches")
    client = desk.signed_in(Role.ANALYST)
    [answer] = ids(desk)
    there = post(client, f"{PAGE}/themes", PAGE, name="Benches", answer=answer)
    assert re.search(r'value="\d+" checked>\s*<kbd', there)
    assert "There is a theme “benches” already" in post(
        client, f"{PAGE}/themes", PAGE, name="benches", answer=answer
    )


def test_the_codebook_merges_and_says_what_cannot_be_done(desk: Desk) -> None:
    writer(desk, "more benches")
    client = desk.signed_in(Role.ANALYST)
    [answer], one, two = ids(desk), theme(client, "Benches"), theme(client, "Seats")
    code(client, answer, one)
    assert "Merge it into another theme" in post(client, BOOK, what="remove", theme=one)
    merged = post(client, BOOK, what="merge", theme=one, into=two)
    assert "Merged: Benches → Seats" in merged and "1 answer" in merged
    assert "Choose two different themes" in post(client, BOOK, what="merge", theme=two, into=two)
    renamed = post(client, BOOK, what="change", theme=two, name="Places to sit", described="All")
    assert "Renamed: Seats → Places to sit" in renamed
    token = csrf_token(client, BOOK)
    assert client.post(BOOK, data={"csrf_token": token, "what": "burn"}).status_code == 400


def test_codes_and_codebooks_go_out_and_come_in_as_files(desk: Desk) -> None:
    person = writer(desk, "more benches")
    client = desk.signed_in(Role.ANALYST)
    sent = f"reference,theme\r\n{person.reference},=Benches\r\nHYS-NONE-0000,Shade\r\n"
    told = post(
        client, f"{PAGE}/files", what="codes", file=(io.BytesIO(sent.encode()), "codes.csv")
    )
    assert "1 codes read. Not read: line 3" in told
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PAGE}/codes.csv").data.decode("utf-8-sig")))
    )
    assert [(row["reference"], row["theme"], row["assigned_by"]) for row in rows] == [
        (person.reference, "'=Benches", "person")
    ]
    book = client.get(f"{PAGE}/codebook.csv").data
    assert b"no_view" in book
    file = (io.BytesIO("theme\nSchön".encode("latin-1")), "x.csv")
    assert "not a CSV file in UTF-8" in post(client, f"{PAGE}/files", what="codebook", file=file)


def test_a_file_of_many_codes_is_read(desk: Desk) -> None:
    person = writer(desk, "more benches")
    client = desk.signed_in(Role.ANALYST)
    sent = "reference,theme\n" + f"{person.reference},Benches\n" * 5000
    assert len(sent) > 64 * 1024
    file = (io.BytesIO(sent.encode()), "codes.csv")
    assert "5,000 codes read." in post(client, f"{PAGE}/files", what="codes", file=file)


def test_the_table_counts_as_the_codes_do_and_its_files_give_nobody_away(desk: Desk) -> None:
    for number in range(7):
        writer(desk, f"benches {number}", role="shop" if number < 2 else "resident")
    client = desk.signed_in(Role.ANALYST)
    benches = theme(client, "Benches")
    assert "No answer has a code yet" in shown(client, f"{PAGE}/table")
    for answer in ids(desk):
        code(client, answer, benches)
    there = re.sub(r"<[^>]+>", "", shown(client, f"{PAGE}/table?by=role"))
    assert "A resident n = 5" in there and "A shop n = 2" in there
    cell = re.search(
        r'href="([^"]+theme=\d+&amp;group=shop)"', shown(client, f"{PAGE}/table?by=role")
    )
    assert cell
    quotes = shown(client, cell[1].replace("&amp;", "&"))
    assert "benches 0" in quotes and "benches 1" in quotes and "benches 2" not in quotes
    book = load_workbook(io.BytesIO(client.get(f"{PAGE}/table.xlsx?by=role").data))
    assert [cell.value for cell in book.active[2]] == ["Benches", 5, "fewer than 5"]
    assert client.get(f"{PAGE}/table?by=postcode").status_code == 404


def test_theme_by_role_by_channel_is_what_sql_counts(desk: Desk) -> None:
    for number in range(12):
        role = ("shop", "resident")[number % 2]
        writer(desk, f"benches {number}", role, ("sms", "webchat", "telegram")[number % 3])
    client = desk.signed_in(Role.ANALYST)
    themes = [theme(client, name) for name in ("Benches", "Shade")]
    for number, answer in enumerate(ids(desk)[:10]):
        code(client, answer, *themes[number % 2 :])
    statement = """
        SELECT theme.name, respondent.channel, mine.value, COUNT(*) FROM code
        JOIN theme ON theme.id = code.theme_id JOIN answer ON answer.id = code.answer_id
        JOIN respondent ON respondent.id = answer.respondent_id
        JOIN answer AS mine ON mine.respondent_id = respondent.id AND mine.question = 'role'
        WHERE answer.status = 'current' AND mine.status = 'current' GROUP BY 1, 2, 3
    """
    with desk.database.reading() as session:
        counted = {tuple(row[:3]): row[3] for row in session.execute(sql(statement))}
    seen = {}
    for channel in ("sms", "webchat", "telegram"):
        page = client.get(f"{PAGE}/table?by=role&channel={channel}").text
        for link, number in re.findall(r'href="([^"]+/quotes[^"]+)">(\d+)<', page):
            asked = dict(part.split("=") for part in link.partition("?")[2].split("&amp;"))
            assert asked["channel"] == channel
            there = client.get(link.replace("&amp;", "&")).text
            assert len(re.findall(r">benches \d+<", there)) == int(number)
            name = ("Benches", "Shade")[themes.index(int(asked["theme"]))]
            seen[name, channel, f'"{asked["group"]}"'] = int(number)
    assert seen == counted and len(counted) > 6
    assert "To take away" not in page and "To take away" in shown(client, f"{PAGE}/table?by=role")


PARTS = [
    ("2-6", (2, 6)), ("0-99", None), ("4-99", (4, 11)), ("6-2", None), ("x", None), ("", None),
    ("0-11", None), ("-1-5", None), ("9999999-1", None),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "part"), PARTS)
def test_a_part_lies_within_the_words_or_is_none(
    desk: Desk, sent: str, part: tuple[int, int] | None
) -> None:
    writer(desk, "benches now")
    client = desk.signed_in(Role.ANALYST)
    benches = theme(client, "Benches")
    (answer,) = ids(desk)
    code(client, answer, benches, **{f"part-{benches}": sent})
    with desk.database.reading() as session:
        assert parts_of(session, answer) == ({benches: part} if part else {})
