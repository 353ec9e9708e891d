"""The fields of a consultation file that only requests and questions about the person have."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation, Keep, Purpose
from bot.consultation.question import Consent, Kind
from bot.settings import ROOT

HARBOUR = ROOT / "tests" / "consultations" / "harbour-town-buses.yml"
TEXT = HARBOUR.read_text(encoding="utf-8")
REQUESTS_AND_EQUALITY = """
  - id: report
    title: Report a broken stop
    purpose: request
    after_close: true
    keep: {days: 14, after: sent}
    next_steps: {text: A person will look., sms: We will look.}
    questions:
      - {id: report.what, kind: open, first_words: true, text: What is broken, help: example}
      - {id: report.how_many, kind: number, counts: [stops, shelters], text: Many, help: example}
      - {id: report.ok, kind: yes_no, consent: contact, text: May we write, help: example}
      - {id: report.print, kind: yes_no, consent: publish, text: May we print it, help: example}
  - id: about_her
    title: About you
    purpose: equality
    questions:
      - {id: age, kind: choice, text: How old, help: example, options: [
          {value: young, text: Young}, {value: old, text: Old}]}
"""


def loaded(tmp_path: Path, more: str) -> Consultation:
    """Load the Harbour Town file with other sections at the end of its own."""
    head, faqs, tail = TEXT.partition("\nfaqs:")
    path = tmp_path / HARBOUR.name
    path.write_text(head.rstrip() + "\n" + more + faqs + tail, encoding="utf-8")
    return load_consultation(path)


def problems(tmp_path: Path, more: str) -> list[str]:
    with pytest.raises(ConsultationFileError) as error:
        loaded(tmp_path, more)
    return str(error.value).splitlines()


def test_what_a_request_needs_is_read(tmp_path: Path) -> None:
    consultation = loaded(tmp_path, REQUESTS_AND_EQUALITY)
    report = consultation.section("report")
    assert report is not None and report.next_steps is not None
    assert (report.after_close, report.keep) == (True, Keep(14, "sent"))
    assert (report.next_steps.text, report.next_steps.sms) == (
        "A person will look.", "We will look.",
    )  # fmt: skip
    assert [(q.consent, q.first_words, q.counts) for q in report.questions] == [
        (None, True, ()),
        (None, False, ("stops", "shelters")),
        (Consent.CONTACT, False, ()),
        (Consent.PUBLISH, False, ()),
    ]
    assert report in consultation.requests
    assert consultation.equality is consultation.section("about_her")
    assert not {"report.what", "age"} & {question.id for question in consultation.questions}


def test_what_is_not_said_is_nothing(tmp_path: Path) -> None:
    plain = REQUESTS_AND_EQUALITY.replace("    after_close: true\n", "").replace(
        "    keep: {days: 14, after: sent}\n", ""
    )
    report = loaded(tmp_path, plain).section("report")
    assert report is not None
    assert (report.after_close, report.keep) == (False, None)


# (in place of this, that, the field that is named, what is said about it)
WRONG = [
    ("kind: yes_no, consent: contact", "kind: open, consent: contact", "consent", "only for"),
    ("consent: contact", "consent: both", "consent", "contact, publish"),
    ("kind: open, first_words: true", "kind: name, first_words: true", "first_words", "only for"),
    ("first_words: true", "first_words: often", "first_words", "true or false"),
    ("kind: number, counts:", "kind: open, counts:", "counts", "only for"),
    ("counts: [stops, shelters]", "counts: stops", "counts", "should be a list"),
    ("counts: [stops, shelters]", "counts: [[stops]]", "counts", "should be a text"),
    ("after_close: true", "after_close: maybe", "after_close", "true or false"),
    ("keep: {days: 14, after: sent}", "keep: {days: 14, after: tea}", "after", "sent, done"),
    ("keep: {days: 14, after: sent}", "keep: {after: sent}", "days", "missing"),
    ("keep: {days: 14, after: sent}", "keep: {days: 14}", "after", "missing"),
    ("keep: {days: 14, after: sent}", "keep: {days: two, after: sent}", "days", "whole number"),
    ("keep: {days: 14, after: sent}", "keep: 14", "keep", "group of fields"),
    ("next_steps: {text: A person will look.,", "next_steps: {", "text", "missing"),
    ("next_steps: {text: A person will look., sms: We will look.}", "next_steps: {text: Œuvre.}",
     "next_steps", "plain letter"),
    # Only requests have these, and the questions about them need ways out of the words.
    ("    purpose: equality\n", "    purpose: equality\n    after_close: true\n", "after_close",
     "only for a section with the purpose request"),
    ("    purpose: equality\n", "    purpose: equality\n    keep: {days: 3, after: sent}\n", "keep",
     "only for a section with the purpose request"),
    ("    purpose: equality\n", "    purpose: equality\n    next_steps: {text: We count.}\n",
     "next_steps", "only for a section with the purpose request"),
    ("{id: age, kind: choice, text: How old, help: example, options: [\n"
     "          {value: young, text: Young}, {value: old, text: Old}]}",
     "{id: age, kind: open, text: How old, help: example}", "questions", "all need options"),
    ("  - id: about_her", "  - id: about_him\n    title: More\n    purpose: equality\n"
     "    questions:\n      - {id: sex, kind: choice, text: Which, help: example, options: [\n"
     "          {value: one, text: One}, {value: two, text: Two}]}\n  - id: about_her",
     "sections", "purpose equality"),
    ("keep: {days: 14, after: sent}", "keep: {days: 0, after: sent}", "days", "1 or more"),
    ("keep: {days: 14, after: sent}", "keep: {days: -3, after: sent}", "days", "1 or more"),
    ("    purpose: request\n    after_close", "    purpose: consultation\n    after_close",
     "questions", "are only for requests"),
]  # fmt: skip


@pytest.mark.parametrize(("now", "then", "field", "said"), WRONG)
def test_each_mistake_is_named(tmp_path: Path, now: str, then: str, field: str, said: str) -> None:
    assert REQUESTS_AND_EQUALITY.count(now) == 1
    noted = problems(tmp_path, REQUESTS_AND_EQUALITY.replace(now, then))
    assert any(field in line and said in line for line in noted), noted


@pytest.mark.parametrize(
    "days",
    [
        "soon",
        "0",
        "-1",
    ],
)
def test_how_long_conversations_are_kept_is_a_number_of_days(tmp_path: Path, days: str) -> None:
    path = tmp_path / HARBOUR.name
    path.write_text(f"keep_days: {days}\n" + TEXT, encoding="utf-8")
    with pytest.raises(ConsultationFileError) as error:
        load_consultation(path)
    assert "keep_days" in str(error.value)


def test_manchester_keeps_requests_as_long_as_it_says(consultation: Consultation) -> None:
    kept = {s.id: (s.keep, s.after_close) for s in consultation.requests}
    assert kept == {
        "case_study": (Keep(365, "sent"), True),
        "workshop": (Keep(92, "done"), False),
        "print_copy": (Keep(30, "done"), True),
        "callback": (Keep(30, "done"), False),
    }
    assert consultation.keep_days == 365


def test_manchester_asks_contact_and_publication_apart(consultation: Consultation) -> None:
    consents = {
        section.id: [q.consent.value for q in section.questions if q.consent]
        for section in consultation.requests
    }
    assert consents == {
        "case_study": ["contact", "publish"], "workshop": ["contact"], "print_copy": [],
        "callback": [],
    }  # fmt: skip


def test_manchester_may_be_declined_in_each_question_about_the_person(
    consultation: Consultation,
) -> None:
    assert consultation.equality is not None
    assert consultation.equality.purpose is Purpose.EQUALITY
    for question in consultation.equality.questions:
        assert "prefer_not_to_say" in {option.value for option in question.options}, question.id
        assert question.optional and question.kind is not Kind.OPEN
