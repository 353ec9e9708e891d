"""The consultation file: good ones load as they should, each mistake is named with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.checks import MAX_SMS_PARTS, as_text_message
from bot.consultation.file.read import (
    check_folder,
    find_consultation,
    load_consultation,
    unreviewed,
)
from bot.consultation.file.tree import MAX_BYTES
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Kind
from bot.consultation.requests import REQUESTS
from bot.consultation.text_parts import is_gsm7, sms_parts
from bot.consultation.texts import Wording
from bot.settings import ROOT

FOLDER = ROOT / "data" / "consultations"
MANCHESTER = FOLDER / "manchester-digital-strategy.yml"
HARBOUR = ROOT / "tests" / "consultations" / "harbour-town-buses.yml"
HARBOUR_TEXT = HARBOUR.read_text(encoding="utf-8")


def test_manchester_asks_alike_about_each_of_its_aims(manchester: Consultation) -> None:
    by_aim = {section.aim: section for section in manchester.sections if section.aim}
    assert list(by_aim) == [aim.id for aim in manchester.aims]
    for section in by_aim.values():
        agree, views = section.questions
        assert (agree.kind, views.kind) == (Kind.SCALE, Kind.OPEN)
        assert views.follow_up and agree.options == manchester.by_id["smart_people.agree"].options


def test_manchester_offers_every_request_and_asks_about_the_person(
    manchester: Consultation,
) -> None:
    assert {section.id for section in manchester.requests} == set(REQUESTS.values())
    assert manchester.equality
    assert all(question.optional for question in manchester.questions)


def test_manchester_has_its_dates_aims_and_faqs(manchester: Consultation) -> None:
    assert (manchester.opens, manchester.closes) == (date(2021, 2, 23), date(2021, 3, 26))
    ids = [faq.id for faq in manchester.faqs]
    intents = {"strategy", "aims", "close_date", "privacy", "who", "after"}
    assert {f"faq_{name}" for name in intents} <= set(ids) and len(ids) == len(set(ids)) >= 30
    assert all(len(faq.asked_as) >= 8 for faq in manchester.faqs)
    kinds = {"soft", "grief", "abuse", "child", "homeless", "fire_gas", "medical"}
    assert kinds <= set(manchester.care)
    assert manchester.contact == {"website": "www.manchester.gov.uk", "phone": "0161 234 5000"}


@pytest.mark.parametrize(
    "fact",
    ["Manchester City Council runs", "public task", "without names", "Twilio", "Telegram",
     "12 months after we close", "26 March 2022", "Freedom of Information", "cannot promise",
     "copy of what we hold", "delete", "0161 234 5000", "www.ico.org.uk"],
)  # fmt: skip
def test_the_privacy_notice_says_what_it_must(manchester: Consultation, fact: str) -> None:
    assert fact in manchester.privacy.notice


def text_messages(consultation: Consultation) -> dict[str, str]:
    said = {"welcome": consultation.welcome, "closing": consultation.closing,
            "next_steps": consultation.next_steps,
     "privacy": consultation.privacy.wording}  # fmt: skip
    said |= {faq.id: faq.answer for faq in consultation.faqs}
    said |= {f"intro {s.id}": s.intro for s in consultation.sections if s.intro}
    for q in consultation.by_id.values():
        said |= {f"help {q.id}": q.help}
        said |= {f"follow-up {q.id}": q.follow_up} if q.follow_up else {}
    short = {name: wording.sms for name, wording in said.items()}
    return short | {
        q.id: as_text_message(q.wording.sms, q.options) for q in consultation.by_id.values()
    }


@pytest.mark.parametrize("path", [MANCHESTER, HARBOUR], ids=lambda path: path.stem)
def test_every_text_message_is_plain_letters_and_two_parts_at_most(path: Path) -> None:
    messages = text_messages(load_consultation(path))
    assert [name for name, text in messages.items() if not is_gsm7(text)] == []
    assert {n: sms_parts(t) for n, t in messages.items() if sms_parts(t) > MAX_SMS_PARTS} == {}


def test_another_council_needs_only_its_own_file() -> None:
    other = load_consultation(HARBOUR)
    assert other.organisation == "Harbour Town Council"
    assert [q.id for q in other.questions] == [
        "travel.how_often", "travel.why", "travel.stops", "late_buses.want", "late_buses.views",
    ]  # fmt: skip
    assert other.sections[-1].purpose is Purpose.REQUEST
    assert "Manchester" not in repr(other)


def test_what_is_left_out_has_a_sensible_default() -> None:
    other = load_consultation(HARBOUR)
    question = other.by_id["travel.why"]
    assert question.wording == Wording("Why do you take the bus?", "Why do you take the bus?")
    assert question.max_choices == 3  # as many as there are options
    assert [o.wording.text for o in other.by_id["late_buses.want"].options] == ["Yes", "No"]
    assert other.by_id["late_buses.want"].kind is Kind.YES_NO


def test_folded_text_keeps_its_paragraphs(manchester: Consultation) -> None:
    assert len(manchester.welcome.text.split("\n\n")) == 2
    assert "\n" not in manchester.welcome.sms


# One mistake each: what stands in the good file, what stands there instead, the line and the field
# that must be named, and a word of the advice.
MISTAKES = [
    ("unknown kind", "kind: scale", "kind: scael", 51, "sections[0].questions[0].kind", '"scale"'),
    ("odd kind", "kind: scale", "kind: zzz", 51, "sections[0].questions[0].kind", "one of open, s"),
    ("misspelt field", "organisation:", "organization:", 6, "organization", '"organisation"'),
    ("missing field", "title: Later buses in Harbour Town\n", "", 3, "title", "missing"),
    ("misspelt help", "        help: A rough", "        hlep: A rough", 66, "hlep", '"help"'),
    ("blank text", "text: That was the last question. Thank you.", "text:", 20, "closing.text",
     "blank"),
    ("quoted blank", "text: We will read what you said. Then we will choose.", 'text: " "', 22,
     "next_steps.text", "blank"),
    ("number for text", "name: Later buses", "name: 24", 36, "aims[0].name", 'write "24"'),
    ("unnamed council", "    Hello from Harbour Town Council. We may run buses later at night.\n\n",
     "    Hello.\n\n", 11, "welcome", '"Harbour Town Council" in its text'),
    ("unnamed by text", "Hello from Harbour Town Council. We may run buses later at night. I am",
     "Hello. I am", 11, "welcome", '"Harbour Town Council" in its sms'),
    ("no example", " For example, the bus to the beach.", "", 53,
     "sections[0].questions[0].help", "For example,"),
    ("list for text", "name: Later buses", "name: [a]", 36, "aims[0].name", "a list"),
    ("text for group", "closing:\n  text: That", "closing: That", 19, "closing", "group of fields"),
    ("text for list",
     "faqs:\n  - id: faq_close_date\n    question: When does this close?\n    answer:",
     "faqs:", 96, "faqs", "a list"),
    ("section twice", "- id: late_buses\n    title", "- id: travel\n    title", 69,
     "sections[1].id",
     "line 46"),
    ("question twice", "id: late_buses.want", "id: travel.why", 76, "sections[1].questions[0].id",
     "line 55"),
    ("value twice", "{value: weekly,", "{value: daily,", 42, "option_lists.how_often[1]",
     "line 41"),
    ("aim twice", "    text: Buses run until two in the morning.",
     "    text: Late.\n  - {id: late_buses, name: A, text: B}", 38, "aims[1].id", "line 35"),
    ("faq twice", "    answer: It closes at",
     "    answer: Soon.\n  - id: faq_close_date\n    question: W?\n    answer: It closes at", 100,
     "faqs[1].id", "line 97"),
    ("option alike", "text: To see friends", "text: to go  to WORK", 61,
     "sections[0].questions[1].options[1]", "line 60"),
    ("also alike", "text: To see friends}", "text: To see friends, also: [To go to work]}", 61,
     "sections[0].questions[1].options[1]", "line 60"),
    ("also no list", "text: To see friends}", "text: To see friends, also: visit}", 61,
     "sections[0].questions[1].options[1].also", "should be a list"),
    ("odd id", "id: late_buses.views", "id: Late Buses", 80, "sections[1].questions[1].id",
     "small letters"),
    ("other file name", "id: harbour-town-buses", "id: harbour", 3, "id", "harbour-town-buses.yml"),
    ("unknown purpose", "purpose: request", "purpose: requests", 88, "sections[2].purpose",
     '"request"'),
    ("unknown aim", "aim: late_buses", "aim: late_bus", 72, "sections[1].aim", '"late_buses"'),
    ("unknown list", "options: how_often", "options: how_oft", 54,
     "sections[0].questions[0].options",
     '"how_often"'),
    ("no options", "        options: how_often\n", "", 50, "sections[0].questions[0].options",
     "missing"),
    ("options on open", "        follow_up:\n          text: Can you tell us more?",
     "        options: how_often", 84, "sections[1].questions[1].options", "remove"),
    ("one option", "          - {value: friends, text: To see friends}\n"
     "          - {value: shops, text: To go to the shops}\n", "", 59,
     "sections[0].questions[1].options", "at least 2"),
    ("yes_no without no", "kind: yes_no", "kind: yes_no\n        options: how_often", 78,
     "sections[1].questions[0].options", "yes and no"),
    ("too many choices", "kind: multi_choice", "kind: multi_choice\n        max_choices: 4", 57,
     "sections[0].questions[1].max_choices", "from 1 to 3"),
    ("no choices", "kind: multi_choice", "kind: multi_choice\n        max_choices: 0", 57,
     "sections[0].questions[1].max_choices", "from 1 to 3"),
    ("choices elsewhere", "kind: number", "kind: number\n        max_choices: 2", 65,
     "sections[0].questions[2].max_choices", "multi_choice"),
    ("min over max", "min: 1", "min: 41", 67, "sections[0].questions[2].min", "swap"),
    ("min not whole", "min: 1", "min: 1.5", 67, "sections[0].questions[2].min", "whole number"),
    ("min in words", "min: 1", "min: one", 67, "sections[0].questions[2].min", "whole number"),
    ("optional in words", "optional: false", "optional: never", 92,
     "sections[2].questions[0].optional",
     "true or false"),
    ("follow-up elsewhere", "        min: 1", "        follow_up: {text: More}", 67,
     "sections[0].questions[2].follow_up", "open"),
    ("no such day", "opens: 2031-05-01", "opens: 2031-02-30", 8, "opens", "not a date"),
    ("day in words", "opens: 2031-05-01", "opens: 1 May 2031", 8, "opens", "year-month-day"),
    ("closes first", "closes: 2031-06-15", "closes: 2031-04-15", 9, "closes", "before"),
    ("curly quote", "text: Can you tell us more?", "text: Can’t you tell us more?", 85,
     "sections[1].questions[1].follow_up.text", "right single quotation mark"),
    ("long sms", "    Our staff read every word.\nclosing", f"    {'word ' * 50}\nclosing", 16,
     "welcome.sms",
     "at most 2"),
    ("long with options", "text: Every day", f"text: {'Every day ' * 26}", 52,
     "sections[0].questions[0].text", "with its options"),
    ("no questions", "    questions:\n      - id: timetable.address", "    questions: []\n    x:\n"
     "      - id: timetable.address", 89, "sections[2].questions", "empty list"),
    ("key twice", 'version: "1"\ntitle', 'version: "1"\nversion: "2"\ntitle', 5, "version",
     "line 4"),
    ("custom tag", "title: Later buses in", "title: !!python/name:os.system Later buses in", 5,
     "title",
     "tag"),
    ("control character", "title: Later buses", 'title: "Later \\0 buses"\n#', 5, "title",
     "U+0000"),
    ("half a letter", "title: Later buses", 'title: "Later \\ud800 buses"\n#', 5, "title",
     "U+D800"),
    ("unquoted colon", "title: Later buses", "title: Later: buses", 5, "file", "quotes"),
    ("bad indent", "  name: Later", "name: Later", 36, "file", "YAML"),
    ("tab", "  text: That", "\ttext: That", 20, "file", "spaces"),
    ("unknown alias", "title: Later buses in Harbour Town", "title: *later", 5, "file", "YAML"),
    ("a list as a key", "contact:", "contact:\n  ? [a]\n  : b", 31, "contact", "field name"),
]  # fmt: skip


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ConsultationFileError) as caught:
        load_consultation(path)
    assert all("\n" not in problem for problem in caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[0].replace(" ", "_"))
def test_a_mistake_is_named_with_its_line_and_field(
    mistake: tuple[str, str, str, int, str, str], tmp_path: Path
) -> None:
    _, good, bad, line, field, advice = mistake
    assert good in HARBOUR_TEXT
    path = tmp_path / HARBOUR.name
    path.write_text(HARBOUR_TEXT.replace(good, bad, 1), encoding="utf-8")
    problems = problems_of(path)
    ours = [p for p in problems if p.startswith(f"{path.name}:{line}: ") and f"{field}: " in p]
    assert any(advice in problem for problem in ours), problems


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = HARBOUR_TEXT.replace("opens: 2031-05-01", "opens: May").replace("kind: open", "kind: op")
    path = tmp_path / HARBOUR.name
    path.write_text(text.replace("organisation:", "organization:"), encoding="utf-8")
    lines = [int(problem.split(":")[1]) for problem in problems_of(path)]
    assert len(lines) >= 4
    assert lines == sorted(lines)


WHOLE_FILES = [
    ("empty", b"", "is empty"),
    ("only a comment", b"# nothing\n", "is empty"),
    ("a list", b"- a\n- b\n", "group of fields"),
    ("not utf-8", b"id: a\ntitle: caf\xe9\n", ":2: file: is not written in UTF-8"),
    ("a null byte", b"id: a\n\x00", ":2: file: holds an invisible"),
    ("an escape too far", b'id: "\\U00110000"', "escape"),
    ("two documents", b"id: a\n---\nid: b\n", "YAML"),
    ("too large", b"#" * (MAX_BYTES + 1), "larger than"),
    ("very deep", b"[" * 50_000, "nested too deeply"),
    ("refers to itself", b"a: &a [*a]\n", "refers to itself"),
    ("alias bomb", b"a: &a [1,1,1,1,1,1,1,1,1]\n" + b"".join(
        b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107)),
     "refers to itself too often"),
]  # fmt: skip


@pytest.mark.parametrize("case", WHOLE_FILES, ids=lambda case: case[0].replace(" ", "_"))
def test_a_file_that_is_no_consultation_is_refused(
    case: tuple[str, bytes, str], tmp_path: Path
) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(case[1])
    assert case[2] in "\n".join(problems_of(path))


@pytest.mark.parametrize("ways", ["anchors", "byte order mark", "windows lines", "quoted dates"])
def test_other_ways_to_write_the_same_file_are_fine(ways: str, tmp_path: Path) -> None:
    good = HARBOUR_TEXT
    written = {
        "anchors": good.replace("how_often:\n", "how_often: &often\n").replace(
            "options: how_often", "options: *often"
        ),
        "byte order mark": "\ufeff" + good,
        "windows lines": good.replace("\n", "\r\n"),
        "quoted dates": good.replace("2031-05-01", '"2031-05-01"'),
    }[ways]
    path = tmp_path / HARBOUR.name
    path.write_bytes(written.encode("utf-8"))
    assert load_consultation(path) == load_consultation(HARBOUR)


def test_a_consultation_is_found_by_its_id() -> None:
    assert find_consultation(HARBOUR.parent, "harbour-town-buses").id == "harbour-town-buses"


@pytest.mark.parametrize("unknown", ["harbour", "../consultations/harbour-town-buses", "", "A"])
def test_an_unknown_id_is_answered_with_the_ids_there_are(unknown: str) -> None:
    with pytest.raises(ConsultationFileError) as caught:
        find_consultation(HARBOUR.parent, unknown)
    assert len(caught.value.problems) == 1
    assert str(HARBOUR.parent) in caught.value.problems[0]
    assert "harbour-town-buses" in caught.value.problems[0]


def test_a_folder_in_place_of_a_file_is_one_clear_line(tmp_path: Path) -> None:
    assert "cannot be read" in problems_of(tmp_path)[0]


def test_the_folder_check_gathers_the_problems_of_all_files(tmp_path: Path) -> None:
    assert check_folder(FOLDER) == []
    assert "no consultation file" in check_folder(tmp_path)[0]
    (tmp_path / "a.yml").write_text("id: a\n")
    (tmp_path / "b.yaml").write_text("id: b\n")
    problems = check_folder(tmp_path)
    assert "b.yaml:1: file: ends in .yaml" in problems[0]
    assert any(problem.startswith("a.yml:1: title: is missing") for problem in problems)


LINES = HARBOUR_TEXT.splitlines(keepends=True)
SCRAPS = st.sampled_from(
    ["", ":", "- ", "&a ", "*a", "!!int ", "{", "]", '"', "|", ">", "#", "\t", "\0", "’", "\ud7ff",
     "~", "? ", "<<: ", "%YAML 9\n", "---\n", "id: id\n", "1_0", "0x1F", "2031-13-01", "yes", "\\"]
) | st.text(max_size=6)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, len(HARBOUR_TEXT)), st.integers(0, 40), SCRAPS), min_size=1, max_size=3
)


@given(edits=EDITS)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_slip_of_the_pen_gives_more_than_a_file_error(
    edits: list[tuple[int, int, str]], tmp_path: Path
) -> None:
    text = HARBOUR_TEXT
    for start, length, scrap in edits:
        text = text[:start] + scrap + text[start + length :]
    path = tmp_path / HARBOUR.name
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    try:
        load_consultation(path)
    except ConsultationFileError as error:
        assert error.problems


@given(lines=st.permutations(range(len(LINES))), kept=st.integers(0, len(LINES)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_lines_in_any_order_give_no_more_than_a_file_error(
    lines: list[int], kept: int, tmp_path: Path
) -> None:
    path = tmp_path / HARBOUR.name
    path.write_text("".join(LINES[n] for n in lines[:kept]), encoding="utf-8")
    try:
        load_consultation(path)
    except ConsultationFileError as error:
        assert error.problems


def test_a_loaded_consultation_cannot_be_changed(manchester: Consultation) -> None:
    with pytest.raises(AttributeError):
        manchester.title = "Another"  # type: ignore[misc]
    assert replace(manchester, title="Another").title == "Another"


LANGUAGE = """languages:
  pl: {text: Możesz pisać po polsku., reviewed: no}
  en: {text: You can go on in your language., sms: Go on., reviewed: yes}
"""


def test_what_is_said_in_other_languages(tmp_path: Path) -> None:
    file = tmp_path / HARBOUR.name
    file.write_text(HARBOUR_TEXT + LANGUAGE, "utf-8")
    read = load_consultation(file)
    assert read.said_in(None) is None
    assert read.said_in("pl") == Wording("Możesz pisać po polsku.", "Możesz pisać po polsku.")
    assert read.said_in("xx") == Wording("You can go on in your language.", "Go on.")
    assert unreviewed(tmp_path) == [
        f"{HARBOUR.name}: languages: not yet read by a native reader: pl"
    ]
    file.write_text(HARBOUR_TEXT, "utf-8")
    assert load_consultation(file).said_in("pl") is None and unreviewed(tmp_path) == []


@pytest.mark.parametrize(
    ("language", "problem"),
    [
        ("Polish: {text: Tak., reviewed: no}", "languages.Polish: is not the code of a language"),
        ("pl: {text: Tak.}", "pl.reviewed: is missing"),
        ("pl: {text: Tak., reviewed: perhaps}", "pl.reviewed: should be true or false"),
        (f"pl: {{text: {'ż' * 202}, reviewed: no}}", "takes 4 text messages, at most 3"),
        (f"pl: {{text: {'ż' * 400}, sms: {'z' * 460}, reviewed: no}}", "cut about 1 letters"),
    ],
)
def test_a_mistake_in_another_language_is_named(
    tmp_path: Path, language: str, problem: str
) -> None:
    file = tmp_path / HARBOUR.name
    file.write_text(f"{HARBOUR_TEXT}languages:\n  {language}\n", "utf-8")
    with pytest.raises(ConsultationFileError) as error:
        load_consultation(file)
    assert [problem in line for line in error.value.problems] == [True], error.value.problems
