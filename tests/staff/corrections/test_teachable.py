"""Which corrections are taught, which are not, and which belong into the consultation file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.staff.corrections.figures import NOT_MEASURED, sentences
from bot.staff.corrections.teachable import sort_out
from bot.storage.jobs.trainings import FAILED, LEFT, TAKEN, Corrected
from tests.staff.desk import CONSULTATION

KNOWN = frozenset({"skip_question", "pause", "give_answer", "opt_out", "affirm", "distress"})
LINE = Corrected(
    inbox_id=1, reference="HYS-2222-2222", seq=2, text="next one please", intent="skip_question",
    was="give_answer", asked="views", question=None, value=None, care=None, language=None,
    is_button=False, taught=False,
)  # fmt: skip
SETS = {"recall": [0.9, 0.91], "cries": [8, 8], "cries_of": 9, "changed": 3, "messages": 90}


def _why(*lines: Corrected) -> list[str]:
    return [one.why for one in sort_out(lines, CONSULTATION, KNOWN).refused]


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        replace(LINE, text="Next one"),
        replace(LINE, text="the Harbour Town parks come later"),  # the council's own name
        replace(LINE, intent="give_answer", question="views", was="pause"),
        replace(LINE, intent="give_answer", question="role", was="pause"),  # fits no option
        replace(LINE, text="go back to question 2", intent="pause"),
    ],
)
def test_an_intent_is_taught(line: Corrected) -> None:
    found = sort_out([line], CONSULTATION, KNOWN)
    assert (found.lines, found.refused, found.hints) == ([line], [], [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": "ring me on 07700 900123"}, "a number"),
        ({"text": "ann@example.org please"}, "an email address"),
        ({"text": "it is about M4 5JD"}, "a postcode"),
        ({"text": "ask Margaret Hollis about it"}, "“Margaret Hollis”"),
        ({"text": "next " * 41}, "longer than 200"),
        ({"intent": "opt_out"}, "cannot be undone"),
        ({"intent": "affirm"}, "gives a consent"),
        ({"intent": "distress"}, "in need"),
        ({"was": "distress"}, "in need"),
        ({"care": "soft"}, "in need"),
        ({"language": "pl"}, "not in English"),
        ({"is_button": True}, "pressed button"),
        ({"intent": "faq_parks"}, "asked_as of faq_parks"),
    ],
)
def test_what_is_not_safe_is_refused_with_a_reason(change: dict[str, object], why: str) -> None:
    (told,) = _why(replace(LINE, **change))
    assert why in told


def test_the_same_words_are_taught_once_and_not_as_two_things() -> None:
    again = replace(LINE, inbox_id=2, text="NEXT one please")
    assert sort_out([LINE, again], CONSULTATION, KNOWN).lines == [LINE]
    assert (
        _why(LINE, replace(again, intent="pause"))
        == ["the same words are corrected as two things"] * 2
    )


def test_other_words_for_an_option_belong_into_the_file() -> None:
    shop = replace(LINE, text="my bakery", intent="give_answer", question="role", value="shop")
    (hint,) = sort_out([shop], CONSULTATION, KNOWN).hints
    assert (hint.question, hint.option) == ("role", "A shop")


def test_the_figures_say_what_was_and_what_is() -> None:
    told = sentences(TAKEN, 4, {"sets": {"look": SETS}, "corrected": [1, 4]})
    assert "4 corrected messages 4 are now read as they were corrected (before: 1)" in told[0]
    assert "(macro recall), 0.900 before, 0.910 after" in told[1]
    assert "calls for help heard 8 of 9 before, 8 after; 3 of 90 messages" in told[1]
    assert told[2:] == [
        "The model is taken. It counts from the next start of the dialogue model (rasa)."
    ]


@pytest.mark.parametrize(
    ("worse", "told"),
    [
        ({"recall": [0.9, 0.899]}, "Worse: read right in the first set of test messages."),
        ({"cries": [8, 7]}, "Worse: calls for help heard in the first set of test messages."),
    ],
)
def test_what_got_worse_is_said_plainly(worse: dict[str, object], told: str) -> None:
    figures = {"sets": {"look": {**SETS, **worse}}, "corrected": [1, 4]}
    assert sentences(LEFT, 4, figures)[-2] == told


def test_what_was_not_measured_is_not_hidden() -> None:
    assert NOT_MEASURED in sentences(LEFT, 4, {"sets": None, "corrected": [1, 4]})
    assert sentences(FAILED, 4, {}) == ["That did not work; the model before stays."]
