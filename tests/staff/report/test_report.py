"""The report: what stands in it, what it is kept as, and what becomes of quotes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont
from sqlalchemy import text

from bot.staff.report.as_html import html_of
from bot.staff.report.as_pdf import can_show, pdf_of
from bot.staff.report.as_word import GONE, word_of
from bot.staff.report.compose import compose, part_ids
from bot.staff.report.document import Figure, Paragraph, Quote, Report, Section, Table
from bot.staff.report.frozen import body_of, report_of
from bot.staff.report.picture import font_file
from bot.storage.coding import codebook, codes
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.database.session import Session
from bot.storage.privacy.erasure import erase
from bot.storage.publishing.public_versions import approve_version, quote_key, save_version
from bot.storage.reports.report_texts import OwnText, set_own_text
from bot.storage.reports.report_versions import cited_in, freeze, version_of
from bot.storage.respondents.respondents import Respondent
from tests.storage.coding.test_coding import ids, views
from tests.support.keys import KEYS
from tests.support.people import NOON, People

ANN, BEA, LATER = "ann@example.org", "bea@example.org", NOON + timedelta(days=40)
SAID = ("free wifi on buses, ring 0161 496 0000", "classes at the library", "buses")
VIEWS, NOWHERE = "smart_people.views", Path("no-folder-here")


@pytest.fixture()
def coded(people: People) -> list[Respondent]:
    """Three who wrote; two are coded and chosen, and the public version of one is approved."""
    found = views(people, *SAID)
    scope = Scope(people.consultation.id, VIEWS)
    first, second, _ = ids(people, scope)
    with people.database.writing() as session:
        codebook.begin_codebook(session, scope, staff=ANN, now=NOON)
        wifi = codebook.add_theme(session, scope, "Wifi", staff=ANN, now=NOON)
        codes.set_codes(session, scope, [first, second], [wifi], staff=ANN, now=NOON)
        approve(session, first, "free wifi on buses")
        approve(session, second, "my gran, in Hulme", by=None)
    return found


def approve(session: Session, answer: int, public: str, by: str | None = BEA) -> None:
    """Choose an answer as a quote and make its public version, which another person approves."""
    scope = Scope("manchester-digital-strategy", VIEWS)
    codes.set_quoted(session, scope, answer, True, staff=ANN, now=NOON)
    key, made = quote_key(answer), {"staff": ANN, "now": NOON, "revision": 0}
    save_version(session, key, {VIEWS: public}, **made)
    if by:
        approve_version(session, key, revision=1, staff=by, now=NOON)


def made(people: People, folder: Path | None = None) -> Report:
    return compose(people.database, people.consultation, folder or NOWHERE, LATER)


def section(report: Report, id: str) -> Section:
    return next(one for one in report.sections if one.id == id)


def rows(report: Report, id: str, title: str) -> dict[str, tuple]:
    found = [b for b in section(report, id).blocks if isinstance(b, Table) and title in b.title]
    return {str(row[0]): row[1:] for row in found[0].rows}


def words(one: Section) -> str:
    return " ".join(block.text for block in one.blocks if isinstance(block, Paragraph))


def quotes(report: Report) -> list[str | None]:
    return [b.words for one in report.sections for b in one.blocks if isinstance(b, Quote)]


def test_the_questions_of_a_councillor_are_answered(
    people: People, coded: list[Respondent]
) -> None:
    """Each of the ten of docs/analysis.md, in its order."""
    report = made(people)
    assert "from 23 February 2021 to 26 March 2021" in words(section(report, "method"))
    assert "3 people took part, and 0 came to the end." in words(section(report, "summary"))
    assert rows(report, "people", "by channel")["Web page"][0] == 3
    assert rows(report, "people", "fits you best")["I live in Manchester"] == (3, "100%")
    assert "Too few answered" in words(section(report, "equality"))
    first = rows(report, "agreement", "How far people agree")
    assert next(iter(first.values())) == ("100%", "0%", "+100", 3)
    assert rows(report, VIEWS, "themes")["Wifi"] == (2, "100%")
    assert "2 of the 3 answers" in words(section(report, VIEWS))
    assert quotes(report) == ["free wifi on buses"]
    assert "2 of 3 responses were read by a person; 0 by two." in words(
        section(report, "certificate")
    )
    assert section(report, "asked").blocks and section(report, "bot").blocks
    assert "not a sample" in words(section(report, "limits"))
    assert rows(report, "wordings", "by version") == {people.consultation.version: (9,)}


def test_who_answered_is_told_against_who_lives_there(
    people: People, coded: list[Respondent], tmp_path: Path
) -> None:
    file = tmp_path / f"{people.consultation.id}.base-figures.csv"
    head, groups = "question,group,population,source\n", ("woman", "man")
    file.write_text(head + "".join(f"equality.gender,{one},500,Census 2021\n" for one in groups))
    compared = section(made(people, tmp_path), "compared")
    assert "Census 2021." in words(compared)
    told = rows(made(people, tmp_path), "compared", "gender")
    assert told["Woman"] == ("fewer than 5", "too few to say", "50%", "too few to say")
    file.write_text(head + "nonsense,woman,x,\n")
    assert "compared" not in {one.id for one in made(people, tmp_path).sections}


def test_a_quote_that_several_people_wrote_stands_there_once(people: People) -> None:
    said = ("Scam awareness", "scam awareness", "more buses", "no idea")
    views(people, *said)
    scope = Scope(people.consultation.id, VIEWS)
    answers = ids(people, scope)
    with people.database.writing() as session:
        codebook.begin_codebook(session, scope, staff=ANN, now=NOON)
        control = next(one.id for one in themes_of(session, scope) if one.control)
        safe = codebook.add_theme(session, scope, "Safety", staff=ANN, now=NOON)
        for answer, theme, public in zip(answers, (safe, safe, safe, control), said, strict=True):
            codes.set_codes(session, scope, [answer], [theme], staff=ANN, now=NOON)
            approve(session, answer, public)
    blocks = section(made(people), VIEWS).blocks
    told = [one.text if isinstance(one, Paragraph) else one.words for one in blocks[2:]]
    assert told == [
        "Safety, in people's words:", "Scam awareness", "more buses",
        "Other answers, in people's words:", "no idea",
    ]  # fmt: skip


def test_every_number_of_a_table_of_answers_leads_somewhere(
    people: People, coded: list[Respondent]
) -> None:
    report = made(people)
    for id in ("smart_people.agree", VIEWS, "certificate"):
        tables = [b for b in section(report, id).blocks if isinstance(b, Table)]
        assert tables and all(len(t.links) == len(t.rows) and all(t.links) for t in tables)


def test_shares_by_role_are_shown_only_for_enough_people(
    people: People, coded: list[Respondent]
) -> None:
    assert "by who they are" not in str(section(made(people), "agreement"))


def test_words_of_staff_stand_before_a_part_and_parts_can_be_left_out(
    people: People, coded: list[Respondent]
) -> None:
    def write(part: str, said: str, left_out: bool) -> None:
        with people.database.writing() as session:
            own = OwnText(said, left_out, ANN, NOON)
            set_own_text(session, people.consultation.id, part, own)

    write("summary", "We asked.\r\n\r\nYou said.", False)
    write("about-smart_people", "", True)  # with what stands below it
    report = made(people)
    assert section(report, "summary").blocks[:2] == (
        Paragraph("We asked.", own=True), Paragraph("You said.", own=True)
    )  # fmt: skip
    left = {one.id for one in report.sections}
    assert not left & {"about-smart_people", VIEWS} and "about-jobs_prosperity" in left


def frozen(people: People, report: Report) -> int:
    body, cited = body_of(report)
    with people.database.writing() as session:
        return freeze(session, people.consultation.id, body, cited, staff=ANN, now=LATER)


def kept(people: People, number: int = 1) -> tuple[Report, bool]:
    with people.database.reading() as session:
        found = version_of(session, people.consultation.id, number)
    assert found is not None
    return report_of(found), found.is_unchanged


def test_every_part_can_be_written_before(people: People, coded: list[Respondent]) -> None:
    assert {one.id for one in made(people).sections} <= part_ids(people.consultation)


def test_a_frozen_version_stays_as_it_was(people: People, coded: list[Respondent]) -> None:
    before = made(people)
    assert (frozen(people, before), frozen(people, before)) == (1, 2)
    views(people, "one more")
    again, is_unchanged = kept(people)
    assert is_unchanged and again.hash
    assert html_of(replace(again, version=None, hash="")) == html_of(before)
    with people.database.reading() as session:
        assert cited_in(session, coded[0].reference) == [1, 2]
        assert cited_in(session, coded[1].reference) == []


def test_a_quote_goes_with_its_writer_and_the_hash_still_fits(
    people: People, coded: list[Respondent]
) -> None:
    frozen(people, made(people))
    with people.database.writing() as session:
        erase(session, KEYS, coded[0].id, last_words=False)
    again, is_unchanged = kept(people)
    assert is_unchanged and quotes(again) == [None]
    assert "free wifi" not in html_of(again)
    assert "was taken out" in html_of(again) and GONE in text_of(word_of(again))
    assert pdf_of(again)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE report_version SET body = replace(body, '\"Wifi\"', '\"Wires\"')",
        "UPDATE citation SET text = 'I hate buses'",
    ],
)
def test_what_was_changed_in_the_database_shows(
    people: People, coded: list[Respondent], change: str
) -> None:
    frozen(people, made(people))
    with people.database.writing() as session:
        session.execute(text(change))
    again, is_unchanged = kept(people)
    assert not is_unchanged or quotes(again) == [None]


TABLE = Table("Answers", ("Answer", "People", "Share"), (("Agree", 1200, "60%"), ("No", 0, "0%")))
SMALL = Report(
    "What people said: parks & squares", "Harbour Town Council", "27 March 2021",
    (
        Section("a", "Who <answered>", (Paragraph("All of them."), TABLE)),
        Section("b", "How far", (Figure("Agree", (("Trees", 3, "3"), ("Lamps", 0, "0"))),), 2),
        Section("c", "Words", (Quote("shade\x0b & \ud83d\ude00".encode("utf-16", "surrogatepass")
                                     .decode("utf-16")), Quote("مقاعد أكثر من فضلكم"))),
        Section("d", "No bars", (Figure("Nothing", ()), Table("None", ("A", "B"), ()))),
    ),
    2, "f" * 64,
)  # fmt: skip


def text_of(word: bytes) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(word)).paragraphs)


def test_word_has_headings_captions_head_rows_and_alternative_texts() -> None:
    document = Document(io.BytesIO(word_of(SMALL)))
    styles = [(one.style.name, one.text) for one in document.paragraphs]
    assert ("Heading 1", "Who <answered>") in styles and ("Heading 2", "How far") in styles
    captions = [said for name, said in styles if name == "Caption"]
    assert captions[:2] == ["Table : Answers", "Figure : Agree"]  # numbers are fields
    fields = document.element.body.iter(qn("w:fldSimple"))
    assert [one.find(f".//{qn('w:t')}").text for one in fields] == ["1", "1", "2"]
    first = document.tables[0]
    assert [cell.text for cell in first.rows[1].cells] == ["Agree", "1,200", "60%"]
    assert first.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert first._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Answers"
    [picture] = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "Trees: 3. Lamps: 0."
    quoted = [one for one in document.paragraphs if one.style.name == "Quote"]
    assert quoted[1]._p.pPr.find(qn("w:bidi")) is not None
    assert document.core_properties.title == SMALL.title


def test_the_pdf_has_a_language_an_outline_and_alternative_texts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = pdf_of(SMALL)
    assert made.startswith(b"%PDF-")
    for part in (b"/Lang (en-GB)", b"/Outlines", b"/Alt ", b"/Title"):
        assert part in made, part
    assert "مقاعد" not in caplog.text and "😀" not in caplog.text


@pytest.mark.parametrize(
    ("words", "can"),
    [
        ("more benches – 5 £", True),
        ("więcej ławek, лавки", True),
        ("two\nlines", True),
        ("مقاعد", False),
        ("ספסלים", False),
        ("更多长椅", False),
    ],
)
def test_a_pdf_shows_only_letters_that_it_can(words: str, can: bool) -> None:
    assert can_show(words, TTFont(font_file()).getBestCmap()) is can


def test_the_page_escapes_what_people_wrote() -> None:
    page = html_of(SMALL)
    assert "Who &lt;answered&gt;" in page and "parks &amp; squares" in page
    assert '<bdi dir="auto">مقاعد' in page or '<bdi dir="rtl">مقاعد' in page
    assert "f" * 64 in page and "http" not in page
